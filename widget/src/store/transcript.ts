import type {
  AnswerCompleted,
  AnswerDelta,
  AnswerFailed,
  AnswerStarted,
  Citation,
  FeedbackSend,
} from "../protocol.gen.ts";
import { atom } from "./atom.ts";

/**
 * `queued`: waits for a connection · `sent`: waits for its acknowledgement · `stored`: the server has it ·
 * `held`: refused for now, goes again at `retryAt` · `refused`: going again cannot help.
 */
export type Delivery = "queued" | "sent" | "stored" | "held" | "refused";
export type Reason = NonNullable<FeedbackSend["reason"]>;
export type Rating = FeedbackSend["rating"];

export interface VisitorMessage {
  readonly kind: "visitor";
  readonly key: string;
  readonly clientId: string;
  readonly messageId: string;
  readonly text: string;
  readonly delivery: Delivery;
  readonly code: string;
  readonly retryAt: number;
}

export interface Answer {
  readonly kind: "answer";
  readonly key: string;
  readonly answerId: string;
  readonly messageId: string;
  readonly state: "streaming" | "done" | "failed";
  readonly text: string;
  readonly seq: number;
  /** Pieces that came before an earlier one, by their number. */
  readonly ahead: ReadonlyMap<number, string>;
  readonly citations: readonly Citation[];
  readonly outcome: AnswerCompleted["outcome"];
  readonly model: string;
  readonly code: string;
  readonly retryable: boolean;
  readonly rating: Rating | "";
  readonly reason: Reason;
}

/** A message the creator wrote in person. */
export interface PersonMessage {
  readonly kind: "person";
  readonly key: string;
  readonly messageId: string;
  readonly text: string;
}

export type Item = VisitorMessage | Answer | PersonMessage;
export type Items = readonly Item[];

/** The `code` of an answer whose rating the server did not take. */
export const RATING_REFUSED = "rating_refused";

export const createTranscript = () => atom<Items>([]);

export function newMessage(clientId: string, text: string): VisitorMessage {
  return {
    kind: "visitor",
    key: clientId,
    clientId,
    messageId: "",
    text,
    delivery: "queued",
    code: "",
    retryAt: 0,
  };
}

export function newAnswer(answerId: string, messageId: string): Answer {
  return {
    kind: "answer",
    key: answerId,
    answerId,
    messageId,
    state: "streaming",
    text: "",
    seq: 0,
    ahead: new Map(),
    citations: [],
    outcome: "answered",
    model: "",
    code: "",
    retryable: false,
    rating: "",
    reason: "",
  };
}

export const isMessage = (item: Item): item is VisitorMessage => item.kind === "visitor";
export const isAnswer = (item: Item): item is Answer => item.kind === "answer";
export const isRunning = (item: Item): item is Answer => isAnswer(item) && item.state === "streaming";

export function findAnswer(items: Items, answerId: string): Answer | undefined {
  return items.filter(isAnswer).find((answer) => answer.answerId === answerId);
}

/** Messages the server has, or is about to have, whose answer has not begun. */
export function unanswered(items: Items): readonly VisitorMessage[] {
  const answered = new Set(items.filter(isAnswer).map((answer) => answer.messageId));
  return items
    .filter(isMessage)
    .filter(
      ({ delivery, messageId }) => delivery === "sent" || (delivery === "stored" && !answered.has(messageId)),
    );
}

export function patchMessage(items: Items, clientId: string, patch: Partial<VisitorMessage>): Items {
  return items.map((item) => (isMessage(item) && item.clientId === clientId ? { ...item, ...patch } : item));
}

/** The server has the message; when its history already showed it, the copy made here goes. */
export function acknowledge(items: Items, clientId: string, messageId: string): Items {
  const shown = items.some(
    (item) => isMessage(item) && item.messageId === messageId && item.clientId !== clientId,
  );
  if (shown) return items.filter((item) => !(isMessage(item) && item.clientId === clientId));
  return patchMessage(items, clientId, { messageId, delivery: "stored", code: "", retryAt: 0 });
}

export function patchAnswer(items: Items, answerId: string, patch: Partial<Answer>): Items {
  return items.map((item) => (isAnswer(item) && item.answerId === answerId ? { ...item, ...patch } : item));
}

/** Puts an answer below its message; a second one to the same message takes the place of the first. */
export function place(items: Items, answer: Answer): Items {
  const kept = items.filter((item) => !(isAnswer(item) && item.messageId === answer.messageId));
  const at = kept.findIndex((item) => isMessage(item) && item.messageId === answer.messageId);
  return at < 0 ? [...kept, answer] : [...kept.slice(0, at + 1), answer, ...kept.slice(at + 1)];
}

export function startAnswer(items: Items, frame: Pick<AnswerStarted, "answer_id" | "message_id">): Items {
  if (findAnswer(items, frame.answer_id)) return items;
  return place(items, newAnswer(frame.answer_id, frame.message_id));
}

/** Takes a piece in; a piece seen before changes nothing, one that came too early waits for its turn. */
export function addDelta(items: Items, frame: AnswerDelta): Items {
  const answer = findAnswer(items, frame.answer_id);
  if (!answer || answer.state !== "streaming" || frame.seq <= answer.seq) return items;
  const ahead = new Map(answer.ahead).set(frame.seq, frame.text);
  let { seq, text } = answer;
  for (let next = ahead.get(seq + 1); next !== undefined; next = ahead.get(seq + 1)) {
    ahead.delete(++seq);
    text += next;
  }
  return patchAnswer(items, answer.answerId, { seq, text, ahead });
}

export const hasGap = (answer: Answer | undefined): boolean => !!answer && answer.ahead.size > 0;

export function completeAnswer(items: Items, frame: AnswerCompleted): Items {
  const started = startAnswer(items, frame);
  if (findAnswer(started, frame.answer_id)?.state === "done") return items;
  return patchAnswer(started, frame.answer_id, {
    state: "done",
    text: frame.text,
    seq: frame.seq,
    ahead: new Map(),
    citations: frame.citations,
    outcome: frame.outcome,
    model: frame.model,
  });
}

export function failAnswer(
  items: Items,
  frame: Pick<AnswerFailed, "answer_id" | "message_id" | "code" | "retryable">,
): Items {
  const started = startAnswer(items, frame);
  if (findAnswer(started, frame.answer_id)?.state !== "streaming") return items;
  return patchAnswer(started, frame.answer_id, {
    state: "failed",
    code: frame.code,
    retryable: frame.retryable,
  });
}

/** Answers that came to their end between two states of the conversation. */
export function finishedSince(before: Items, now: Items): readonly Answer[] {
  const awaited = new Set(unanswered(before).map((message) => message.messageId));
  return now
    .filter(isAnswer)
    .filter((answer) => answer.state !== "streaming")
    .filter((answer) => {
      const earlier = findAnswer(before, answer.answerId);
      return earlier ? earlier.state === "streaming" : awaited.has(answer.messageId);
    });
}

/** A held message goes again, unless its acknowledgement came meanwhile. */
export function release(items: Items, clientId: string): Items {
  return items.map((item) =>
    isMessage(item) && item.clientId === clientId && item.delivery === "held"
      ? { ...item, delivery: "queued", code: "", retryAt: 0 }
      : item,
  );
}
