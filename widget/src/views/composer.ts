import { remaining, TEXT_LIMIT } from "../store/composer.ts";
import { fill } from "../text/strings.ts";
import { h, ICONS, icon, setText } from "./dom.ts";
import type { Scene } from "./scene.ts";

const MAX_HEIGHT_PX = 144;

/** Where the visitor writes. Enter sends, Shift+Enter breaks the line. */
export function composerView(scene: Scene): { element: HTMLFormElement; focus(): void } {
  const { strings, actions, $composer, $connection } = scene;
  const input = h("textarea", {
    id: "message",
    rows: 1,
    maxlength: TEXT_LIMIT,
    placeholder: strings.placeholder,
    enterkeyhint: "send",
    dir: "auto",
    "aria-describedby": "left",
    input: () => actions.setDraft(input.value),
    keydown: (event: KeyboardEvent) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      element.requestSubmit();
    },
  });
  const label = h("label", { class: "hidden", for: "message" }, strings.message);
  const counter = h("p", { class: "counter", id: "left" });
  const send = h("button", { class: "send", type: "submit", "aria-label": strings.send }, icon(ICONS.send));
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    actions.send(input.value);
    input.focus();
  };
  const element = h(
    "form",
    { class: "composer", submit },
    counter,
    h("div", { class: "field" }, label, input, send),
  );

  let revision = 0;
  $composer.subscribe(({ draft, revision: next }) => {
    if (next !== revision && revision) queueMicrotask(() => input.focus());
    if (next !== revision) input.value = draft;
    revision = next;
    const left = remaining(draft);
    setText(counter, left === null ? "" : fill(strings.left, { n: left }));
    send.setAttribute("aria-disabled", String(!draft.trim()));
    fit(input);
  });
  $connection.subscribe(({ state }) => (input.disabled = state === "refused"));
  return {
    element,
    focus: (): void => {
      fit(input);
      input.focus();
    },
  };
}

function fit(input: HTMLTextAreaElement): void {
  input.style.height = "auto";
  input.style.height = `${Math.min(input.scrollHeight, MAX_HEIGHT_PX)}px`;
}
