import { newAnswer, newMessage, type Answer, type Item, type Items } from "./store/transcript.ts";
import type { StoredMessage } from "./transport/session.ts";

/** Reads the stored conversation into the transcript. */
export const readHistory = (messages: readonly StoredMessage[]): Items => messages.map(readMessage);

function readMessage(message: StoredMessage): Item {
  if (message.role === "assistant") return readAnswer(message);
  return readWords(message.role, message.message_id, message.text, message.client_id);
}

/** What a visitor or, in person, the creator said. */
export function readWords(role: string, messageId: string, text: string, clientId = ""): Item {
  if (role !== "visitor") return { kind: "person", key: messageId, messageId, text };
  return { ...newMessage(clientId || messageId, text), messageId, delivery: "stored" };
}

function readAnswer(stored: StoredMessage): Answer {
  const answer = newAnswer(stored.answer_id || stored.message_id, stored.reply_to);
  if (stored.state === "streaming") return answer;
  const { text, code, citations, outcome, model, rating } = stored;
  const failed = stored.state === "failed";
  return {
    ...answer,
    state: failed ? "failed" : "done",
    text,
    code,
    retryable: failed,
    citations,
    outcome: outcome || "answered",
    model,
    rating,
  };
}
