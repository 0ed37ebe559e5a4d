import { beforeEach, expect, test } from "vitest";
import { backoff } from "../src/transport/backoff.ts";
import { FrameReader } from "../src/transport/frames.ts";
import { settle, World } from "./world.ts";

let world: World;
beforeEach(() => {
  world = new World();
});

test("each connection has its own ticket", async () => {
  await world.connected();
  world.socket.lose();
  await world.clock.pass(2_000);
  expect(world.sockets.map(({ url }) => url)).toEqual([
    "wss://app.test/socket?ticket=ticket-1",
    "wss://app.test/socket?ticket=ticket-2",
  ]);
});

test("waits double from one to thirty seconds, and chance adds up to as much again", () => {
  expect([0, 1, 2, 3, 4, 5, 50].map((attempt) => backoff(attempt, 0))).toEqual([
    1_000, 2_000, 4_000, 8_000, 15_000, 15_000, 15_000,
  ]);
  expect([0, 1, 2, 3, 4, 5, 50].map((attempt) => backoff(attempt, 1))).toEqual([
    2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000,
  ]);
});

test("it keeps trying with growing waits and starts small again once a connection held", async () => {
  const conversation = await world.connected();
  for (const wait of [1_000, 2_000, 4_000]) {
    world.socket.lose();
    expect(conversation.$connection.get()).toMatchObject({
      state: "waiting",
      retryAt: world.clock.now() + wait,
    });
    await world.clock.pass(wait);
  }
  await world.open();
  await world.clock.pass(5_000);
  world.socket.lose();
  expect(conversation.$connection.get().retryAt).toBe(world.clock.now() + 1_000);
});

test("a connection that opens and closes at once does not reset the wait", async () => {
  const conversation = await world.connected();
  world.socket.lose();
  await world.clock.pass(1_000);
  await world.open();
  world.socket.lose();
  expect(conversation.$connection.get().retryAt).toBe(world.clock.now() + 2_000);
});

test("after thirty silent seconds it asks, and without a reply in ten it connects anew", async () => {
  await world.connected();
  await world.clock.pass(29_999);
  expect(world.sent("ping")).toEqual([]);
  await world.clock.pass(1);
  expect(world.sent("ping")).toHaveLength(1);
  world.socket.receive({ type: "pong", id: "" });
  await world.clock.pass(30_000);
  expect(world.sent("ping")).toHaveLength(2);
  const dead = world.socket;
  await world.clock.pass(10_000);
  expect(dead.closed).toBe(true);
  await world.clock.pass(1_000);
  expect(world.sockets).toHaveLength(2);
});

test("what a given-up socket still says is not heard", async () => {
  const conversation = await world.connected();
  const old = world.socket;
  old.lose();
  old.receive({
    type: "message.new",
    conversation_id: "c",
    message_id: "m",
    role: "creator",
    text: "x",
    created_at: "",
  });
  old.open();
  expect(conversation.$items.get()).toEqual([]);
  expect(conversation.$connection.get().state).toBe("waiting");
});

test("a socket that never opens is given up", async () => {
  const conversation = world.talk();
  conversation.start();
  await settle();
  await world.clock.pass(30_000);
  expect(world.socket.closed).toBe(true);
  expect(conversation.$connection.get().state).toBe("waiting");
});

test("going offline is told, coming back connects at once", async () => {
  const conversation = await world.connected();
  world.isOnline = false;
  conversation.networkChanged();
  expect(conversation.$connection.get().state).toBe("offline");
  world.isOnline = true;
  conversation.networkChanged();
  await world.open();
  expect(conversation.$connection.get().state).toBe("open");
  expect(world.sockets).toHaveLength(2);
});

test("waking up with an open connection asks whether it lives", async () => {
  const conversation = await world.connected();
  conversation.networkChanged();
  expect(world.sent("ping")).toHaveLength(1);
});

test("stopping ends the connection and all waits", async () => {
  const conversation = await world.connected();
  conversation.stop();
  expect(world.socket.closed).toBe(true);
  await world.clock.pass(120_000);
  expect(world.sockets).toHaveLength(1);
  expect(conversation.$connection.get().state).toBe("idle");
});

