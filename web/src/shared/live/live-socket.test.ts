import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ApiError } from "@/client/problem";
import type { Event as LiveEvent } from "@/protocol.gen";
import { LiveSocket } from "./live-socket";

class FakeSocket {
  onopen: (() => void) | null = null;
  onmessage: ((message: { data: string }) => void) | null = null;
  onclose: (() => void) | null = null;
  sent: string[] = [];
  constructor(readonly url: string) {}
  send(text: string) {
    this.sent.push(text);
  }
  close() {
    this.onclose?.();
  }
  receive(frame: unknown) {
    this.onmessage?.({ data: typeof frame === "string" ? frame : JSON.stringify(frame) });
  }
}

const event = {
  type: "event",
  event: "DOCUMENT_PROCESSING",
  subject_id: "d1",
  state: "ready",
  timestamp: "t",
};

describe("LiveSocket", () => {
  let sockets: FakeSocket[];
  let events: LiveEvent[];
  let connected: boolean[];
  let tickets: number;
  let refusal: ApiError | null;
  let live: LiveSocket;
  const socket = (index: number) => {
    const found = sockets[index];
    if (found === undefined) throw new Error(`No socket ${index} was opened.`);
    return found;
  };

  beforeEach(() => {
    vi.useFakeTimers();
    sockets = [];
    events = [];
    connected = [];
    tickets = 0;
    refusal = null;
    live = new LiveSocket({
      ticket: () => {
        tickets += 1;
        const refused = refusal;
        refusal = null;
        return refused
          ? Promise.reject(refused)
          : Promise.resolve({ ticket: `ticket-${tickets}`, url: "ws://socket" });
      },
      open: (url) => {
        const fake = new FakeSocket(url);
        sockets.push(fake);
        return fake as unknown as WebSocket;
      },
      onEvent: (received) => events.push(received),
      onConnected: (state) => connected.push(state),
    });
  });

  afterEach(() => {
    live.stop();
    vi.useRealTimers();
  });

  async function connect(index = 0) {
    await vi.advanceTimersByTimeAsync(0);
    socket(index).onopen?.();
  }

  it("connects with a ticket and passes events on", async () => {
    live.start();
    await connect();
    socket(0).receive(event);
    expect(socket(0).url).toBe("ws://socket?ticket=ticket-1");
    expect(events).toEqual([event]);
    expect(connected).toEqual([true]);
  });

  it("joins a frame that came in parts, in any order", async () => {
    live.start();
    await connect();
    const text = JSON.stringify(event);
    socket(0).receive({ type: "part", id: "p", index: 1, count: 2, data: text.slice(20) });
    expect(events).toEqual([]);
    socket(0).receive({ type: "part", id: "p", index: 0, count: 2, data: text.slice(0, 20) });
    expect(events).toEqual([event]);
  });

  it("takes a new ticket for each new connection", async () => {
    live.start();
    await connect();
    socket(0).close();
    expect(connected).toEqual([true, false]);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(socket(1).url).toBe("ws://socket?ticket=ticket-2");
  });

  it("closes a connection whose heartbeat is not answered", async () => {
    live.start();
    await connect();
    await vi.advanceTimersByTimeAsync(30_000);
    expect(socket(0).sent).toEqual([JSON.stringify({ type: "ping", id: "" })]);
    await vi.advanceTimersByTimeAsync(30_000);
    expect(connected).toEqual([true, false]);
  });

  it("waits as long as the API asks for before it asks for another ticket", async () => {
    refusal = new ApiError(429, "rate_limited", "", "", [], 12);
    live.start();
    await vi.advanceTimersByTimeAsync(11_999);
    expect(tickets).toBe(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(sockets).toHaveLength(1);
  });

  it("stays away once it is stopped", async () => {
    live.start();
    await connect();
    live.stop();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(sockets).toHaveLength(1);
  });
});
