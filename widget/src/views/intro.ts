import { fill } from "../text/strings.ts";
import { h, setText } from "./dom.ts";
import type { Scene } from "./scene.ts";

/** The first thing a visitor reads: a welcome, and whom they are talking with. */
export function intro({ $profile, strings, language }: Scene): HTMLElement {
  const welcome = h("p", { class: "welcome", dir: "auto" });
  const disclosure = h("p", { class: "disclosure" });
  $profile.subscribe(({ welcome: words, name, language: spoken }) => {
    const fits = !spoken || spoken === language;
    setText(welcome, (fits && words) || strings.greeting);
    setText(disclosure, fill(strings.disclosure, { name: name || strings.thisCoach }));
  });
  return h("div", { class: "intro" }, welcome, disclosure);
}
