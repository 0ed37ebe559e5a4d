import { paths } from "@/config/paths";
import type { Page } from "@/shared/page";
import { BookIcon } from "@/shared/ui/icons";
import { KnowledgePage } from "./knowledge-page";

export const page: Page = {
  order: 10,
  nav: { to: paths.knowledge, text: "nav.knowledge", icon: <BookIcon /> },
  routes: [{ path: paths.knowledge, element: <KnowledgePage /> }],
};
