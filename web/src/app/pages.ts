import type { Page } from "@/shared/page";

const found = import.meta.glob<Page>("../features/*/page.tsx", { eager: true, import: "page" });

/** The pages of all features, in the order of the navigation. */
export const pages: readonly Page[] = Object.values(found).sort((a, b) => a.order - b.order);
