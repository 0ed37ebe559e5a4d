import { isRunning, unanswered, type Item, type Items } from "../store/transcript.ts";
import { answerView } from "./answer.ts";
import { h, ICONS, icon } from "./dom.ts";
import { intro } from "./intro.ts";
import type { ItemView } from "./item.ts";
import { messageView, personView } from "./message.ts";
import type { Scene } from "./scene.ts";

const NEAR_PX = 64;

function viewOf(scene: Scene, item: Item): ItemView<Item> {
  const make = { visitor: messageView, answer: answerView, person: personView }[item.kind];
  return (make as (scene: Scene, item: Item) => ItemView<Item>)(scene, item);
}

/** The conversation. It is not live itself: `announcer.ts` says what a screen reader should say. */
export function transcriptView(scene: Scene): HTMLElement {
  const { strings } = scene;
  const dots = h("div", { class: "item dots", "aria-hidden": "true" }, h("i"), h("i"), h("i"));
  const list = h("div", { class: "list" });
  const earlier = h(
    "button",
    { class: "quiet", type: "button", click: () => void readBack() },
    strings.earlier,
  );
  const content = h("div", { class: "content" }, intro(scene), earlier, list, dots);
  const log = h(
    "div",
    { class: "log", role: "log", "aria-live": "off", "aria-label": strings.conversation, tabindex: 0 },
    content,
  );
  const jump = h(
    "button",
    { class: "jump", type: "button", "aria-label": strings.latest },
    icon(ICONS.latest),
  );
  const element = h("div", { class: "transcript" }, log, jump);
  const stick = stickToEnd(log, content, jump);
  const views = new Map<string, { view: ItemView<Item>; item: Item }>();

  /** The reader stays at the same message while older ones come in above it. */
  const readBack = async () => {
    const below = log.scrollHeight - log.scrollTop;
    log.focus();
    await scene.actions.earlier();
    log.scrollTop = log.scrollHeight - below;
  };

  scene.$earlier.subscribe((cursor) => (earlier.hidden = !cursor));
  scene.$items.subscribe((items) => {
    stick.before(items);
    reconcile(scene, list, views, items);
    dots.hidden = unanswered(items).length === 0 || items.some(isRunning);
    log.setAttribute("aria-busy", String(items.some(isRunning)));
  });
  return element;
}

function reconcile(
  scene: Scene,
  list: HTMLElement,
  views: Map<string, { view: ItemView<Item>; item: Item }>,
  items: Items,
): void {
  const keys = new Set(items.map((item) => item.key));
  for (const [key, { view }] of views) {
    if (keys.has(key)) continue;
    view.element.remove();
    views.delete(key);
  }
  items.forEach((item, at) => {
    const known = views.get(item.key);
    const view = known?.view ?? viewOf(scene, item);
    if (known && known.item !== item) view.update(item);
    if (list.children[at] !== view.element) list.insertBefore(view.element, list.children[at] ?? null);
    views.set(item.key, { view, item });
  });
}

/** Follows the end while the reader is there; offers the way back while not. */
function stickToEnd(log: HTMLElement, content: HTMLElement, jump: HTMLElement) {
  let following = true;
  let top = 0;
  let newest = "";
  const toEnd = () => log.scrollTo({ top: log.scrollHeight });
  log.addEventListener("scroll", () => {
    const near = log.scrollHeight - log.scrollTop - log.clientHeight < NEAR_PX;
    // Growing text moves the end away from the reader; only the reader moves up.
    if (near || log.scrollTop < top) following = near;
    top = log.scrollTop;
    jump.hidden = near || following;
  });
  jump.hidden = true;
  jump.addEventListener("click", () => {
    following = true;
    toEnd();
    log.focus();
  });
  new ResizeObserver(() => following && toEnd()).observe(content);
  new ResizeObserver(() => following && toEnd()).observe(log);
  return {
    /** One's own new message always comes into view. */
    before(items: Items): void {
      const last = items.at(-1);
      if (last?.key !== newest && last?.kind === "visitor") following = true;
      newest = last?.key ?? "";
    },
  };
}
