import { h, ICONS, icon, setText } from "./dom.ts";
import type { Scene } from "./scene.ts";

/** Who answers here, and the way out. The logo finds its place in the avatar. */
export function headerView({ $profile, $connection, strings, actions }: Scene): HTMLElement {
  const avatar = h("span", { class: "avatar", "aria-hidden": "true" });
  const title = h("bdi");
  const state = h("p", { class: "state" });
  const close = h(
    "button",
    { class: "round", type: "button", "aria-label": strings.close, click: () => actions.close() },
    icon(ICONS.close),
  );
  $profile.subscribe((profile) => {
    const name = profile.title || profile.name || strings.assistant;
    setText(title, name);
    setText(avatar, /\p{L}|\p{N}/u.exec(name)?.[0].toUpperCase() ?? "");
  });
  $connection.subscribe(({ state: now }) => {
    state.dataset["state"] = now;
    setText(state, now === "connecting" ? strings.connecting : strings.assistantState);
  });
  return h("header", { class: "head" }, avatar, h("div", {}, h("h2", { id: "title" }, title), state), close);
}
