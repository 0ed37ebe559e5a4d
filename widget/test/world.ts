/** Time, network and server in a test's hand. */
import { Conversation } from "../src/conversation.ts";
import type { DownFrame, UpFrame } from "../src/protocol.gen.ts";
import type { Clock } from "../src/transport/clock.ts";
import { Http } from "../src/transport/http.ts";
import type { SocketLike } from "../src/transport/link.ts";
import type { StoredMessage } from "../src/transport/session.ts";
import type { Shelf } from "../src/transport/shelf.ts";
import { ack, started } from "./frames.ts";

/** A clock that stands until it is told to move. */
export class HandClock implements Clock {
  time = 1_000_000;
  luck = 0;
  #timers = new Set<{ at: number; run: () => void }>();

  now = () => this.time;
  chance = () => this.luck;

  after = (ms: number, run: () => void) => {
    const timer = { at: this.time + ms, run };
    this.#timers.add(timer);
    return () => void this.#timers.delete(timer);
  };

  /** Moves on, running what falls due in its order; lets promises settle in between. */
  async pass(ms: number): Promise<void> {
    const end = this.time + ms;
    for (let next = this.#next(end); next; next = this.#next(end)) {
      this.time = next.at;
      this.#timers.delete(next);
      next.run();
      await settle();
    }
    this.time = end;
    await settle();
  }

  #next(end: number) {
    return [...this.#timers].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
  }
}

export async function settle(): Promise<void> {
  for (let turn = 0; turn < 8; turn++) await new Promise((done) => setImmediate(done));
}

export class HandSocket implements SocketLike {
  readonly sent: UpFrame[] = [];
  closed = false;
  readonly #listeners: [string, (event: Event) => void][] = [];

  constructor(readonly url: string) {}

  addEventListener(name: string, listener: (event: Event) => void): void {
    this.#listeners.push([name, listener]);
  }

  send(text: string): void {
    this.sent.push(JSON.parse(text) as UpFrame);
  }

  close(): void {
    this.closed = true;
  }

  open(): void {
    this.#fire("open");
  }

  lose(): void {
    this.#fire("close");
  }

  receive(...frames: DownFrame[]): void {
    for (const frame of frames) this.raw(JSON.stringify(frame));
  }

  raw(data: string): void {
    this.#fire("message", { data });
  }

  #fire(name: string, more: object = {}): void {
    for (const [known, listener] of this.#listeners)
      if (known === name) listener(Object.assign(new Event(name), more));
  }
}

export class MemoryShelf implements Shelf {
  readonly kept = new Map<string, string>();
  read = (name: string) => this.kept.get(name) ?? null;
  write = (name: string, text: string | null) => {
    if (text === null) this.kept.delete(name);
    else this.kept.set(name, text);
  };
}

export interface Call {
  readonly path: string;
  readonly token: string;
  readonly body: Readonly<Record<string, string>>;
}

/** A visitor with a widget: `calls` are the HTTP calls made, `sockets` the connections opened. */
export class World {
  readonly clock = new HandClock();
  readonly sockets: HandSocket[] = [];
  readonly calls: Call[] = [];
  readonly lasting = new MemoryShelf();
  readonly passing = new MemoryShelf();
  history: StoredMessage[] = [];
  /** Older pages by the cursor that leads to each; the newest page leads to the first of them. */
  older: Record<string, StoredMessage[]> = {};
  isOnline = true;
  /** Next answers of the API that are not a success: a path's end, status and body. */
  refusals: [path: string, status: number, body?: object][] = [];
  #ids = 0;
  #tickets = 0;
  #sessions = 0;

  talk(): Conversation {
    return new Conversation(
      {
        http: new Http("https://app.test/api/v1", (url, init) => this.#serve(url as string, init ?? {})),
        openSocket: (url) => {
          const socket = new HandSocket(url);
          this.sockets.push(socket);
          return socket;
        },
        clock: this.clock,
        isOnline: () => this.isOnline,
        lasting: this.lasting,
        passing: this.passing,
        newId: () => `client-id-${++this.#ids}`,
        maySend: (text) => !text.includes("forbidden"),
        close: () => {},
      },
      "creator",
    );
  }

  get socket(): HandSocket {
    const last = this.sockets.at(-1);
    if (!last) throw new Error("No connection was opened.");
    return last;
  }

  /** A conversation whose socket is open. */
  async connected(): Promise<Conversation> {
    const conversation = this.talk();
    conversation.start();
    await this.open();
    return conversation;
  }

  async open(): Promise<void> {
    await settle();
    this.socket.open();
    await settle();
  }

  sent<T extends UpFrame["type"]>(type: T): Extract<UpFrame, { type: T }>[] {
    const all = this.sockets.flatMap((socket) => socket.sent);
    return all.filter((frame): frame is Extract<UpFrame, { type: T }> => frame.type === type);
  }

  #serve(url: string, init: RequestInit): Promise<Response> {
    const path = url.replace("https://app.test/api/v1", "");
    const headers = init.headers as Record<string, string>;
    const body = JSON.parse((init.body as string | undefined) ?? "{}") as Record<string, string>;
    this.calls.push({ path, token: headers["authorization"] ?? "", body });
    const at = this.refusals.findIndex(([end]) => path.endsWith(end));
    if (at < 0) return Promise.resolve(Response.json(this.#answer(path)));
    const [, status, problem = {}] = this.refusals.splice(at, 1)[0] ?? ["", 0];
    if (status === 0) return Promise.reject(new TypeError("Failed to fetch"));
    return Promise.resolve(Response.json(problem, { status }));
  }

  #page(cursor: string): object {
    const cursors = Object.keys(this.older);
    const next_cursor = cursors[cursor ? cursors.indexOf(cursor) + 1 : 0] ?? null;
    return { items: cursor ? this.older[cursor] : this.history, next_cursor };
  }

  #answer(path: string): object {
    const [, cursor] = /\/messages(?:\?cursor=(.*))?$/.exec(path) ?? [];
    if (path.includes("/messages")) return this.#page(cursor ?? "");
    if (path.endsWith("/socket-tickets"))
      return { ticket: `ticket-${++this.#tickets}`, url: "wss://app.test/socket", expires_in: 60 };
    const widget = { title: "Ana", name: "Ana", welcome: "Hi", language: "en" };
    return {
      session_token: `token-${++this.#sessions}`,
      visitor_id: "v",
      conversation_id: "c",
      expires_at: "",
      widget,
    };
  }
}

/** A question that is stored and whose answer has begun. */
export async function asked(world: World): Promise<Conversation> {
  const conversation = await world.connected();
  conversation.send("How much?");
  world.socket.receive(ack("client-id-1", "m1"), started("a1", "m1"));
  return conversation;
}

/** The connection is lost, and made again. */
export async function reconnect(world: World): Promise<void> {
  world.socket.lose();
  await world.clock.pass(2_000);
  await world.open();
}
