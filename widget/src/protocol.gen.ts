// Generated from autosocial/contracts/socket.py by `npm run generate -w widget`. Do not edit.
// Frames that go up may leave out fields with a default (`?`); frames that come down carry every field.

export type ProtocolVersion = 1;
export type MaxTextChars = 4000;
export type MaxFrameBytes = 32000;
export type HeartbeatSeconds = 30;

/** Ask for all of an answer after `last_seq` (0: from its beginning). */
export interface AnswerResume {
  readonly type: "answer.resume";
  readonly answer_id: string;
  readonly last_seq: number;
}

/** A rating of an answer; sending it again replaces it. */
export interface FeedbackSend {
  readonly type: "feedback.send";
  readonly answer_id: string;
  readonly rating: "down" | "up";
  readonly reason?: "" | "incomplete" | "off_topic" | "other" | "unclear" | "wrong";
  readonly comment?: string;
}

/** A visitor's message. `client_id` is the client's own id of it: sending it twice stores it once. */
export interface MessageSend {
  readonly type: "message.send";
  readonly client_id: string;
  readonly text: string;
}

/** Heartbeat, every 30 seconds. `id` comes back in the `pong`. */
export interface Ping {
  readonly type: "ping";
  readonly id?: string;
}

/** The client's user is typing. */
export interface Typing {
  readonly type: "typing";
}

export type UpFrame =
  | MessageSend
  | AnswerResume
  | Typing
  | Ping
  | FeedbackSend;

/**
 * The one terminal frame of a good answer; its `text` is authoritative.
 *
 * `outcome`: `answered` from the documents; `no_answer`: the documents do not hold it;
 * `degraded`: the model is away, the best passages are quoted instead; `small_talk`.
 * `model`: label of what wrote it (`extractive` quotes sentences and says so).
 */
export interface AnswerCompleted {
  readonly type: "answer.completed";
  readonly answer_id: string;
  readonly message_id: string;
  readonly seq: number;
  readonly text: string;
  readonly citations: readonly Citation[];
  readonly outcome: "answered" | "degraded" | "no_answer" | "small_talk";
  readonly model: string;
  readonly created_at: string;
}

/** A piece of the answer. `seq` counts from 1 without gaps within an answer. */
export interface AnswerDelta {
  readonly type: "answer.delta";
  readonly answer_id: string;
  readonly seq: number;
  readonly text: string;
}

/** The one terminal frame of an answer that could not be given. `retryable`: sending again may help. */
export interface AnswerFailed {
  readonly type: "answer.failed";
  readonly answer_id: string;
  readonly message_id: string;
  readonly seq: number;
  readonly code: string;
  readonly retryable: boolean;
}

/** An answer to `message_id` begins. A second one for the same message replaces the first. */
export interface AnswerStarted {
  readonly type: "answer.started";
  readonly answer_id: string;
  readonly message_id: string;
}

/**
 * A checked reference: `quote` stands literally in `passage` at `quote_start`.
 *
 * `index` is the number that stands as `[index]` in the answer's text.
 */
export interface Citation {
  readonly index: number;
  readonly document_id: string;
  readonly document_name: string;
  readonly page: number | null;
  readonly heading: string;
  readonly language: string;
  readonly passage_id: string;
  readonly passage: string;
  readonly quote: string;
  readonly quote_start: number;
}

/** Something the dashboard shows live. `data` depends on `event`. */
export interface Event {
  readonly type: "event";
  readonly event: "CONVERSATION_UPDATE" | "DOCUMENT_PROCESSING" | "SYSTEM_NOTIFICATION";
  readonly subject_id: string;
  readonly state: string;
  readonly progress_pct: number;
  readonly message: string;
  readonly timestamp: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** The state of the hand-off to a person changed. */
export interface HandoffChanged {
  readonly type: "handoff.changed";
  readonly state: string;
}

/** The message is stored and will be answered. `duplicate`: it was stored before. */
export interface MessageAck {
  readonly type: "message.ack";
  readonly client_id: string;
  readonly message_id: string;
  readonly conversation_id: string;
  readonly duplicate: boolean;
}

/** A message that somebody else put into the conversation (the creator, another tab). */
export interface MessageNew {
  readonly type: "message.new";
  readonly conversation_id: string;
  readonly message_id: string;
  readonly role: "assistant" | "creator" | "visitor";
  readonly text: string;
  readonly created_at: string;
}

/** One of `count` pieces of a frame above 32 kB; `index` counts from 0. */
export interface Part {
  readonly type: "part";
  readonly id: string;
  readonly index: number;
  readonly count: number;
  readonly data: string;
}

/** Answer to `ping`. */
export interface Pong {
  readonly type: "pong";
  readonly id: string;
}

/** A frame was refused. `retry_after` seconds, 0 where waiting does not help. */
export interface SocketError {
  readonly type: "error";
  readonly code: string;
  readonly detail: string;
  readonly retry_after: number;
  readonly client_id: string;
}

export type DownFrame =
  | MessageAck
  | AnswerStarted
  | AnswerDelta
  | AnswerCompleted
  | AnswerFailed
  | HandoffChanged
  | MessageNew
  | Event
  | SocketError
  | Pong
  | Part;
