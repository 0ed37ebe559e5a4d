import type { DownFrame, HeartbeatSeconds, Part, UpFrame } from "../protocol.gen.ts";
import { backoff } from "./backoff.ts";
import type { Clock } from "./clock.ts";
import { FrameReader } from "./frames.ts";
import { ApiError } from "./http.ts";

const HEARTBEAT: HeartbeatSeconds = 30;
const PONG_WITHIN_MS = 10_000;
const OPEN_WITHIN_MS = 30_000;
const STEADY_AFTER_MS = 5_000;

/** The part of a browser's WebSocket that is used. */
export interface SocketLike {
  addEventListener(name: "open" | "message" | "close", listener: (event: Event) => void): void;
  send(text: string): void;
  close(): void;
}

export type LinkState = "idle" | "connecting" | "open" | "waiting" | "offline" | "refused";

export interface LinkPorts {
  readonly clock: Clock;
  readonly openSocket: (url: string) => SocketLike;
  readonly address: () => Promise<string>;
  readonly isOnline: () => boolean;
}

export interface LinkEvents {
  onState(state: LinkState, detail: { retryAt: number; code: string }): void;
  onFrame(frame: Exclude<DownFrame, Part>): void;
}

/** Keeps one socket alive: heartbeat, detection of a dead one, and coming back. */
export class Link {
  #state: LinkState = "idle";
  #socket: SocketLike | null = null;
  #attempt = 0;
  /** Until when the server wants no new connection of us. */
  #notBefore = 0;
  #life = 0;
  #cancelTimer = () => {};
  #cancelSteady = () => {};
  readonly #reader = new FrameReader();

  constructor(
    private readonly ports: LinkPorts,
    private readonly events: LinkEvents,
  ) {}

  get isOpen(): boolean {
    return this.#state === "open";
  }

  /** Connects unless that is under way; a wait for the next try is cut short, but not one we were told. */
  start(): void {
    if (this.#state === "open" || this.#state === "connecting") return;
    this.#attempt = 0;
    if (this.ports.clock.now() < this.#notBefore) this.#wait();
    else void this.#connect();
  }

  stop(): void {
    this.#end();
    this.#move("idle");
  }

  send(frame: UpFrame): boolean {
    if (!this.isOpen || !this.#socket) return false;
    this.#socket.send(JSON.stringify(frame));
    return true;
  }

  /** Gives the socket up and comes back after a wait. */
  drop(): void {
    if (this.#state !== "idle" && this.#state !== "refused") this.#wait();
  }

  /** Asks at once whether the socket still lives, as after a sleep; connects when there is none. */
  probe(): void {
    if (this.isOpen) this.#ping();
    else if (this.#state === "waiting" || this.#state === "offline") this.start();
  }

  async #connect(): Promise<void> {
    this.#end();
    const life = this.#life;
    this.#move("connecting");
    this.#cancelTimer = this.ports.clock.after(OPEN_WITHIN_MS, () => this.#wait());
    try {
      const url = await this.ports.address();
      if (life === this.#life) this.#attach(this.ports.openSocket(url), life);
    } catch (error) {
      if (life === this.#life) this.#failed(error);
    }
  }

  #failed(error: unknown): void {
    if (error instanceof ApiError && !error.isPassing) {
      this.#end();
      this.#move("refused", { code: error.code });
    } else {
      if (error instanceof ApiError) this.#notBefore = this.ports.clock.now() + error.retryAfter * 1000;
      this.#wait();
    }
  }

  #attach(socket: SocketLike, life: number): void {
    this.#socket = socket;
    this.#reader.reset();
    const on = (name: "open" | "message" | "close", run: (event: Event) => void) =>
      socket.addEventListener(name, (event) => life === this.#life && run(event));
    on("open", () => {
      this.#beat();
      this.#cancelSteady = this.ports.clock.after(STEADY_AFTER_MS, () => (this.#attempt = 0));
      this.#move("open");
    });
    on("message", (event) => this.#receive(String((event as MessageEvent<unknown>).data)));
    on("close", () => this.#wait());
  }

  #receive(data: string): void {
    this.#beat();
    const frame = this.#reader.read(data);
    if (frame && frame.type !== "pong") this.events.onFrame(frame);
  }

  /** Whatever comes in is a sign of life; without one for a while the link asks for it. */
  #beat(): void {
    this.#cancelTimer();
    this.#cancelTimer = this.ports.clock.after(HEARTBEAT * 1000, () => this.#ping());
  }

  #ping(): void {
    this.#cancelTimer();
    this.send({ type: "ping", id: String(this.ports.clock.now()) });
    this.#cancelTimer = this.ports.clock.after(PONG_WITHIN_MS, () => this.#wait());
  }

  #wait(): void {
    this.#end();
    const told = this.#notBefore - this.ports.clock.now();
    const delay = Math.max(told, backoff(this.#attempt++, this.ports.clock.chance()));
    this.#cancelTimer = this.ports.clock.after(delay, () => void this.#connect());
    const retryAt = this.ports.clock.now() + delay;
    this.#move(this.ports.isOnline() ? "waiting" : "offline", { retryAt });
  }

  #end(): void {
    this.#life++;
    this.#cancelTimer();
    this.#cancelSteady();
    const socket = this.#socket;
    this.#socket = null;
    socket?.close();
  }

  #move(state: LinkState, { retryAt = 0, code = "" } = {}): void {
    this.#state = state;
    this.events.onState(state, { retryAt, code });
  }
}
