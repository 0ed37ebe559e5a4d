import { finishedSince, isRunning, unanswered, type Answer, type Items } from "../store/transcript.ts";
import type { ConnectionState } from "../store/connection.ts";
import { spoken } from "../text/blocks.ts";
import type { Strings } from "../text/strings.ts";
import { h } from "./dom.ts";
import type { Scene } from "./scene.ts";

/**
 * The one live region: says "answering" once, then each finished answer once and whole, and changes of
 * the connection. Streamed text itself is never live.
 */
export function announcer({ $items, $connection, strings }: Scene): HTMLElement {
  const region = h("div", { class: "hidden", role: "status", "aria-live": "polite", "aria-atomic": "true" });
  const say = (text: string) => text && region.replaceChildren(h("p", {}, text));
  let before: Items = $items.get();
  let lost = false;

  $items.subscribe((items) => {
    const finished = finishedSince(before, items);
    if (finished.length) say(finished.map((answer) => sentence(strings, answer)).join(" "));
    else if (isAwaited(items) && !isAwaited(before)) say(strings.answering);
    before = items;
  });
  $connection.subscribe(({ state }) => {
    if (isLost(state)) {
      if (!lost) say(state === "offline" ? strings.offline : strings.waiting);
      lost = true;
    } else if (state === "refused") say(strings.unavailable);
    else if (state === "open" && lost) {
      lost = false;
      say(strings.online);
    }
  });
  return region;
}

const isAwaited = (items: Items): boolean => items.some(isRunning) || unanswered(items).length > 0;

const isLost = (state: ConnectionState): boolean => state === "waiting" || state === "offline";

function sentence(strings: Strings, answer: Answer): string {
  if (answer.state === "failed") return answer.code === "silent" ? strings.silent : strings.failed;
  const label = answer.outcome === "degraded" ? `${strings.degraded} ` : "";
  const sources = answer.citations.length ? ` ${strings.sources}: ${answer.citations.length}.` : "";
  return `${strings.assistant}: ${label}${spoken(answer.text)}${sources}`;
}
