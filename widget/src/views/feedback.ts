import { RATING_REFUSED, type Answer, type Rating, type Reason } from "../store/transcript.ts";
import { fill } from "../text/strings.ts";
import { h, ICONS, icon, setAttribute } from "./dom.ts";
import type { ItemView } from "./item.ts";
import type { Scene } from "./scene.ts";

const REASONS = ["wrong", "incomplete", "off_topic", "unclear", "other"] as const satisfies readonly Reason[];

/** Thumbs up or down; down asks for a reason. */
export function feedback(scene: Scene, { answerId }: Answer): ItemView<Answer> {
  const { strings, actions } = scene;
  const thumb = (value: Rating, name: string) =>
    h(
      "button",
      { class: `round ${value}`, type: "button", "aria-label": name, click: () => rate(value) },
      icon(ICONS.thumb),
    );
  const thumbs = { up: thumb("up", strings.helpful), down: thumb("down", strings.notHelpful) };
  const more = h("div", { class: "more" });

  const update = ({ rating, code }: Answer): void => {
    for (const value of ["up", "down"] as const)
      setAttribute(thumbs[value], "aria-pressed", String(rating === value));
    if (code === RATING_REFUSED) more.replaceChildren(refusal(scene));
  };
  const rate = (value: Rating): void => {
    actions.rate(answerId, value);
    more.replaceChildren(value === "down" ? reasons(scene, answerId, thank) : thanks(scene));
  };
  const thank = (): void => {
    more.replaceChildren(thanks(scene));
    thumbs.down.focus();
  };
  return { element: h("div", { class: "feedback" }, thumbs.up, thumbs.down, more), update };
}

function refusal({ strings }: Scene): HTMLElement {
  const words = fill(strings.refused, { cause: strings.unknown });
  return h("p", { class: "problem", role: "alert" }, words);
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
