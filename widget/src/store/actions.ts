import type { Rating, Reason } from "./transcript.ts";

/** What a view may ask for. */
export interface Actions {
  send(text: string): boolean;
  setDraft(text: string): void;
  /** Puts a question back into the composer, to be asked in other words. */
  rephrase(text: string): void;
  /** Sends the question of a failed answer again. */
  retry(answerId: string): void;
  /** Sends a refused message again. */
  resend(clientId: string): void;
  discard(clientId: string): void;
  rate(answerId: string, rating: Rating, reason?: Reason): void;
  /** Shows the messages before the oldest that is there. */
  earlier(): Promise<void>;
  reconnect(): void;
  close(): void;
}
