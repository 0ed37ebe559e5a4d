import type { Citation } from "../protocol.gen.ts";
import { parseBlocks, type Block, type Inline } from "../text/blocks.ts";
import { fill } from "../text/strings.ts";
import { h } from "./dom.ts";
import type { Scene } from "./scene.ts";

type Citations = readonly Citation[];

const TAGS = { paragraph: "p", heading: "h3", bullets: "ul", numbers: "ol" } as const;

/** Shows an answer's text; blocks that did not change since the last time keep their elements. */
export function richText(scene: Scene, container: HTMLElement) {
  let shown: readonly string[] = [];
  return (text: string, citations: Citations, streaming: boolean): void => {
    const blocks = parseBlocks(text, streaming);
    const keys = blocks.map((block) => JSON.stringify([block, citations.length]));
    const same = keys.findIndex((key, at) => key !== shown[at]);
    const from = same < 0 ? keys.length : same;
    while (container.childNodes.length > from) container.lastChild?.remove();
    for (const block of blocks.slice(from)) container.append(blockElement(scene, block, citations));
    shown = keys;
  };
}

function blockElement(scene: Scene, block: Block, citations: Citations): HTMLElement {
  const isList = block.kind === "bullets" || block.kind === "numbers";
  const start = block.kind === "numbers" && block.start > 1 && block.start;
  const element = h(TAGS[block.kind], start ? { start } : {});
  block.lines.forEach((line, at) => {
    const pieces = line.map((piece) => inlineNode(scene, piece, citations));
    if (isList) return element.append(h("li", {}, ...pieces));
    if (at > 0) element.append(h("br"));
    return element.append(...pieces);
  });
  return element;
}

function inlineNode(scene: Scene, piece: Inline, citations: Citations): Node {
  if (piece.kind === "text") return piece.strong ? h("strong", {}, piece.text) : new Text(piece.text);
  return h("span", { class: "cited" }, piece.lead.trimEnd(), marker(scene, piece.index, citations));
}

function marker(scene: Scene, index: number, citations: Citations): HTMLElement {
  const citation = citations.find((known) => known.index === index);
  if (!citation) return h("span", { class: "marker", "aria-hidden": "true" }, String(index));
  const attributes = {
    class: "marker",
    type: "button",
    "aria-label": citationName(scene, citation),
    "aria-haspopup": "dialog",
    click: (event: MouseEvent) => scene.showCitation(citation, event.currentTarget as HTMLElement),
  };
  return h("button", attributes, String(index));
}

/** "Source 2: Price list.pdf, page 3". */
export function citationName({ strings }: Scene, citation: Citation): string {
  const name = fill(strings.source, { n: citation.index, document: citation.document_name });
  return citation.page === null ? name : `${name}, ${fill(strings.page, { n: citation.page })}`;
}
