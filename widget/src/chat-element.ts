import { adopt, type Panel, type PanelModule } from "./host.ts";
import { makeLauncher } from "./launcher.ts";
import css from "./styles/loader.css";

const IDLE_AFTER_MS = 3_000;
const TROUBLE_MS = 6_000;
const TROUBLE: Readonly<Record<string, string>> = {
  en: "The chat could not be loaded. Please try again.",
  es: "No se pudo cargar el chat. Inténtalo de nuevo.",
};

/** Where the panel's code is, and the API when the page does not say otherwise. */
export interface Source {
  readonly panel: string;
  readonly api: string;
}

/**
 * `<autosocial-chat creator language position api>`: draws the launcher and nothing else; the panel's
 * code comes when the visitor draws near, or when the page has been idle for a while.
 */
export class ChatElement extends HTMLElement {
  static source: Source = { panel: "", api: "" };

  readonly #root = this.attachShadow({ mode: "open" });
  readonly #launcher = makeLauncher();
  #module: Promise<PanelModule> | null = null;
  #panel: Panel | null = null;
  #tries = 0;
  #idle = 0;

  constructor() {
    super();
    adopt(this.#root, css);
    this.#root.append(this.#launcher);
    this.#launcher.addEventListener("click", () => void this.toggle());
    for (const near of ["pointerenter", "focus", "touchstart"])
      this.#launcher.addEventListener(near, () => this.#warm(), { passive: true });
  }

  connectedCallback(): void {
    const connection = (navigator as { connection?: { saveData?: boolean } }).connection;
    if (!connection?.saveData) this.#idle = window.setTimeout(() => this.#whenIdle(), IDLE_AFTER_MS);
  }

  disconnectedCallback(): void {
    clearTimeout(this.#idle);
    this.#panel?.dispose();
    this.#panel = null;
  }

  async open(): Promise<void> {
    try {
      (await this.#mounted()).open();
    } catch {
      this.#module = null;
      this.#tell();
    }
  }

  close(): void {
    this.#panel?.close();
  }

  async toggle(): Promise<void> {
    if (this.#panel?.isOpen) this.close();
    else await this.open();
  }

  async #mounted(): Promise<Panel> {
    if (this.#panel) return this.#panel;
    this.#launcher.setAttribute("aria-busy", "true");
    try {
      const module = await this.#load();
      return (this.#panel ??= module.mount({
        element: this,
        root: this.#root,
        launcher: this.#launcher,
        options: {
          creator: this.getAttribute("creator") ?? "",
          api: this.getAttribute("api") || ChatElement.source.api,
          language: this.getAttribute("language") ?? "",
        },
      }));
    } finally {
      this.#launcher.removeAttribute("aria-busy");
    }
  }

  /** A browser remembers a failed import by its address, so the next try has another one. */
  #load(): Promise<PanelModule> {
    const again = this.#tries++ ? `?${this.#tries}` : "";
    return (this.#module ??= import(ChatElement.source.panel + again) as Promise<PanelModule>);
  }

  #warm(): void {
    if (!this.#module) this.#load().catch(() => (this.#module = null));
  }

  #whenIdle(): void {
    if ("requestIdleCallback" in window) requestIdleCallback(() => this.#warm());
    else this.#warm();
  }

  #tell(): void {
    const language = (this.getAttribute("language") || navigator.language).slice(0, 2);
    const words = document.createElement("p");
    words.className = "trouble";
    words.setAttribute("role", "alert");
    words.textContent = TROUBLE[language] ?? TROUBLE["en"] ?? "";
    this.#root.append(words);
    setTimeout(() => words.remove(), TROUBLE_MS);
  }
}
