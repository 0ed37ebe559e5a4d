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
  send: "M12 19V5M6 11l6-6 6 6",
  latest: "M12 5v14M6 13l6 6 6-6",
  thumb:
    "M7 11v9M7 11l4-7c2 0 3 1 2 3l-1 3h6a2 2 0 0 1 2 2l-1 6a2 2 0 0 1-2 2H5a1 1 0 0 1-1-1v-7a1 1 0 0 1 1-1h2",
  document: "M14 4H7a1 1 0 0 0-1 1v14a1 1 0 0 0 1 1h10a1 1 0 0 0 1-1V8zM14 4v4h4M9 13h6M9 16h4",
} as const;
