import { beforeEach, expect, test } from "vitest";
import type { DownFrame } from "../src/protocol.gen.ts";
import { ack, brief, completed, delta, started } from "./frames.ts";
import { asked, reconnect, World } from "./world.ts";

let world: World;
beforeEach(() => {
  world = new World();
});

test("pieces are put together in their order, each once", async () => {
  const conversation = await asked(world);
  world.socket.receive(
    delta("a1", 1, "It "),
    delta("a1", 1, "It "),
    delta("a1", 2, "costs "),
    delta("a1", 3, "80."),
  );
  expect(brief(conversation.$items.get()).at(-1)).toBe("answer streaming: It costs 80.");
});

test("a gap is asked for once, and what came early is used when it closes", async () => {
  const conversation = await asked(world);
  world.socket.receive(delta("a1", 1, "one "), delta("a1", 3, "three "), delta("a1", 4, "four"));
  expect(brief(conversation.$items.get()).at(-1)).toBe("answer streaming: one ");
  expect(world.sent("answer.resume")).toEqual([{ type: "answer.resume", answer_id: "a1", last_seq: 1 }]);
  world.socket.receive(delta("a1", 2, "two "));
  expect(brief(conversation.$items.get()).at(-1)).toBe("answer streaming: one two three four");
  world.socket.receive(delta("a1", 6, "six"));
  expect(world.sent("answer.resume").at(-1)).toMatchObject({ last_seq: 4 });
});

test("a new connection resumes from the last number", async () => {
  const conversation = await asked(world);
  world.socket.receive(delta("a1", 1, "It "), delta("a1", 2, "costs "));
  await reconnect(world);
  expect(world.sent("answer.resume")[0]).toEqual({ type: "answer.resume", answer_id: "a1", last_seq: 2 });
  world.socket.receive(
    delta("a1", 2, "costs "),
    delta("a1", 3, "80."),
    completed("a1", "m1", 4, "It costs 80."),
  );
  expect(brief(conversation.$items.get()).at(-1)).toBe("answer done: It costs 80.");
  await reconnect(world);
  expect(world.sent("answer.resume")).toHaveLength(1);
});

test("the terminal text counts, and nothing after it", async () => {
  const conversation = await asked(world);
  world.socket.receive(
    delta("a1", 1, "It kosts"),
    completed("a1", "m1", 2, "It costs 80."),
    delta("a1", 3, " more"),
  );
  world.socket.receive({
    type: "answer.failed",
    answer_id: "a1",
    message_id: "m1",
    seq: 3,
    code: "late",
    retryable: true,
  });
  expect(brief(conversation.$items.get()).at(-1)).toBe("answer done: It costs 80.");
});

test("a second answer to a message takes the place of the first", async () => {
  const conversation = await asked(world);
  world.socket.receive(delta("a1", 1, "Half"), started("a2", "m1"), delta("a2", 1, "Whole"));
  expect(brief(conversation.$items.get())).toEqual(["visitor stored: How much?", "answer streaming: Whole"]);
});

test("each stands below its question", async () => {
  const conversation = await asked(world);
  conversation.send("And when?");
  world.socket.receive(
    ack("client-id-2", "m2"),
    completed("a1", "m1", 1, "80"),
    completed("a2", "m2", 1, "Monday"),
  );
  expect(brief(conversation.$items.get())).toEqual([
    "visitor stored: How much?",
    "answer done: 80",
    "visitor stored: And when?",
    "answer done: Monday",
  ]);
});

test("one that failed can be asked for again, as a new message", async () => {
  const conversation = await asked(world);
  world.socket.receive({
    type: "answer.failed",
    answer_id: "a1",
    message_id: "m1",
    seq: 1,
    code: "model_away",
    retryable: true,
  });
  expect(brief(conversation.$items.get()).at(-1)).toBe("answer failed: model_away");
  conversation.retry("a1");
  expect(brief(conversation.$items.get())).toEqual(["visitor sent: How much?"]);
  expect(world.sent("message.send").at(-1)).toMatchObject({ client_id: "client-id-2", text: "How much?" });
});

test("when one falls silent it is asked for again, and given up after two and a half minutes", async () => {
  const conversation = await asked(world);
  const alive = () => world.socket.receive({ type: "pong", id: "" });
  for (let second = 0; second < 149; second++) {
    await world.clock.pass(1_000);
    alive();
  }
  expect(world.sent("answer.resume").length).toBe(5);
  expect(brief(conversation.$items.get()).at(-1)).toBe("answer streaming: ");
  await world.clock.pass(1_000);
  expect(conversation.$items.get().at(-1)).toMatchObject({
    state: "failed",
    code: "silent",
    retryable: true,
  });
  world.socket.receive(completed("a1", "m1", 1, "Late, but whole."));
  expect(brief(conversation.$items.get()).at(-1)).toBe("answer done: Late, but whole.");
});

test("ratings go out, also those given without a connection", async () => {
  const conversation = await asked(world);
  world.socket.receive(completed("a1", "m1", 1, "80"));
  conversation.rate("a1", "up");
  world.socket.lose();
  conversation.rate("a1", "down");
  conversation.rate("a1", "down", "wrong");
  await world.clock.pass(2_000);
  await world.open();
  expect(world.sent("feedback.send").map(({ rating, reason }) => [rating, reason])).toEqual([
    ["up", ""],
    ["down", "wrong"],
  ]);
});

const refusal = (code: string, client_id = ""): DownFrame => ({
  type: "error",
  code,
  detail: "",
  retry_after: 0,
  client_id,
});

test("a rating that is refused is taken back", async () => {
  const conversation = await asked(world);
  world.socket.receive(completed("a1", "m1", 1, "80"));
  conversation.rate("a1", "up");
  world.socket.receive(refusal("answer_not_found"));
  expect(conversation.$items.get()[1]).toMatchObject({ rating: "", code: "rating_refused" });
  conversation.rate("a1", "down");
  expect(conversation.$items.get()[1]).toMatchObject({ rating: "down", code: "" });
});

test("an error that came long after a rating, or for a message, leaves it alone", async () => {
  const conversation = await asked(world);
  world.socket.receive(completed("a1", "m1", 1, "80"));
  conversation.rate("a1", "up");
  world.socket.receive(refusal("text_too_long", "client-id-9"));
  await world.clock.pass(5_001);
  world.socket.receive(refusal("answer_not_found"));
  expect(conversation.$items.get()[1]).toMatchObject({ rating: "up", code: "" });
});
