import type { MessageNew } from "./protocol.gen.ts";
import {
  findAnswer,
  isAnswer,
  newAnswer,
  newMessage,
  place,
  type Answer,
  type Item,
  type Items,
} from "./store/transcript.ts";
import type { StoredMessage } from "./transport/session.ts";

/** Reads the stored conversation into the transcript. */
export const readHistory = (messages: readonly StoredMessage[]): Items => messages.map(readMessage);

function readMessage(message: StoredMessage): Item {
  if (message.role === "assistant") return readAnswer(message);
  return readWords(message.role, message.message_id, message.text, message.client_id);
}

/** What a visitor or, in person, the creator said. */
function readWords(role: string, messageId: string, text: string, clientId = ""): Item {
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

/**
 * The server's account of the conversation, with what only this page knows kept: messages on their
 * way, answers that began meanwhile, the progress of those that run on, and what stood above the
 * page that was read.
 */
export function mergeHistory(items: Items, history: Items): Items {
  const known = new Set(history.flatMap((item) => (isAnswer(item) ? [] : [item.key, item.messageId])));
  const answered = new Set(history.filter(isAnswer).map((answer) => answer.messageId));
  const isKnown = (item: Item) => known.has(item.key) || known.has(item.messageId);
  const earlier = items.slice(
    0,
    Math.max(
      0,
      items.findIndex((item) => !isAnswer(item) && isKnown(item)),
    ),
  );
  const later = items.slice(earlier.length);
  const isOurs = (item: Item) => !isAnswer(item) && !isKnown(item);
  const merged: Items = [
    ...earlier.filter(isOurs),
    ...history.map((item) => (isAnswer(item) ? refresh(findAnswer(items, item.answerId), item) : item)),
    ...later.filter(isOurs),
  ];
  return items
    .filter(isAnswer)
    .filter((answer) => !answered.has(answer.messageId))
    .reduce(place, merged);
}

/** What the server says of an answer; a rating given here may be on its way still. */
function refresh(ours: Answer | undefined, stored: Answer): Answer {
  if (!ours || stored.state === "streaming") return ours ?? stored;
  return ours.rating ? { ...stored, rating: ours.rating, reason: ours.reason } : stored;
}

/** Puts an older page above what is shown. */
export function prepend(items: Items, earlier: Items): Items {
  const known = new Set(items.map(({ key }) => key));
  return [...earlier.filter(({ key }) => !known.has(key)), ...items];
}

/** A message that came in from elsewhere. */
export function addForeign(items: Items, frame: MessageNew): Items {
  if (items.some((item) => item.messageId === frame.message_id)) return items;
  return [...items, readWords(frame.role, frame.message_id, frame.text)];
}
