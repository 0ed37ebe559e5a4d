/** A scripted stand-in for the API and the socket, for browser tests and the demo: same frames, chosen behaviour. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { readFile } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { WebSocketServer, type WebSocket } from "ws";
import type { AnswerCompleted, DownFrame, UpFrame } from "../src/protocol.gen.ts";
import type { StoredMessage } from "../src/transport/session.ts";
import { scriptFor, type Script } from "./scripts.ts";

const DIST = new URL("../dist/", import.meta.url);

interface Running {
  readonly answerId: string;
  readonly messageId: string;
  readonly frames: DownFrame[];
  readonly script: Script;
}

const ulid = (n: number): string => `01J${String(n).padStart(23, "0")}`;

export class Backend {
  readonly frames: UpFrame[] = [];
  /** Delay between two pieces of an answer. */
  pace = 25;
  widget = {
    title: "Ana Torres",
    name: "Ana",
    language: "",
    welcome: "Hi! I’m Ana’s assistant. Ask me about her courses, prices and schedule.",
  };
  refuseSessions = 0;
  #server: Server = createServer((request, response) => void this.#serve(request, response));
  #sockets = new WebSocketServer({ noServer: true });
  #messages: StoredMessage[] = [];
  #running = new Map<string, Running>();
  #byClient = new Map<string, string>();
  #count = 0;
  #limited = new Set<string>();

  async start(port = 0): Promise<string> {
    this.#server.on("upgrade", (request, socket, head) => {
      if (!request.url?.includes("ticket=")) return void socket.destroy();
      this.#sockets.handleUpgrade(request, socket, head, (client) => this.#welcome(client));
    });
    await new Promise<void>((ready) => this.#server.listen(port, "127.0.0.1", ready));
    return this.origin;
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Cuts every connection, as a network does. */
  cut(): void {
    for (const client of this.#sockets.clients) client.terminate();
  }

  push(frame: DownFrame): void {
    for (const client of this.#sockets.clients) client.send(JSON.stringify(frame));
  }

  async stop(): Promise<void> {
    this.cut();
    this.#server.closeAllConnections();
    await new Promise((done) => this.#server.close(done));
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.setHeader("access-control-allow-origin", "*");
    response.setHeader("access-control-allow-headers", "authorization, content-type");
    const path = new URL(request.url ?? "/", this.origin).pathname;
    if (request.method === "OPTIONS") return void response.writeHead(204).end();
    if (path.startsWith("/widget/")) return this.#file(path.slice(8), response);
    const [status, body] = this.#api(path);
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
  }

  async #file(name: string, response: ServerResponse): Promise<void> {
    try {
      const bytes = await readFile(new URL(name, DIST));
      response.writeHead(200, { "content-type": "text/javascript; charset=utf-8" }).end(bytes);
    } catch {
      response.writeHead(404).end();
    }
  }

  #api(path: string): [number, object] {
    if (path === "/api/v1/channels/sessions") {
      if (this.refuseSessions) return [this.refuseSessions, { code: "origin_not_allowed" }];
      const session = { session_token: "token", visitor_id: ulid(1), conversation_id: ulid(2) };
      return [200, { ...session, expires_at: "2099-01-01T00:00:00Z", widget: this.widget }];
    }
    if (path === "/api/v1/auth/socket-tickets")
      return [200, { ticket: `t${++this.#count}`, url: `${this.origin.replace("http", "ws")}/socket`, expires_in: 60 }];
    if (path.endsWith("/messages")) return [200, { items: this.#messages, next_cursor: null }];
    return [404, { code: "not_found" }];
  }

  #welcome(client: WebSocket): void {
    client.on("message", (data) => this.#take(client, JSON.parse(String(data)) as UpFrame));
  }

  #take(client: WebSocket, frame: UpFrame): void {
    if (frame.type === "ping") return this.#send(client, { type: "pong", id: frame.id ?? "" });
    this.frames.push(frame);
    if (frame.type === "answer.resume") {
      for (const known of this.#running.get(frame.answer_id)?.frames ?? [])
        if ("seq" in known && known.seq > frame.last_seq) this.#send(client, known);
    }
    if (frame.type === "message.send") this.#receive(client, frame.client_id, frame.text);
  }

  #receive(client: WebSocket, clientId: string, text: string): void {
    const script = scriptFor(text);
    if (script.limit && !this.#limited.has(clientId)) {
      this.#limited.add(clientId);
      const error = { type: "error", code: "rate_limited", detail: "Too fast.", retry_after: script.limit } as const;
      return this.#send(client, { ...error, client_id: clientId });
    }
    if (script.refuse)
      return this.#send(client, { type: "error", code: script.refuse, detail: "", retry_after: 0, client_id: clientId });
    const known = this.#byClient.get(clientId);
    const messageId = known ?? ulid(++this.#count);
    this.#byClient.set(clientId, messageId);
    const ack = { type: "message.ack", client_id: clientId, message_id: messageId } as const;
    this.#send(client, { ...ack, conversation_id: ulid(2), duplicate: known !== undefined });
    if (known) return;
    const created_at = new Date().toISOString();
    this.#messages.push({ message_id: messageId, client_id: clientId, role: "visitor", text, created_at });
    void this.#answer(messageId, script);
  }

  async #answer(messageId: string, script: Script): Promise<void> {
    const answerId = ulid(++this.#count);
    const running: Running = { answerId, messageId, frames: [], script };
    this.#running.set(answerId, running);
    const stored = { message_id: answerId, answer_id: answerId, reply_to: messageId, role: "assistant" } as const;
    const at = this.#messages.push({ ...stored, text: "", created_at: "", state: "running" }) - 1;
    await this.#wait(script.before ?? 250);
    this.#emit(running, { type: "answer.started", answer_id: answerId, message_id: messageId });
    let seq = 0;
    for (const text of script.text.match(/\S+\s*/g) ?? []) {
      await this.#wait(this.pace);
      if (++seq !== script.skip) this.#emit(running, { type: "answer.delta", answer_id: answerId, seq, text });
      else running.frames.push({ type: "answer.delta", answer_id: answerId, seq, text });
      if (seq === script.cutAt) this.cut();
    }
    const end = { answer_id: answerId, message_id: messageId, seq: ++seq };
    if (script.fail) {
      this.#messages[at] = { ...stored, text: "", created_at: "", state: "failed", code: script.fail };
      return this.#emit(running, { type: "answer.failed", ...end, code: script.fail, retryable: true });
    }
    const { text, citations = [], outcome = "answered", model = "llama" } = script;
    const body = { text, citations, outcome, model, created_at: new Date().toISOString() };
    this.#messages[at] = { ...stored, ...body, state: "done" };
    this.#emit(running, { type: "answer.completed", ...end, ...body } satisfies AnswerCompleted);
  }

  #emit(running: Running, frame: DownFrame): void {
    running.frames.push(frame);
    for (const client of this.#sockets.clients) this.#send(client, frame, running.script.inParts);
  }

  #send(client: WebSocket, frame: DownFrame, inParts = false): void {
    const text = JSON.stringify(frame);
    if (!inParts) return client.send(text);
    const pieces = text.match(/[^]{1,40}/g) ?? [];
    pieces.forEach((data, index) => {
      const part = { type: "part", id: `p${this.#count}`, index, count: pieces.length, data };
      client.send(JSON.stringify(part));
    });
    this.#count++;
  }

  #wait(ms: number): Promise<void> {
    return new Promise((done) => setTimeout(done, ms));
  }
}
