import { afterAll, beforeAll, expect, test } from "vitest";
import { answered, answers, ask, dialog, input, launcher, openChat, spoken, Stage } from "./stage.ts";

const stage = new Stage();
beforeAll(() => stage.start());
afterAll(() => stage.stop());

test("an answer streams in and ends with its text, citations and sources, under a strict policy", async () => {
  const { page, problems } = await stage.visit();
  await openChat(page);
  await ask(page, "What does a package cost?");
  await dialog(page).locator(".answer[data-state=streaming] li:last-child .caret").waitFor();
  await answered(page);
  expect(await answers(page).locator(".text li").count()).toBe(3);
  expect(await answers(page).locator(".text strong").first().textContent()).toBe("80 euros");
  expect(await answers(page).locator("button.marker").count()).toBe(4);
  expect(await answers(page).locator(".sources button").count()).toBe(2);
  expect(await dialog(page).locator(".caret").count()).toBe(0);
  expect(problems).toEqual([]);
});

test("nothing of the panel is fetched before the visitor draws near", async () => {
  const { page } = await stage.visit();
  const scripts = () =>
    page.evaluate(() => performance.getEntriesByType("resource").map(({ name }) => name.split("/").pop()));
  expect((await scripts()).filter((name) => name?.startsWith("panel-"))).toEqual([]);
  await launcher(page).hover();
  await expect.poll(async () => (await scripts()).some((name) => name?.startsWith("panel-"))).toBe(true);
});

test("the page does not move when the widget comes and opens", async () => {
  const { page } = await stage.visit();
  const before = await page.locator("h1").boundingBox();
  await openChat(page);
  expect(await page.locator("h1").boundingBox()).toEqual(before);
  const shift = await page.evaluate(
    () =>
      new Promise<number>((done) => {
        new PerformanceObserver((list) => done(list.getEntries().length)).observe({
          type: "layout-shift",
          buffered: true,
        });
        setTimeout(() => done(0), 300);
      }),
  );
  expect(shift).toBe(0);
});

test("a citation shows its passage with the quote marked; Escape returns to the marker", async () => {
  const { page } = await stage.visit();
  await openChat(page);
  await ask(page, "What does a package cost?");
  await answered(page);
  const marker = answers(page).getByRole("button", { name: "Source 2: Price list 2026.pdf, page 2" }).first();
  await marker.focus();
  await page.keyboard.press("Enter");
  const sheet = page.getByRole("dialog", { name: "Price list 2026.pdf" });
  await sheet.waitFor();
  expect(await sheet.locator("mark").textContent()).toBe(
    "The package of five sessions costs 350 euros, is valid for six months",
  );
  expect(await sheet.locator(".place").textContent()).toBe("page 2 · Packages");
  expect(await sheet.locator("button").evaluate((button) => button.matches(":focus"))).toBe(true);
  await page.keyboard.press("Escape");
  await sheet.waitFor({ state: "hidden" });
  expect(await marker.evaluate((button) => button.matches(":focus"))).toBe(true);
  expect(await dialog(page).isVisible()).toBe(true);
});

test("the keyboard alone opens, asks and closes; focus goes in and comes back", async () => {
  const { page } = await stage.visit();
  await page.keyboard.press("Tab");
  await page.keyboard.press("Tab");
  expect(await launcher(page).getAttribute("aria-expanded")).toBe("false");
  await page.keyboard.press("Enter");
  await dialog(page).waitFor();
  await expect.poll(() => input(page).evaluate((field) => field.matches(":focus"))).toBe(true);
  expect(await launcher(page).getAttribute("aria-expanded")).toBe("true");
  await page.keyboard.type("Hello there");
  await page.keyboard.press("Shift+Enter");
  await page.keyboard.type("second line");
  await page.keyboard.press("Enter");
  await answered(page);
  expect(await dialog(page).locator(".bubble").textContent()).toBe("Hello there\nsecond line");
  await page.keyboard.press("Escape");
  await dialog(page).waitFor({ state: "hidden" });
  expect(await launcher(page).evaluate((button) => button.matches(":focus"))).toBe(true);
});

