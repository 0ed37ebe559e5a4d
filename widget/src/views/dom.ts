type Value = string | number | boolean | null | undefined | ((event: never) => void);
export type Child = Node | string | null | false;

/** Makes an element: functions become listeners, `true` an empty attribute, strings only ever text. */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Readonly<Record<string, Value>> = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name, value as unknown as EventListener);
    else setAttribute(element, name, value);
  }
  element.append(...children.filter((child): child is Node | string => child !== null && child !== false));
  return element;
}

export function setAttribute(
  element: Element,
  name: string,
  value: Exclude<Value, (event: never) => void>,
): void {
  if (value === false || value === null || value === undefined) element.removeAttribute(name);
  else element.setAttribute(name, value === true ? "" : String(value));
}

/** Puts `text` there only if it changes something, so that nothing is announced twice. */
export function setText(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

const SVG = "http://www.w3.org/2000/svg";

/** A line drawing of 24 by 24; hidden from screen readers, because the button around it has the name. */
export function icon(path: string): SVGSVGElement {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  const line = svg.appendChild(document.createElementNS(SVG, "path"));
  line.setAttribute("d", path);
  return svg;
}

export const ICONS = {
  close: "M6 6l12 12M18 6L6 18",
  back: "M15 5l-7 7 7 7",
  send: "M12 19V5M5.5 11.5L12 5l6.5 6.5",
  up: "M7 10.5v9M7 10.5l4-7c1.6 0 2.7 1.2 2.4 2.8L13 9.500h5.200a2 2 0 0 1 2 2.400l-1.2 6a2 2 0 0 1-2 1.600H4.500a1 1 0 0 1-1-1v-7a1 1 0 0 1 1-1H7",
  down: "M17 13.500v-9M17 13.500l-4 7c-1.6 0-2.7-1.2-2.4-2.800l.4-3.200H5.800a2 2 0 0 1-2-2.400l1.2-6a2 2 0 0 1 2-1.600h12.500a1 1 0 0 1 1 1v7a1 1 0 0 1-1 1H17",
  document:
    "M14 3.500H7a1.5 1.5 0 0 0-1.5 1.500v14A1.5 1.5 0 0 0 7 20.500h10a1.5 1.5 0 0 0 1.5-1.500V8zM14 3.500V8h4.500M9 12.500h6M9 16h4",
  latest: "M12 5v14M5.5 12.500L12 19l6.5-6.5",
} as const;
