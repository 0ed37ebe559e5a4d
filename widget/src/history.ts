import {
  newAnswer,
  newMessage,
  type Answer,
  type Item,
  type Items,
  type Rating,
} from "./store/transcript.ts";
import type { StoredMessage } from "./transport/session.ts";

const RATINGS: readonly string[] = ["up", "down"] satisfies Rating[];
const OUTCOMES: readonly string[] = [
  "answered",
  "no_answer",
  "degraded",
  "small_talk",
] satisfies Answer["outcome"][];

/** Reads the stored conversation into the transcript. */
export function readHistory(messages: readonly StoredMessage[]): Items {
  let question = "";
  return messages.map((message): Item => {
    if (message.role === "visitor") question = message.message_id;
    return readMessage(message, question);
  });
}

function readMessage(message: StoredMessage, question: string): Item {
  const { message_id: id, text } = message;
  if (message.role === "visitor")
    return { ...newMessage(message.client_id || id, text), messageId: id, delivery: "stored" };
  if (message.role === "creator") return { kind: "person", key: id, messageId: id, text };
  return readAnswer(message, question);
}

function readAnswer(message: StoredMessage, question: string): Answer {
  const answer = newAnswer(message.answer_id || message.message_id, message.reply_to || question);
  const shared = { ...answer, rating: pick<Answer["rating"]>(message.rating, RATINGS, "") };
  if (message.state === "running" || message.state === "streaming") return answer;
  if (message.state === "failed")
    return { ...shared, state: "failed", code: message.code ?? "", retryable: true };
  return {
    ...shared,
    state: "done",
    text: message.text,
    citations: message.citations ?? [],
    outcome: pick<Answer["outcome"]>(message.outcome, OUTCOMES, "answered"),
    model: message.model ?? "",
  };
}

function pick<T extends string>(value: string | undefined, known: readonly string[], otherwise: T): T {
  return value !== undefined && known.includes(value) ? (value as T) : otherwise;
}
