import { define, TAG } from "./chat-element-define.ts";
import { ChatElement } from "./chat-element.ts";

/** The file name of the panel, put in by the build. */
declare const PANEL_FILE: string;

const ATTRIBUTES = ["creator", "language", "position", "api"] as const;

function place(script: HTMLScriptElement): void {
  if (document.querySelector(TAG)) return;
  const element = document.createElement(TAG);
  for (const name of ATTRIBUTES) {
    const value = script.dataset[name];
    if (value) element.setAttribute(name, value);
  }
  document.body.append(element);
}

const script = document.currentScript;
if (script instanceof HTMLScriptElement) {
  ChatElement.source = {
    panel: new URL(PANEL_FILE, script.src).href,
    api: new URL("/api/v1", script.src).href,
  };
  define();
  if (document.readyState !== "loading") place(script);
  else document.addEventListener("DOMContentLoaded", () => place(script));
}
