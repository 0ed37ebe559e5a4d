import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { answered, answers, ask, dialog, input, launcher, openChat, spoken, Stage } from "./stage.ts";

const stage = new Stage();
beforeAll(() => stage.start());
beforeEach(() => {
  stage.backend.frames.length = 0;
  stage.backend.pace = 25;
});
afterAll(() => stage.stop());

const WHOLE = "A single session costs 80 euros and lasts one hour; you get a written summary afterwards.";

test("a connection cut in the middle of an answer loses and doubles nothing", async () => {
  const { page } = await stage.visit();
  await openChat(page);
  await ask(page, "cut");
  await page.getByText("Connection lost. Trying again…").first().waitFor();
  await answered(page);
  expect(await answers(page).locator(".text p").first().innerText()).toContain("afterwards.");
  expect(await answers(page).locator(".text li").count()).toBe(3);
  const resumes = stage.backend.frames.filter((frame) => frame.type === "answer.resume");
  expect(resumes[0]).toMatchObject({ last_seq: 8 });
  expect(await dialog(page).locator(".notice").isVisible()).toBe(false);
});

test("a piece that is missing is asked for at once", async () => {
  const { page } = await stage.visit();
  await openChat(page);
  await ask(page, "gap");
  await answered(page);
  expect(stage.backend.frames).toContainEqual(
    expect.objectContaining({ type: "answer.resume", last_seq: 4 }),
  );
  expect(await answers(page).locator(".text li").count()).toBe(3);
});

test("frames that come in parts are put together", async () => {
  const { page } = await stage.visit();
  await openChat(page);
  await ask(page, "parts");
  await answered(page);
  expect(await answers(page).locator(".sources button").count()).toBe(2);
});

test("a reload in the middle of an answer finds the conversation and the answer runs on", async () => {
  stage.backend.pace = 150;
  const { page } = await stage.visit();
  await openChat(page);
  await ask(page, "What does a package cost?");
  await dialog(page).locator(".answer .text p").first().waitFor();
  await page.reload();
  await openChat(page);
  await dialog(page).locator(".answer[data-state=streaming]").waitFor();
  expect(await dialog(page).locator(".bubble").innerText()).toBe("What does a package cost?");
  stage.backend.pace = 5;
  await answered(page);
  expect(await dialog(page).locator(".bubble").count()).toBe(1);
  expect((await answers(page).locator(".text p").first().innerText()).startsWith(WHOLE.slice(0, 40))).toBe(
    true,
  );
  await page.reload();
  await openChat(page);
  await answered(page);
  expect(await answers(page).locator("button.marker").count()).toBe(4);
  expect(await spoken(page).innerText()).toBe("");
});

test("after a reload the newest page is shown, and earlier messages on demand", async () => {
  const { page } = await stage.visit();
  await openChat(page);
  await ask(page, "What does a package cost?");
  await answered(page);
  await ask(page, "parts");
  await answered(page, 2);
  stage.backend.pageSize = 2;
  await page.reload();
  await openChat(page);
  await answered(page);
  expect(await dialog(page).locator(".bubble").allInnerTexts()).toEqual(["parts"]);
  const earlier = page.getByRole("button", { name: "Earlier messages" });
  await earlier.click();
  await answered(page, 2);
  expect(await dialog(page).locator(".bubble").allInnerTexts()).toEqual([
    "What does a package cost?",
    "parts",
  ]);
  expect(await earlier.isVisible()).toBe(false);
  stage.backend.pageSize = 50;
});

