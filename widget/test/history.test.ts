import { beforeEach, expect, test } from "vitest";
import { ack, brief, delta, stored } from "./frames.ts";
import { asked, reconnect, settle, World } from "./world.ts";

let world: World;
beforeEach(() => {
  world = new World();
});

test("a new page shows the conversation and picks a running answer up from its beginning", async () => {
  world.history = [
    stored({ message_id: "m1", text: "How much?", client_id: "c1", state: "completed" }),
    stored({
      message_id: "a1",
      role: "assistant",
      text: "80",
      answer_id: "a1",
      reply_to: "m1",
      state: "completed",
      rating: "up",
    }),
    stored({ message_id: "m2", text: "When?", client_id: "c2", state: "streaming" }),
    stored({ message_id: "a2", role: "assistant", answer_id: "a2", reply_to: "m2", state: "streaming" }),
  ];
  const conversation = await world.connected();
  expect(brief(conversation.$items.get())).toEqual([
    "visitor stored: How much?",
    "answer done: 80",
    "visitor stored: When?",
    "answer streaming: ",
  ]);
  expect(conversation.$items.get()[1]).toMatchObject({ rating: "up" });
  expect(world.sent("answer.resume")).toEqual([{ type: "answer.resume", answer_id: "a2", last_seq: 0 }]);
});

test("an answer that began and ended while away is found", async () => {
  const conversation = await world.connected();
  conversation.send("How much?");
  world.socket.receive(ack("client-id-1", "m1"));
  world.history = [
    stored({ message_id: "m1", text: "How much?", client_id: "client-id-1", state: "completed" }),
    stored({
      message_id: "a1",
      role: "assistant",
      text: "80",
      answer_id: "a1",
      reply_to: "m1",
      state: "completed",
    }),
  ];
  await reconnect(world);
  expect(brief(conversation.$items.get())).toEqual(["visitor stored: How much?", "answer done: 80"]);
});

test("a message whose acknowledgement was lost is not shown twice", async () => {
  const conversation = await world.connected();
  conversation.send("How much?");
  world.history = [
    stored({ message_id: "m1", text: "How much?", client_id: "client-id-1", state: "pending" }),
  ];
  await reconnect(world);
  world.socket.receive(ack("client-id-1", "m1", true));
  expect(brief(conversation.$items.get())).toEqual(["visitor stored: How much?"]);
});

test("progress made meanwhile is not undone by an older account", async () => {
  const conversation = await asked(world);
  world.socket.receive(delta("a1", 1, "It costs"));
  world.history = [
    stored({ message_id: "m1", text: "How much?", state: "streaming" }),
    stored({ message_id: "a1", role: "assistant", answer_id: "a1", reply_to: "m1", state: "streaming" }),
  ];
  world.socket.receive(delta("unknown", 1, "?"));
  await settle();
  expect(brief(conversation.$items.get())).toEqual([
    "visitor stored: How much?",
    "answer streaming: It costs",
  ]);
});

test("a history that cannot be read is asked for again by the watch", async () => {
  const conversation = await world.connected();
  conversation.send("How much?");
  world.socket.receive(ack("client-id-1", "m1"));
  world.refusals.push(["/messages", 503]);
  world.history = [
    stored({ message_id: "m1", text: "How much?", state: "completed" }),
    stored({
      message_id: "a1",
      role: "assistant",
      text: "80",
      answer_id: "a1",
      reply_to: "m1",
      state: "completed",
    }),
  ];
  await world.clock.pass(25_000);
  expect(brief(conversation.$items.get())).toEqual(["visitor stored: How much?"]);
  world.socket.receive({ type: "pong", id: "" });
  await world.clock.pass(25_000);
  expect(brief(conversation.$items.get())).toEqual(["visitor stored: How much?", "answer done: 80"]);
});

test("earlier pages are read one by one and stay above the newest, also when it is read again", async () => {
  world.history = [stored({ message_id: "m3", text: "three", client_id: "c3" })];
  world.older = {
    first: [stored({ message_id: "m2", text: "two", client_id: "c2" })],
    second: [stored({ message_id: "m1", text: "one", client_id: "c1" })],
  };
  const conversation = await world.connected();
  const texts = () => conversation.$items.get().map(({ text }) => text);
  expect([conversation.$earlier.get(), texts()]).toEqual(["first", ["three"]]);
  await conversation.earlier();
  await conversation.earlier();
  expect([conversation.$earlier.get(), texts()]).toEqual(["", ["one", "two", "three"]]);
  world.socket.receive(delta("unknown", 1, "?"));
  await settle();
  expect([conversation.$earlier.get(), texts()]).toEqual(["", ["one", "two", "three"]]);
});

test("an earlier page that cannot be read can be asked for again", async () => {
  world.history = [stored({ message_id: "m2", text: "two", client_id: "c2" })];
  world.older = { first: [stored({ message_id: "m1", text: "one", client_id: "c1" })] };
  const conversation = await world.connected();
  world.refusals.push(["cursor=first", 503]);
  await conversation.earlier();
  expect(conversation.$earlier.get()).toBe("first");
  await conversation.earlier();
  expect(conversation.$items.get().map(({ text }) => text)).toEqual(["one", "two"]);
});
