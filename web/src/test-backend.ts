/** The API and the live socket as a page meets them, in a test's hand. */
import { vi } from "vitest";
import type { Event as LiveEvent } from "@/protocol.gen";

type Answer = { status: number; body: unknown };

class HandSocket {
  onopen: (() => void) | null = null;
  onmessage: ((message: { data: string }) => void) | null = null;
  onclose: (() => void) | null = null;
  send() {}
  close() {}
}

export class Backend {
  readonly #routes = new Map<string, Answer>();
  readonly #sockets: HandSocket[] = [];

  constructor() {
    this.answer("POST /auth/socket-tickets", 201, { ticket: "t", url: "ws://socket", expires_in: 60 });
    this.answer("GET /auth/profile", 200, { email: "ana@example.com", name: "Ana" });
    vi.stubGlobal("fetch", (input: Request | string, init: RequestInit = {}) => {
      const { url, method } = input instanceof Request ? input : { url: input, method: init.method ?? "GET" };
      return Promise.resolve(this.#respond(method, new URL(url, location.href).pathname));
    });
    const opened = (socket: HandSocket) => this.#sockets.push(socket);
    vi.stubGlobal(
      "WebSocket",
      class extends HandSocket {
        constructor() {
          super();
          opened(this);
        }
      },
    );
  }

  #respond(method: string, path: string): Response {
    const route = `${method} ${path.replace("/api/v1", "")}`;
    const { status, body } = this.#routes.get(route) ?? { status: 404, body: { code: "not_found" } };
    return Response.json(body, { status });
  }

  /** What a route, as in "GET /auth/profile", answers from now on. */
  answer(route: string, status: number, body: unknown): void {
    this.#routes.set(route, { status, body });
  }

  refuse(route: string, status: number, code: string): void {
    this.answer(route, status, { code, detail: `English words for ${code}` });
  }

  get hasSocket(): boolean {
    return this.#sockets.length > 0;
  }

  tell(event: LiveEvent): void {
    const socket = this.#sockets.at(-1);
    socket?.onopen?.();
    socket?.onmessage?.({ data: JSON.stringify(event) });
  }
}
