const SVG = "http://www.w3.org/2000/svg";
const TALK =
  "M21 11.5c0 4.5-4 8-9 8-1.3 0-2.5-.2-3.6-.6L4 20.5l1.2-3.7A7.4 7.4 0 0 1 3 11.5c0-4.5 4-8 9-8s9 3.5 9 8zM8.5 10h7M8.5 13.5H13";
const FOLD = "M6 9.5l6 6 6-6";

/** The round button in the corner. */
export function makeLauncher(): HTMLButtonElement {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "launcher";
  button.append(drawing("talk", TALK), drawing("fold", FOLD));
  for (const [name, value] of [
    ["aria-label", "Chat"],
    ["aria-haspopup", "dialog"],
    ["aria-expanded", "false"],
  ] as const)
    button.setAttribute(name, value);
  return button;
}

function drawing(name: string, path: string): SVGSVGElement {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", name);
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  svg.appendChild(document.createElementNS(SVG, "path")).setAttribute("d", path);
  return svg;
}
