import type { Answer } from "../store/transcript.ts";
import { placeOf } from "./citation.ts";
import { h, ICONS, icon, setText } from "./dom.ts";
import { feedback } from "./feedback.ts";
import { richText } from "./rich-text.ts";
import type { ItemView } from "./item.ts";
import type { Scene } from "./scene.ts";

/** One answer: its text as it comes, then its label, sources and rating, or what went wrong. */
export function answerView(scene: Scene, first: Answer): ItemView<Answer> {
  const { strings } = scene;
  const label = h("p", { class: "label", hidden: true });
  const text = h("div", { class: "text", dir: "auto" });
  const caret = h("span", { class: "caret", "aria-hidden": "true" });
  const after = h("div", { class: "after" });
  const write = richText(scene, text);
  const element = h(
    "div",
    { class: "item answer" },
    h("span", { class: "hidden" }, `${strings.assistant}: `),
    label,
  );
  element.append(text, after);
  const thumbs = feedback(scene, first);
  let settled: Answer["state"] | "" = "";

  const update = (answer: Answer): void => {
    const streaming = answer.state === "streaming";
    element.dataset["state"] = answer.state;
    write(answer.text, answer.citations, streaming);
    if (streaming) lastLine(text).append(caret);
    else caret.remove();
    setText(label, labelOf(scene, answer));
    label.hidden = !label.textContent;
    thumbs.update(answer);
    if (streaming || settled === answer.state) return;
    settled = answer.state;
    after.replaceChildren(
      ...(answer.state === "failed" ? failure(scene, answer) : closing(scene, answer, thumbs.element)),
    );
  };
  update(first);
  return { element, update };
}

/** Where the text goes on: in the last entry of a list, not below it. */
function lastLine(text: HTMLElement): Element {
  const block = text.lastElementChild ?? text;
  return block.querySelector("li:last-child") ?? block;
}

function labelOf({ strings }: Scene, { state, outcome, model }: Answer): string {
  if (state !== "done") return "";
  if (outcome === "degraded") return strings.degraded;
  if (outcome === "no_answer") return strings.noAnswer;
  return model === "extractive" && outcome === "answered" ? strings.extractive : "";
}

function failure({ strings, actions }: Scene, { answerId, code, retryable }: Answer): Node[] {
  const cause = code === "silent" ? strings.silent : strings.failed;
  const retry = h(
    "button",
    { class: "quiet", type: "button", click: () => actions.retry(answerId) },
    strings.retry,
  );
  return [h("p", { class: "problem" }, cause), ...(retryable ? [retry] : [])];
}

/** What follows a finished answer. A hand-off to a person finds its place beside `rephrase`. */
function closing(scene: Scene, answer: Answer, thumbs: Node): Node[] {
  const parts: Node[] = [];
  if (answer.citations.length) parts.push(sources(scene, answer));
  if (answer.outcome === "no_answer") parts.push(wayOn(scene, answer));
  if (answer.outcome !== "small_talk") parts.push(thumbs);
  return parts;
}

function wayOn({ strings, actions, $items }: Scene, answer: Answer): HTMLElement {
  const ask = () => {
    const question = $items
      .get()
      .find((item) => item.kind === "visitor" && item.messageId === answer.messageId);
    actions.rephrase(question?.kind === "visitor" ? question.text : "");
  };
  return h("button", { class: "quiet", type: "button", click: ask }, strings.rephrase);
}

function sources(scene: Scene, { citations }: Answer): HTMLElement {
  const entries = citations.map((citation) => {
    const show = (event: MouseEvent) => scene.showCitation(citation, event.currentTarget as HTMLElement);
    const name = h("bdi", {}, citation.document_name);
    const place = h("span", { class: "place" }, placeOf(citation, scene.strings));
    const button = h(
      "button",
      { type: "button", "aria-haspopup": "dialog", click: show },
      icon(ICONS.document),
      h("b", {}, String(citation.index)),
      name,
      place,
    );
    return h("li", {}, button);
  });
  return h("ul", { class: "sources", "aria-label": scene.strings.sources }, ...entries);
}
