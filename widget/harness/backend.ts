/** A scripted stand-in for the API and the socket, for browser tests and the demo: same frames, chosen behaviour. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { readFile } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { WebSocketServer } from "ws";
import type { UpFrame } from "../src/protocol.gen.ts";
import { Visitor } from "./visitor.ts";

const DIST = new URL("../dist/", import.meta.url);

export class Backend {
  /** All that came up, except heartbeats. */
  readonly frames: UpFrame[] = [];
  /** Delay between two pieces of an answer. */
  pace = 25;
  widget = {
    title: "Ana Torres",
    name: "Ana",
    language: "",
    welcome: "Hi! I’m Ana’s assistant. Ask me about her courses, prices and schedule.",
  };
  /** Status with which new sessions are refused; 0: they are welcome. */
  refuseSessions = 0;
  /** While true, sockets are turned away. */
  refuseSockets = false;
  /** While true, the panel's code cannot be fetched. */
  hidePanel = false;
  /** How many messages a page of the history has. */
  pageSize = 50;
  readonly #visitors = new Map<string, Visitor>();
  readonly #tickets = new Map<string, Visitor>();
  readonly #server = createServer((request, response) => void this.#serve(request, response));
  readonly #sockets = new WebSocketServer({ noServer: true });

  async start(port = 0): Promise<string> {
    this.#server.on("upgrade", (request, socket, head) => {
      const ticket = new URL(request.url ?? "", this.origin).searchParams.get("ticket") ?? "";
      const visitor = this.#tickets.get(ticket);
      this.#tickets.delete(ticket);
      if (!visitor || this.refuseSockets) return void socket.destroy();
      this.#sockets.handleUpgrade(request, socket, head, (client) => visitor.welcome(client));
    });
    await new Promise<void>((ready) => this.#server.listen(port, "127.0.0.1", ready));
    return this.origin;
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Ends every session, as time does. */
  forget(): void {
    this.#visitors.clear();
  }

  /** Cuts every connection, as a network does. */
  cut(): void {
    for (const visitor of this.#visitors.values()) visitor.cut();
  }

  async stop(): Promise<void> {
    for (const client of this.#sockets.clients) client.terminate();
    this.#server.closeAllConnections();
    await new Promise((done) => this.#server.close(done));
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.setHeader("access-control-allow-origin", "*");
    response.setHeader("access-control-allow-headers", "authorization, content-type");
    const { pathname: path, searchParams } = new URL(request.url ?? "/", this.origin);
    if (request.method === "OPTIONS") return void response.writeHead(204).end();
    if (path.startsWith("/widget/")) return this.#file(path.slice(8), response);
    const [status, body] = this.#api(path, request, await bodyOf(request), searchParams.get("cursor"));
    return void response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
  }

  async #file(name: string, response: ServerResponse): Promise<void> {
    try {
      if (this.hidePanel && name.startsWith("panel-")) throw new Error("hidden");
      const bytes = await readFile(new URL(name, DIST));
      response.writeHead(200, { "content-type": "text/javascript; charset=utf-8" }).end(bytes);
    } catch {
      response.writeHead(404).end();
    }
  }

  #api(
    path: string,
    request: IncomingMessage,
    body: { session_token?: string },
    cursor: string | null,
  ): [number, object] {
    if (path === "/api/v1/channels/sessions") return this.#session(body.session_token);
    const visitor = this.#visitors.get((request.headers.authorization ?? "").replace("Bearer ", ""));
    if (!visitor) return [401, { code: "unauthenticated" }];
    if (path === "/api/v1/auth/socket-tickets") {
      const ticket = `ticket-${Math.random()}`;
      this.#tickets.set(ticket, visitor);
      return [200, { ticket, url: `${this.origin.replace("http", "ws")}/socket`, expires_in: 60 }];
    }
    if (path.endsWith(`/${visitor.conversationId}/messages`)) return [200, this.#history(visitor, cursor)];
    return [404, { code: "not_found" }];
  }

  /** A cursor is the number of messages before the page it came with. */
  #history({ messages }: Visitor, cursor: string | null): object {
    const end = cursor ? Number(cursor) : messages.length;
    const start = Math.max(0, end - this.pageSize);
    return { items: messages.slice(start, end), next_cursor: start ? String(start) : null };
  }

  #session(token?: string): [number, object] {
    if (this.refuseSessions) return [this.refuseSessions, { code: "origin_not_allowed" }];
    const visitor = this.#visitors.get(token ?? "") ?? new Visitor(() => this.pace, this.frames);
    this.#visitors.set(visitor.token, visitor);
    const { token: session_token, visitorId: visitor_id, conversationId: conversation_id } = visitor;
    const expires_at = "2099-01-01T00:00:00Z";
    return [201, { session_token, visitor_id, conversation_id, expires_at, widget: this.widget }];
  }
}

async function bodyOf(request: IncomingMessage): Promise<{ session_token?: string }> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return chunks.length ? (JSON.parse(Buffer.concat(chunks).toString()) as { session_token?: string }) : {};
}