test("an ended session is replaced by a new one, and the new token kept", async () => {
  world.lasting.write("autosocial:session:creator", "old");
  world.refusals.push(["/socket-tickets", 401, { code: "unauthenticated" }]);
  await world.connected();
  expect(
    world.calls.slice(0, 4).map(({ path, token, body }) => [path, token, body["session_token"]]),
  ).toEqual([
    ["/channels/sessions", "", "old"],
    ["/auth/socket-tickets", "Bearer token-1", undefined],
    ["/channels/sessions", "", "token-1"],
    ["/auth/socket-tickets", "Bearer token-2", undefined],
  ]);
  expect(world.lasting.read("autosocial:session:creator")).toBe("token-2");
});

test("a refusal that cannot pass ends the tries and keeps its code", async () => {
  world.refusals.push(["/sessions", 403, { code: "wrong_origin" }]);
  const conversation = world.talk();
  conversation.start();
  await settle();
  expect(conversation.$connection.get()).toMatchObject({ state: "refused", code: "wrong_origin" });
  await world.clock.pass(600_000);
  expect(world.calls).toHaveLength(1);
});

test.each([
  ["no network", 0, {}, 1_000],
  ["a fault of the server", 503, { code: "temporarily_unavailable" }, 1_000],
  ["too many calls, waiting as long as told", 429, { code: "rate_limited", retry_after: 20 }, 20_000],
])("with %s it tries again", async (_, status, problem, wait) => {
  world.refusals.push(["/sessions", status, problem]);
  const conversation = world.talk();
  conversation.start();
  await settle();
  expect(conversation.$connection.get()).toMatchObject({
    state: "waiting",
    retryAt: world.clock.now() + wait,
  });
  await world.clock.pass(wait);
  expect(world.sockets).toHaveLength(1);
});

test("a wait that the server asks for is not cut short by waking up or by a message", async () => {
  const conversation = await world.connected();
  world.refusals.push(["/socket-tickets", 429, { code: "rate_limited", retry_after: 12 }]);
  world.socket.lose();
  await world.clock.pass(1_000);
  const retryAt = world.clock.now() + 12_000;
  conversation.networkChanged();
  conversation.send("Hello?");
  conversation.reconnect();
  await settle();
  expect(conversation.$connection.get()).toMatchObject({ state: "waiting", retryAt });
  expect(world.sockets).toHaveLength(1);
  await world.clock.pass(12_000);
  expect(world.sockets).toHaveLength(2);
});

test("parts are joined in any order, also when two frames are mixed", () => {
  const reader = new FrameReader();
  const cut = (id: string, text: string) =>
    [0, 1, 2].map((index) =>
      JSON.stringify({
        type: "part",
        id,
        index,
        count: 3,
        data: text.slice(index * 8, index === 2 ? undefined : index * 8 + 8),
      }),
    );
  const [a0 = "", a1 = "", a2 = ""] = cut("a", '{"type":"pong","id":"first"}');
  const [b0 = "", b1 = "", b2 = ""] = cut("b", '{"type":"pong","id":"second"}');
  expect([a2, b0, a0, b1].map((text) => reader.read(text))).toEqual([null, null, null, null]);
  expect(reader.read(b2)).toEqual({ type: "pong", id: "second" });
  expect(reader.read(a1)).toEqual({ type: "pong", id: "first" });
});

test("what is no frame, or no sound part, is passed over", () => {
  const reader = new FrameReader();
  const part = { type: "part", id: "x", index: 0, count: 1, data: "" };
  for (const bad of [
    "",
    "not json",
    "null",
    '{"message":"Internal server error"}',
    JSON.stringify({ ...part, index: 5 }),
    JSON.stringify({ ...part, count: 9_999 }),
    JSON.stringify({ ...part, data: JSON.stringify(part) }),
    JSON.stringify({ ...part, data: "{" }),
  ])
    expect(reader.read(bad)).toBeNull();
  expect(reader.read('{"type":"pong","id":"1"}')).toEqual({ type: "pong", id: "1" });
});
