/** Frames of the server and stored messages, made short. */
import type { DownFrame } from "../src/protocol.gen.ts";
import type { Item } from "../src/store/transcript.ts";
import type { StoredMessage } from "../src/transport/session.ts";

export const ack = (client_id: string, message_id: string, duplicate = false): DownFrame => ({
  type: "message.ack",
  client_id,
  message_id,
  conversation_id: "c",
  duplicate,
});

export const started = (answer_id: string, message_id: string): DownFrame => ({
  type: "answer.started",
  answer_id,
  message_id,
});

export const delta = (answer_id: string, seq: number, text: string): DownFrame => ({
  type: "answer.delta",
  answer_id,
  seq,
  text,
});

export const completed = (answer_id: string, message_id: string, seq: number, text: string): DownFrame => ({
  type: "answer.completed",
  answer_id,
  message_id,
  seq,
  text,
  citations: [],
  outcome: "answered",
  model: "llama",
  created_at: "",
});

export const stored = (more: Partial<StoredMessage>): StoredMessage => ({
  message_id: "m1",
  role: "visitor",
  text: "",
  created_at: "",
  client_id: "",
  answer_id: "",
  reply_to: "",
  state: "none",
  citations: [],
  outcome: "",
  model: "",
  code: "",
  rating: "",
  ...more,
});

/** The conversation in short: who, state, text. */
export const brief = (items: readonly Item[]): string[] =>
  items.map((item) => {
    if (item.kind === "visitor") return `visitor ${item.delivery}: ${item.text}`;
    return item.kind === "answer"
      ? `answer ${item.state}: ${item.text || item.code}`
      : `person: ${item.text}`;
  });
