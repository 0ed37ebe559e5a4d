import type { ReactNode } from "react";
import type { RouteObject } from "react-router";
import type { TextKey } from "@/shared/i18n/en";

/** What a feature adds to the dashboard: its `page.tsx` exports one as `page`, and `app/` collects them. */
export interface Page {
  /** Its place in the navigation, and the first of all is the start page. */
  order: number;
  nav: { to: string; text: TextKey; icon: ReactNode };
  routes: RouteObject[];
}
