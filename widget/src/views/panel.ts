import { announcer } from "./announcer.ts";
import { citationView } from "./citation.ts";
import { composerView } from "./composer.ts";
import { h } from "./dom.ts";
import { headerView } from "./header.ts";
import { notice } from "./notice.ts";
import type { Scene } from "./scene.ts";
import { transcriptView } from "./transcript.ts";

/** All that stands inside the dialog. The contact form and the hand-off find their place above the composer. */
export function panelContent(parts: Omit<Scene, "showCitation">) {
  const scene: Scene = { ...parts, showCitation: (citation, marker) => source.open(citation, marker) };
  const head = headerView(scene);
  const transcript = transcriptView(scene);
  const banner = notice(scene);
  const composer = composerView(scene);
  const source = citationView(scene, [head, transcript, banner, composer.element]);
  const elements: readonly HTMLElement[] = [
    head,
    transcript,
    banner,
    composer.element,
    ...source.elements,
    announcer(scene),
  ];
  return {
    element: h("div", { class: "frame" }, ...elements),
    focus: () => composer.focus(),
    /** Closes what lies over the conversation; false when nothing did. */
    stepBack: source.close,
  };
}
