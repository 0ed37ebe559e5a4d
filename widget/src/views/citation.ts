import type { Citation } from "../protocol.gen.ts";
import { fill, type Strings } from "../text/strings.ts";
import { h, ICONS, icon } from "./dom.ts";
import type { Scene } from "./scene.ts";

/** A dialog over the conversation that shows where a sentence comes from, with the quote marked. */
export function citationView({ strings }: Pick<Scene, "strings">, behind: readonly HTMLElement[]) {
  const body = h("div", { class: "passage", tabindex: 0, role: "group", "aria-label": strings.quoted });
  const title = h("h3", { id: "source-title" });
  const place = h("p", { class: "place" });
  const back = h(
    "button",
    { class: "round", type: "button", "aria-label": strings.back, click: () => close() },
    icon(ICONS.close),
  );
  const head = h("header", {}, h("div", {}, title, place), back);
  const element = h("div", {
    class: "sheet",
    role: "dialog",
    "aria-labelledby": "source-title",
    hidden: true,
  });
  const scrim = h("div", { class: "scrim", hidden: true, click: () => close() });
  element.append(head, body);
  let opener: HTMLElement | null = null;

  const show = (visible: boolean): void => {
    element.hidden = scrim.hidden = !visible;
    for (const part of behind) part.inert = visible;
  };
  const open = (citation: Citation, marker: HTMLElement): void => {
    opener = marker;
    title.textContent = citation.document_name;
    place.textContent = placeOf(citation, strings);
    body.lang = citation.language;
    body.dir = "auto";
    body.replaceChildren(...passage(citation));
    show(true);
    back.focus();
    body.querySelector("mark")?.scrollIntoView({ block: "center" });
  };
  const close = (): boolean => {
    if (element.hidden) return false;
    show(false);
    opener?.focus();
    return true;
  };
  return { elements: [scrim, element], open, close };
}

/** "page 3 · Packages". */
export function placeOf({ page, heading }: Citation, strings: Strings): string {
  const parts = [page === null ? "" : fill(strings.page, { n: page }), heading];
  return parts.filter(Boolean).join(" · ");
}

function passage({ passage: text, quote, quote_start: at }: Citation): (Node | string)[] {
  const stands = quote && text.slice(at, at + quote.length) === quote;
  const start = stands ? at : text.indexOf(quote);
  if (!quote || start < 0) return [text];
  return [text.slice(0, start), h("mark", {}, quote), text.slice(start + quote.length)];
}
