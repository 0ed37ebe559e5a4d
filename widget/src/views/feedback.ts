import type { Answer, Rating, Reason } from "../store/transcript.ts";
import { h, ICONS, icon, setAttribute } from "./dom.ts";
import type { Scene } from "./scene.ts";

const REASONS = ["wrong", "incomplete", "off_topic", "unclear", "other"] as const satisfies readonly Reason[];

/** Thumbs up or down; down asks for a reason. */
export function feedback(scene: Scene, answer: Answer): HTMLElement {
  const { strings, actions } = scene;
  let rating: Rating | "" = answer.rating;
  const thumb = (value: Rating, name: string) =>
    h(
      "button",
      { class: `round ${value}`, type: "button", "aria-label": name, click: () => rate(value) },
      icon(ICONS.thumb),
    );
  const thumbs = { up: thumb("up", strings.helpful), down: thumb("down", strings.notHelpful) };
  const more = h("div", { class: "more" });

  const show = (): void => {
    for (const value of ["up", "down"] as const)
      setAttribute(thumbs[value], "aria-pressed", String(rating === value));
  };
  const rate = (value: Rating): void => {
    rating = value;
    show();
    actions.rate(answer.answerId, value);
    more.replaceChildren(value === "down" ? reasons(scene, answer.answerId, thank) : thanks(scene));
  };
  const thank = (): void => {
    more.replaceChildren(thanks(scene));
    thumbs.down.focus();
  };
  show();
  return h("div", { class: "feedback" }, thumbs.up, thumbs.down, more);
}

function thanks({ strings }: Scene): HTMLElement {
  return h("p", { class: "thanks", role: "status" }, strings.thanks);
}

function reasons({ strings, actions }: Scene, answerId: string, done: () => void): HTMLElement {
  const choose = (reason: Reason) => () => {
    actions.rate(answerId, "down", reason);
    done();
  };
  const buttons = REASONS.map((reason) =>
    h("button", { class: "chip", type: "button", click: choose(reason) }, strings[reason]),
  );
  return h(
    "div",
    { class: "reasons", role: "group", "aria-label": strings.why },
    h("p", {}, strings.why),
    ...buttons,
  );
}
