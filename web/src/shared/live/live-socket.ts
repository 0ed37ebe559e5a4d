import { ApiError } from "@/client/problem";
import type { DownFrame, Event as LiveEvent } from "@/protocol.gen";

/** What the socket needs from outside, so that tests can give it. */
export interface LiveSocketParts {
  ticket: () => Promise<{ ticket: string; url: string }>;
  open: (url: string) => WebSocket;
  onEvent: (event: LiveEvent) => void;
  onConnected: (connected: boolean) => void;
}

const HEARTBEAT_MS = 30_000;
const BACKOFF_MAX_MS = 30_000;

/** Keeps one socket open for live events: new ticket per connection, heartbeat, backoff with jitter. */
export class LiveSocket {
  #socket: WebSocket | null = null;
  #attempt = 0;
  #stopped = false;
  #retryTimer: ReturnType<typeof setTimeout> | undefined;
  #heartbeat: ReturnType<typeof setInterval> | undefined;
  #awaitingPong = false;
  #parts = new Map<string, string[]>();

  constructor(private readonly parts: LiveSocketParts) {}

  start(): void {
    this.#stopped = false;
    void this.#connect();
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#retryTimer);
    this.#drop();
  }

  async #connect(): Promise<void> {
    try {
      const { ticket, url } = await this.parts.ticket();
      if (this.#stopped) return;
      const socket = this.parts.open(`${url}?ticket=${encodeURIComponent(ticket)}`);
      this.#socket = socket;
      socket.onopen = () => this.#opened();
      socket.onmessage = (message) => this.#received(String(message.data));
      socket.onclose = () => this.#closed(socket);
    } catch (error) {
      this.#retryLater(error instanceof ApiError ? error.retryAfter * 1_000 : 0);
    }
  }

  #opened(): void {
    this.#attempt = 0;
    this.#awaitingPong = false;
    this.parts.onConnected(true);
    this.#heartbeat = setInterval(() => this.#beat(), HEARTBEAT_MS);
  }

  #beat(): void {
    if (this.#awaitingPong) {
      this.#socket?.close();
      return;
    }
    this.#awaitingPong = true;
    this.#socket?.send(JSON.stringify({ type: "ping", id: "" }));
  }

  #received(text: string): void {
    this.#awaitingPong = false;
    const frame = JSON.parse(text) as DownFrame;
    if (frame.type === "event") this.parts.onEvent(frame);
    if (frame.type === "part") this.#joined(frame);
  }

  #joined(part: Extract<DownFrame, { type: "part" }>): void {
    const pieces = this.#parts.get(part.id) ?? new Array<string>(part.count).fill("");
    pieces[part.index] = part.data;
    this.#parts.set(part.id, pieces);
    if (pieces.every((piece) => piece !== "")) {
      this.#parts.delete(part.id);
      this.#received(pieces.join(""));
    }
  }

  #closed(socket: WebSocket): void {
    if (socket !== this.#socket) return;
    this.#drop();
    this.#retryLater();
  }

  #drop(): void {
    clearInterval(this.#heartbeat);
    const socket = this.#socket;
    this.#socket = null;
    socket?.close();
    this.parts.onConnected(false);
  }

  #retryLater(atLeastMs = 0): void {
    if (this.#stopped) return;
    const ceiling = Math.min(BACKOFF_MAX_MS, 1_000 * 2 ** this.#attempt);
    this.#attempt += 1;
    const delay = Math.max(atLeastMs, ceiling / 2 + (Math.random() * ceiling) / 2);
    this.#retryTimer = setTimeout(() => void this.#connect(), delay);
  }
}