test("a screen reader hears 'answering' once and each finished answer once and whole", async () => {
  const { page } = await stage.visit();
  await openChat(page);
  await spoken(page).evaluate((region) => {
    const heard: string[] = [];
    new MutationObserver(() => heard.push((region as HTMLElement).innerText)).observe(region, {
      childList: true,
      subtree: true,
    });
    Object.assign(window, { heard });
  });
  await ask(page, "What does a package cost?");
  await answered(page);
  const heard = await page.evaluate(() => (window as unknown as { heard: string[] }).heard);
  expect(heard).toHaveLength(2);
  expect(heard[0]).toBe("Answering…");
  expect(heard[1]).toMatch(/^Assistant: A single session costs 80 euros .* book\? Sources: 2\.$/);
  expect(heard[1]).not.toContain("[1]");
  expect(await dialog(page).locator("[role=log]").getAttribute("aria-live")).toBe("off");
});

test("text that looks like markup stays text", async () => {
  const { page, problems } = await stage.visit();
  await openChat(page);
  await ask(page, "<b>markup</b>");
  await answered(page);
  expect(await answers(page).locator(".text").textContent()).toContain(
    '<img src=x onerror="window.hacked=1">',
  );
  expect(await dialog(page).locator(".bubble").textContent()).toBe("<b>markup</b>");
  expect(await dialog(page).locator("img, .text b, script").count()).toBe(0);
  expect(await page.evaluate(() => "hacked" in window)).toBe(false);
  expect(problems).toEqual([]);
});

test("a rating goes out, a thumb down asks why", async () => {
  const { page } = await stage.visit();
  await openChat(page);
  await ask(page, "What does a package cost?");
  await answered(page);
  await page.getByRole("button", { name: "Not helpful" }).click();
  await page.getByRole("button", { name: "Incomplete" }).click();
  await page.getByText("Thank you, that helps.").waitFor();
  expect(await page.getByRole("button", { name: "Not helpful" }).getAttribute("aria-pressed")).toBe("true");
  await expect
    .poll(() => stage.backend.frames.filter(({ type }) => type === "feedback.send"))
    .toMatchObject([
      { rating: "down", reason: "" },
      { rating: "down", reason: "incomplete" },
    ]);
});

test("Spanish comes with the page's wish, and quoted Spanish is marked as such", async () => {
  const { page } = await stage.visit({}, { attributes: 'data-language="es"' });
  await openChat(page);
  expect(await dialog(page).locator(".frame").getAttribute("lang")).toBe("es");
  await ask(page, "¿Qué horario tienes?");
  await answered(page);
  await page
    .getByRole("button", { name: /^Fuente 1: Horarios/ })
    .last()
    .click();
  expect(await page.locator(".passage").getAttribute("lang")).toBe("es");
  expect(await page.locator("mark").textContent()).toContain("de lunes a jueves");
});

test("the page can keep a message back and hears of answers", async () => {
  const { page } = await stage.visit();
  await page.evaluate(() => {
    const seen: string[] = [];
    Object.assign(window, { seen });
    for (const name of ["chat-open", "chat-close", "chat-message"])
      document.addEventListener(name, (event) => seen.push(event.type));
    document.addEventListener("chat-send", (event) => {
      if ((event as CustomEvent<{ text: string }>).detail.text.includes("secret")) event.preventDefault();
    });
  });
  await openChat(page);
  await ask(page, "my secret");
  expect(await dialog(page).locator(".bubble").count()).toBe(0);
  expect(await input(page).inputValue()).toBe("my secret");
  await ask(page, "hello");
  await answered(page);
  await page.keyboard.press("Escape");
  expect(await page.evaluate(() => (window as unknown as { seen: string[] }).seen)).toEqual([
    "chat-open",
    "chat-message",
    "chat-close",
  ]);
});
