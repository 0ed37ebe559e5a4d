import type { WebSocket } from "ws";
import type { AnswerCompleted, DownFrame, UpFrame } from "../src/protocol.gen.ts";
import type { StoredMessage } from "../src/transport/session.ts";
import { scriptFor, type Script } from "./scripts.ts";

interface Running {
  readonly answerId: string;
  readonly messageId: string;
  readonly frames: DownFrame[];
  readonly script: Script;
}

let count = 0;
export const ulid = (): string => `01J${String(++count).padStart(23, "0")}`;
const BLANK = {
  answer_id: "",
  reply_to: "",
  state: "pending",
  citations: [],
  outcome: "",
  model: "",
  code: "",
  rating: "",
} as const;
const wait = (ms: number) => new Promise<void>((done) => setTimeout(done, ms));

/** One visitor's side of the scripted backend: stored messages, running answers, open sockets. */
export class Visitor {
  readonly token = `token-${++count}`;
  readonly visitorId = ulid();
  readonly conversationId = ulid();
  readonly messages: StoredMessage[] = [];
  readonly sockets = new Set<WebSocket>();
  readonly #running = new Map<string, Running>();
  readonly #byClient = new Map<string, string>();
  readonly #limited = new Set<string>();

  constructor(
    private readonly pace: () => number,
    private readonly seen: UpFrame[],
  ) {}

  welcome(client: WebSocket): void {
    this.sockets.add(client);
    client.on("close", () => this.sockets.delete(client));
    client.on("message", (data) => this.#take(client, JSON.parse((data as Buffer).toString()) as UpFrame));
  }

  cut(): void {
    for (const client of this.sockets) client.terminate();
  }

  #take(client: WebSocket, frame: UpFrame): void {
    if (frame.type === "ping") return send(client, { type: "pong", id: frame.id ?? "" });
    this.seen.push(frame);
    if (frame.type === "message.send") return this.#receive(client, frame.client_id, frame.text);
    if (frame.type === "answer.resume") this.#resume(client, frame.answer_id, frame.last_seq);
  }

  #resume(client: WebSocket, answerId: string, lastSeq: number): void {
    for (const known of this.#running.get(answerId)?.frames ?? [])
      if ("seq" in known && known.seq > lastSeq) send(client, known);
  }

  #receive(client: WebSocket, clientId: string, text: string): void {
    const script = scriptFor(text);
    const refusal = this.#refusal(clientId, script);
    if (refusal) return send(client, { type: "error", detail: "", client_id: clientId, ...refusal });
    const known = this.#byClient.get(clientId);
    const messageId = known ?? ulid();
    this.#byClient.set(clientId, messageId);
    const ack = { type: "message.ack", client_id: clientId, message_id: messageId } as const;
    send(client, { ...ack, conversation_id: this.conversationId, duplicate: known !== undefined });
    if (known) return;
    const created_at = new Date().toISOString();
    this.messages.push({
      ...BLANK,
      message_id: messageId,
      client_id: clientId,
      role: "visitor",
      text,
      created_at,
    });
    void this.#answer(messageId, script);
  }

  #refusal(clientId: string, script: Script): { code: string; retry_after: number } | null {
    if (script.refuse) return { code: script.refuse, retry_after: 0 };
    if (!script.limit || this.#limited.has(clientId)) return null;
    this.#limited.add(clientId);
    return { code: "rate_limited", retry_after: script.limit };
  }

  async #answer(messageId: string, script: Script): Promise<void> {
    const answerId = ulid();
    const running: Running = { answerId, messageId, frames: [], script };
    this.#running.set(answerId, running);
    const ids = { message_id: answerId, answer_id: answerId, reply_to: messageId, client_id: "" };
    const stored = { ...BLANK, ...ids, role: "assistant" } as const;
    const at = this.messages.push({ ...stored, text: "", created_at: "", state: "streaming" }) - 1;
    await wait(script.before ?? 250);
    this.#emit(running, { type: "answer.started", answer_id: answerId, message_id: messageId });
    const seq = 1 + (await this.#stream(running));
    const end = { answer_id: answerId, message_id: messageId, seq };
    if (script.fail) {
      this.messages[at] = { ...stored, text: "", created_at: "", state: "failed", code: script.fail };
      this.#emit(running, { type: "answer.failed", ...end, code: script.fail, retryable: true });
      return;
    }
    const { text, citations = [], outcome = "answered", model = "llama" } = script;
    const body = { text, citations, outcome, model, created_at: new Date().toISOString() };
    this.messages[at] = { ...stored, ...body, state: "completed" };
    this.#emit(running, { type: "answer.completed", ...end, ...body } satisfies AnswerCompleted);
  }

  async #stream(running: Running): Promise<number> {
    const { script, answerId } = running;
    let seq = 0;
    for (const text of script.text.match(/\S+\s*/g) ?? []) {
      await wait(this.pace());
      const delta = { type: "answer.delta", answer_id: answerId, seq: ++seq, text } as const;
      if (seq === script.skip) running.frames.push(delta);
      else this.#emit(running, delta);
      if (seq === script.cutAt) this.cut();
    }
    return seq;
  }

  #emit(running: Running, frame: DownFrame): void {
    running.frames.push(frame);
    for (const client of this.sockets) send(client, frame, running.script.inParts);
  }
}

function send(client: WebSocket, frame: DownFrame, inParts = false): void {
  const text = JSON.stringify(frame);
  if (!inParts) return client.send(text);
  const pieces = text.match(/[^]{1,40}/g) ?? [];
  const id = ulid();
  return pieces.forEach((data, index) =>
    client.send(JSON.stringify({ type: "part", id, index, count: pieces.length, data })),
  );
}
