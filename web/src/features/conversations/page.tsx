import { paths } from "@/config/paths";
import type { Page } from "@/shared/page";
import { ChatIcon } from "@/shared/ui/icons";
import { ConversationsPage } from "./conversations-page";

export const page: Page = {
  order: 20,
  nav: { to: paths.conversations, text: "nav.conversations", icon: <ChatIcon /> },
  routes: [
    { path: paths.conversations, element: <ConversationsPage /> },
    { path: paths.conversation(":conversationId"), element: <ConversationsPage /> },
  ],
};
