import { Conversation } from "./conversation.ts";
import { adopt, type Host, type Panel } from "./host.ts";
import { finishedSince, isRunning, unanswered, type Items } from "./store/transcript.ts";
import type { Store } from "./store/atom.ts";
import css from "./styles/panel.css";
import { pickLanguage, stringsOf } from "./text/strings.ts";
import { systemClock } from "./transport/clock.ts";
import { Http } from "./transport/http.ts";
import { shelfOn } from "./transport/shelf.ts";
import { h } from "./views/dom.ts";
import { panelContent } from "./views/panel.ts";

const FULL_SCREEN = "(max-width: 480px), (max-height: 420px)";
const REST_AFTER_MS = 60_000;
const RIGHT_TO_LEFT = ["ar", "fa", "he", "ur"];

/** The dialog: opens, closes, speaks the visitor's language, and tells the page about it. */
export class PanelDialog implements Panel {
  readonly #dialog = h("dialog", { class: "panel", id: "panel", "aria-labelledby": "title" });
  readonly #conversation: Conversation;
  readonly #fullScreen = matchMedia(FULL_SCREEN);
  readonly #ends: (() => void)[] = [];
  #content: ReturnType<typeof panelContent> | null = null;
  #language = "";
  #endDrawing = () => {};
  #cancelRest = () => {};

  constructor(private readonly host: Host) {
    adopt(host.root, css);
    this.#conversation = this.#converse();
    this.#listen();
    host.root.append(this.#dialog);
    host.launcher.setAttribute("aria-controls", "panel");
    this.#ends.push(
      this.#conversation.$profile.subscribe(({ language }) => this.#draw(language)),
      this.#watchAnswers(),
    );
  }

  get isOpen(): boolean {
    return this.#dialog.open;
  }

  open(): void {
    if (this.isOpen) return;
    this.#cancelRest();
    this.#show();
    this.host.launcher.setAttribute("aria-expanded", "true");
    delete this.host.launcher.dataset["unread"];
    this.#conversation.start();
    this.#emit("chat-open");
  }

  close(): void {
    if (!this.isOpen) return;
    this.#dialog.close();
    this.host.launcher.setAttribute("aria-expanded", "false");
    this.host.launcher.focus();
    this.#cancelRest = systemClock.after(REST_AFTER_MS, () => this.#rest());
    this.#emit("chat-close");
  }

  dispose(): void {
    this.#cancelRest();
    this.#endDrawing();
    for (const end of this.#ends) end();
    this.#conversation.stop();
    this.#dialog.remove();
  }

  #converse(): Conversation {
    const { creator, api } = this.host.options;
    return new Conversation(
      {
        http: new Http(api, (...call) => fetch(...call)),
        openSocket: (url) => new WebSocket(url),
        clock: systemClock,
        isOnline: () => navigator.onLine,
        lasting: shelfOn(() => localStorage),
        passing: shelfOn(() => sessionStorage),
        newId: () => crypto.getRandomValues(new Uint32Array(4)).join("-"),
        maySend: (text) => this.#emit("chat-send", { text }),
        close: () => this.close(),
      },
      creator,
    );
  }

  /** Full screen on a small display, where the page behind must not be reached; else beside the page. */
  #show(): void {
    if (this.#fullScreen.matches) this.#dialog.showModal();
    else this.#dialog.show();
    this.#content?.focus();
  }

  /** What the page asks for comes first, then what the creator chose, then what the browser prefers. */
  #draw(chosen: string): void {
    const language = pickLanguage(
      [this.host.options.language, chosen, ...navigator.languages].filter(Boolean),
    );
    if (language === this.#language) return;
    this.#language = language;
    this.#endDrawing();
    const { stores, end } = scope(this.#conversation);
    this.#endDrawing = end;
    this.#content = panelContent({
      ...stores,
      actions: this.#conversation,
      strings: stringsOf(language),
      language,
      secondsUntil: (moment) => Math.max(0, Math.ceil((moment - systemClock.now()) / 1000)),
      later: (ms, run) => systemClock.after(ms, run),
    });
    const { element } = this.#content;
    element.lang = language;
    element.dir = RIGHT_TO_LEFT.includes(language) ? "rtl" : "ltr";
    this.#dialog.replaceChildren(element);
    if (this.isOpen) this.#content.focus();
  }

  #listen(): void {
    const stepBack = (event: Event) => {
      event.preventDefault();
      event.stopPropagation();
      if (!this.#content?.stepBack()) this.close();
    };
    this.#dialog.addEventListener("cancel", stepBack);
    this.#dialog.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !event.isComposing) stepBack(event);
    });
    this.#on(this.#fullScreen, "change", () => {
      if (!this.isOpen) return;
      this.#dialog.close();
      this.#show();
    });
    const changed = () => this.#conversation.networkChanged();
    this.#on(window, "online", changed);
    this.#on(window, "offline", changed);
    this.#on(window, "pagehide", () => this.#conversation.stop());
    this.#on(window, "pageshow", (event) => {
      if ((event as PageTransitionEvent).persisted && this.isOpen) this.#conversation.start();
    });
    this.#on(document, "visibilitychange", () => document.visibilityState === "visible" && changed());
  }

  #on(target: EventTarget, name: string, run: (event: Event) => void): void {
    target.addEventListener(name, run);
    this.#ends.push(() => target.removeEventListener(name, run));
  }

  #watchAnswers(): () => void {
    let before: Items = [];
    return this.#conversation.$items.subscribe((items) => {
      for (const { text, outcome, state } of finishedSince(before, items)) {
        this.#emit("chat-message", { text, outcome, state });
        if (!this.isOpen) this.host.launcher.dataset["unread"] = "";
      }
      before = items;
    });
  }

  /** A closed chat that waits for nothing needs no connection. */
  #rest(): void {
    const items = this.#conversation.$items.get();
    if (!this.isOpen && !items.some(isRunning) && unanswered(items).length === 0) this.#conversation.stop();
  }

  #emit(name: string, detail: object = {}): boolean {
    const options = { bubbles: true, composed: true, cancelable: name === "chat-send", detail };
    return this.host.element.dispatchEvent(new CustomEvent(name, options));
  }
}

/** The conversation's stores, with a way to end all that was subscribed through them. */
function scope({ $connection, $items, $earlier, $composer, $profile }: Conversation) {
  const ends: (() => void)[] = [];
  const watched = <T>(store: Store<T>): Store<T> => ({
    ...store,
    subscribe(listener) {
      const end = store.subscribe(listener);
      ends.push(end);
      return end;
    },
  });
  const stores = {
    $connection: watched($connection),
    $items: watched($items),
    $earlier: watched($earlier),
    $composer: watched($composer),
    $profile: watched($profile),
  };
  return { stores, end: () => ends.forEach((end) => end()) };
}
