import type { PersonMessage, VisitorMessage } from "../store/transcript.ts";
import { fill, type Strings } from "../text/strings.ts";
import { h, setText } from "./dom.ts";
import type { ItemView } from "./item.ts";
import type { Scene } from "./scene.ts";

/** What the visitor said, and how far it has come. */
export function messageView(scene: Scene, first: VisitorMessage): ItemView<VisitorMessage> {
  const { strings, actions, secondsUntil, later } = scene;
  const state = h("p", { class: "delivery" });
  const bubble = h("div", { class: "bubble", dir: "auto" }, first.text);
  const element = h(
    "div",
    { class: "item mine" },
    h("span", { class: "hidden" }, `${strings.you}: `),
    bubble,
    state,
  );

  let latest = first;

  const update = (message: VisitorMessage): void => {
    const { delivery, clientId } = message;
    latest = message;
    element.dataset["delivery"] = delivery;
    const seconds = secondsUntil(message.retryAt);
    setText(state, describe(strings, message, seconds));
    state.hidden = !state.textContent;
    if (seconds) later(1000, () => element.isConnected && latest === message && update(message));
    if (delivery !== "refused") return;
    const again = () => actions.resend(clientId);
    const remove = () => actions.discard(clientId);
    state.append(
      h("button", { class: "quiet", type: "button", click: again }, strings.retry),
      h("button", { class: "quiet", type: "button", click: remove }, strings.discard),
    );
  };
  update(first);
  return { element, update };
}

function describe(strings: Strings, { delivery, code }: VisitorMessage, seconds: number): string {
  if (delivery === "queued") return strings.queued;
  if (delivery === "held") return fill(strings.held, { n: seconds });
  return delivery === "refused" ? fill(strings.refused, { cause: causeOf(strings, code) }) : "";
}

function causeOf(strings: Strings, code: string): string {
  if (code === "text_too_long") return strings.tooLong;
  return code === "quota_exceeded" ? strings.quota : strings.unknown;
}

/** What the creator wrote in person. */
export function personView(scene: Scene, { text }: PersonMessage): ItemView<PersonMessage> {
  const { strings, $profile } = scene;
  const name = $profile.get().name || strings.thisCoach;
  const by = h("p", { class: "label" }, fill(strings.person, { name }));
  const element = h(
    "div",
    { class: "item person" },
    by,
    h("div", { class: "text", dir: "auto" }, h("p", {}, text)),
  );
  return { element, update: () => {} };
}
