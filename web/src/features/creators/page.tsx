import { paths } from "@/config/paths";
import type { Page } from "@/shared/page";
import { CodeIcon } from "@/shared/ui/icons";
import { EmbedPage } from "./embed-page";

export const page: Page = {
  order: 30,
  nav: { to: paths.embed, text: "nav.embed", icon: <CodeIcon /> },
  routes: [{ path: paths.embed, element: <EmbedPage /> }],
};
