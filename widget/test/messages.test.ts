import { beforeEach, expect, test } from "vitest";
import { ack, brief } from "./frames.ts";
import { reconnect, World } from "./world.ts";

let world: World;
beforeEach(() => {
  world = new World();
});

test("one that is written before there is a connection goes out when there is one", async () => {
  const conversation = world.talk();
  conversation.send("Hello?");
  expect(brief(conversation.$items.get())).toEqual(["visitor queued: Hello?"]);
  await world.open();
  expect(world.sent("message.send")).toEqual([
    { type: "message.send", client_id: "client-id-1", text: "Hello?" },
  ]);
  world.socket.receive(ack("client-id-1", "m1"));
  expect(brief(conversation.$items.get())).toEqual(["visitor stored: Hello?"]);
});

test("one that was not acknowledged goes again with the same client id, and is shown once", async () => {
  const conversation = await world.connected();
  conversation.send("How much?");
  await reconnect(world);
  expect(world.sent("message.send").map(({ client_id }) => client_id)).toEqual([
    "client-id-1",
    "client-id-1",
  ]);
  world.socket.receive(ack("client-id-1", "m1", true));
  expect(brief(conversation.$items.get())).toEqual(["visitor stored: How much?"]);
  await reconnect(world);
  expect(world.sent("message.send")).toHaveLength(2);
});

test("without an acknowledgement in ten seconds the connection is made anew", async () => {
  const conversation = await world.connected();
  conversation.send("How much?");
  await world.clock.pass(9_999);
  expect(world.sockets).toHaveLength(1);
  await world.clock.pass(3_000);
  expect(world.sockets).toHaveLength(2);
});

test("they keep their order over a lost connection", async () => {
  const conversation = await world.connected();
  world.socket.lose();
  for (const text of ["one", "two", "three"]) conversation.send(text);
  await world.open();
  expect(world.sent("message.send").map(({ text }) => text)).toEqual(["one", "two", "three"]);
});

test.each(["rate_limited", "temporarily_unavailable"])(
  "one refused for now (%s) waits as long as it was told and goes again",
  async (code) => {
    const conversation = await world.connected();
    conversation.send("Quick");
    const refusal = {
      type: "error",
      code,
      detail: "",
      retry_after: 4,
      client_id: "client-id-1",
    } as const;
    world.socket.receive(refusal);
    expect(conversation.$items.get()[0]).toMatchObject({
      delivery: "held",
      retryAt: world.clock.now() + 4_000,
    });
    await world.clock.pass(3_999);
    expect(world.sent("message.send")).toHaveLength(1);
    await world.clock.pass(1);
    expect(world.sent("message.send")).toHaveLength(2);
    expect(world.sent("message.send").at(-1)).toMatchObject({ client_id: "client-id-1" });
  },
);

test("one that is acknowledged while it is held does not go again", async () => {
  const conversation = await world.connected();
  conversation.send("Quick");
  const passing = { type: "error", code: "temporarily_unavailable", detail: "", retry_after: 3 } as const;
  world.socket.receive({ ...passing, client_id: "client-id-1" }, ack("client-id-1", "m1"));
  await world.clock.pass(3_000);
  expect(world.sent("message.send")).toHaveLength(1);
  expect(brief(conversation.$items.get())).toEqual(["visitor stored: Quick"]);
});

test("one that is refused for good stays until it is removed or sent again", async () => {
  const conversation = await world.connected();
  conversation.send("Quick");
  world.socket.receive({
    type: "error",
    code: "quota_exceeded",
    detail: "",
    retry_after: 0,
    client_id: "client-id-1",
  });
  await reconnect(world);
  expect(world.sent("message.send")).toHaveLength(1);
  conversation.resend("client-id-1");
  expect(world.sent("message.send")).toHaveLength(2);
  conversation.discard("client-id-1");
  expect(conversation.$items.get()).toEqual([]);
});

test("unsent ones and the draft outlive the page, sent ones do not come back", async () => {
  const first = await world.connected();
  first.send("stored");
  world.socket.receive(ack("client-id-1", "m1"));
  world.socket.lose();
  first.send("waiting");
  first.setDraft("half a sen");
  const second = world.talk();
  expect(brief(second.$items.get())).toEqual(["visitor queued: waiting"]);
  expect(second.$composer.get().draft).toBe("half a sen");
});

test("an outbox that cannot be read is empty", () => {
  world.passing.write("autosocial:outbox:creator", "{not json");
  expect(world.talk().$items.get()).toEqual([]);
});

test("nothing blank, too long or held back by the page is sent", async () => {
  const conversation = await world.connected();
  expect([
    conversation.send("  \n"),
    conversation.send("x".repeat(4001)),
    conversation.send("forbidden"),
  ]).toEqual([false, false, false]);
  expect(world.sent("message.send")).toEqual([]);
});

test("what another tab wrote appears once", async () => {
  const conversation = await world.connected();
  const frame = {
    type: "message.new",
    conversation_id: "c",
    message_id: "m9",
    role: "visitor",
    text: "Hi",
    created_at: "",
  } as const;
  world.socket.receive(frame, frame, { ...frame, message_id: "m10", role: "creator", text: "Ana here" });
  expect(brief(conversation.$items.get())).toEqual(["visitor stored: Hi", "person: Ana here"]);
});