test("what is written while offline is kept over a reload and goes out once, later", async () => {
  const { page, context } = await stage.visit();
  await openChat(page);
  await page.locator(".state[data-state=open]").waitFor();
  stage.backend.refuseSockets = true;
  await context.setOffline(true);
  await page.getByText("You are offline. Messages go out when you are back.").first().waitFor();
  await ask(page, "hello from the train");
  await page.getByText("Will be sent when you are connected").waitFor();
  await input(page).fill("and a draft");
  await context.setOffline(false);
  await page.reload();
  await openChat(page);
  expect(await dialog(page).locator(".bubble").innerText()).toBe("hello from the train");
  expect(await input(page).inputValue()).toBe("and a draft");
  stage.backend.refuseSockets = false;
  // A try of the widget's own may be faster: then the button is gone.
  const pressed = page.getByRole("button", { name: "Try now" }).click();
  await Promise.race([pressed.catch(() => undefined), answered(page)]);
  await answered(page);
  expect(stage.backend.frames.filter(({ type }) => type === "message.send")).toHaveLength(1);
});

test("a message refused for speed counts down and goes again by itself", async () => {
  const { page } = await stage.visit();
  await openChat(page);
  await ask(page, "limit");
  await page.getByText("Goes again in 3 s.").waitFor();
  await page.getByText("Goes again in 2 s.").waitFor();
  await answered(page);
  const sent = stage.backend.frames.filter((frame) => frame.type === "message.send");
  expect(sent).toHaveLength(2);
  expect(new Set(sent.map((frame) => frame.client_id)).size).toBe(1);
});

test("a failed answer says so and can be asked for again", async () => {
  const { page } = await stage.visit();
  await openChat(page);
  await ask(page, "fail");
  await page.getByText("The answer could not be finished.").first().waitFor();
  await answers(page).getByRole("button", { name: "Try again" }).click();
  await expect.poll(() => stage.backend.frames.filter(({ type }) => type === "message.send").length).toBe(2);
  expect(await dialog(page).locator(".bubble").count()).toBe(1);
});

test("what the documents do not hold can be asked in other words", async () => {
  const { page } = await stage.visit();
  await openChat(page);
  await ask(page, "How is the weather?");
  await page.getByText("Not in the documents").waitFor();
  await page.getByRole("button", { name: "Ask in other words" }).click();
  expect(await input(page).inputValue()).toBe("How is the weather?");
  await expect.poll(() => input(page).evaluate((field) => field.matches(":focus"))).toBe(true);
});

test("a session that has ended is replaced without a word", async () => {
  const { page } = await stage.visit();
  await openChat(page);
  await page.locator(".state[data-state=open]").waitFor();
  stage.backend.cut();
  stage.backend.forget();
  await ask(page, "hello");
  await answered(page);
});

test("a page where the widget is not allowed is told so, without a storm of tries", async () => {
  stage.backend.refuseSessions = 403;
  const { page } = await stage.visit();
  await openChat(page);
  await page.getByText("This chat is not available here.").first().waitFor();
  expect(await input(page).isDisabled()).toBe(true);
  stage.backend.refuseSessions = 0;
});

test("when the panel's code cannot be had the launcher says so, and the next click tries again", async () => {
  stage.backend.hidePanel = true;
  const { page } = await stage.visit();
  await launcher(page).click();
  await page.getByRole("alert").waitFor();
  stage.backend.hidePanel = false;
  await openChat(page);
  await page.locator(".state[data-state=open]").waitFor();
});

test("an answer that ends while the chat is closed leaves a mark on the launcher", async () => {
  const { page } = await stage.visit();
  await openChat(page);
  await ask(page, "What does a package cost?");
  await dialog(page).locator(".answer").waitFor();
  await page.keyboard.press("Escape");
  await page.locator(".launcher[data-unread]").waitFor();
  await openChat(page);
  expect(await page.locator(".launcher[data-unread]").count()).toBe(0);
});

test("with storage blocked the chat works from memory", async () => {
  const { page } = await stage.visit();
  await page.evaluate(() => {
    for (const name of ["localStorage", "sessionStorage"])
      Object.defineProperty(window, name, {
        get() {
          throw new DOMException("blocked", "SecurityError");
        },
      });
  });
  await openChat(page);
  await ask(page, "hello");
  await answered(page);
});
