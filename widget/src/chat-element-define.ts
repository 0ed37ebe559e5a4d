import { ChatElement } from "./chat-element.ts";

export const TAG = "autosocial-chat";

declare global {
  interface HTMLElementTagNameMap {
    [TAG]: ChatElement;
  }
}

export function define(): void {
  if (!customElements.get(TAG)) customElements.define(TAG, ChatElement);
}
