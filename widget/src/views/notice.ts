import type { Connection, ConnectionState } from "../store/connection.ts";
import type { Strings } from "../text/strings.ts";
import { h, setText } from "./dom.ts";
import type { Scene } from "./scene.ts";

const WORDS: Partial<Record<ConnectionState, keyof Strings>> = {
  waiting: "waiting",
  offline: "offline",
  refused: "unavailable",
};

/** Tells about a connection that is not there. A screen reader hears of it through the announcer. */
export function notice({ $connection, strings, actions }: Scene): HTMLElement {
  const words = h("p");
  const again = h(
    "button",
    { class: "quiet", type: "button", click: () => actions.reconnect() },
    strings.tryNow,
  );
  const element = h("div", { class: "notice", hidden: true }, words, again);
  let told: Connection["state"] = "idle";
  $connection.subscribe(({ state }) => {
    // While it tries again, the last word stands; a flicker helps nobody.
    if (state === "connecting" && told !== "idle") return;
    told = state;
    const key = WORDS[state];
    setText(words, key ? strings[key] : "");
    element.hidden = !key;
    again.hidden = state !== "waiting";
  });
  return element;
}
