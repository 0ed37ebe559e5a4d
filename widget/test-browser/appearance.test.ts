import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Page } from "playwright-core";
import {
  answered,
  answers,
  ask,
  DESKTOP,
  dialog,
  expectAccessible,
  input,
  launcher,
  openChat,
  PHONE,
  shoot,
  Stage,
} from "./stage.ts";

const stage = new Stage();
beforeAll(() => stage.start());
afterAll(() => stage.stop());

async function look(page: Page, name: string): Promise<void> {
  await shoot(page, name);
  await expectAccessible(page);
}

describe.each([
  ["desktop", { viewport: DESKTOP }],
  ["phone", { viewport: PHONE, hasTouch: true, isMobile: true, deviceScaleFactor: 2 }],
])("on a %s every state is free of serious and critical axe violations", (size, device) => {
  test("closed, open, streaming, answered, citation", async () => {
    const { page } = await stage.visit(device);
    await look(page, `${size}-closed`);
    await openChat(page);
    await look(page, `${size}-open`);
    stage.backend.pace = 120;
    await ask(page, "What does a package cost?");
    await dialog(page).locator(".answer[data-state=streaming] li").first().waitFor();
    await look(page, `${size}-streaming`);
    stage.backend.pace = 5;
    await answered(page);
    await look(page, `${size}-answered`);
    await answers(page).locator("button.marker").nth(1).click();
    await look(page, `${size}-citation`);
  });

  test("failed, no answer, degraded, extractive, why not helpful", async () => {
    const { page } = await stage.visit(device);
    stage.backend.pace = 5;
    await openChat(page);
    await ask(page, "Please fail");
    await answered(page);
    await look(page, `${size}-failed`);
    await ask(page, "How is the weather?");
    await answered(page, 2);
    await look(page, `${size}-no-answer`);
    await ask(page, "degraded please");
    await answered(page, 3);
    await look(page, `${size}-degraded`);
    await ask(page, "extractive please");
    await answered(page, 4);
    await answers(page).last().getByRole("button", { name: "Not helpful" }).click();
    await look(page, `${size}-why`);
  });

  test("too fast, refused, no connection, near the limit", async () => {
    const { page } = await stage.visit(device);
    await openChat(page);
    await ask(page, "limit");
    await page.getByText(/Goes again in \d s\./).waitFor();
    await ask(page, "quota");
    await page.getByText("the monthly allowance is used up.").waitFor();
    await look(page, `${size}-refused`);
    stage.backend.refuseSockets = true;
    stage.backend.cut();
    await page.getByText("Connection lost. Trying again…").first().waitFor();
    await input(page).fill("x".repeat(3990));
    await look(page, `${size}-reconnecting`);
    stage.backend.refuseSockets = false;
  });
});

test("dark, in Spanish, and from right to left", async () => {
  stage.backend.pace = 5;
  const dark = await stage.visit({ colorScheme: "dark", locale: "es-ES" });
  await openChat(dark.page);
  await ask(dark.page, "¿Qué horario tienes?");
  await answered(dark.page);
  await ask(dark.page, "¿Qué precio?");
  await answered(dark.page, 2);
  await look(dark.page, "desktop-dark");
  await answers(dark.page).last().locator("button.marker").last().click();
  await look(dark.page, "desktop-dark-citation");
  const mirrored = await stage.visit({}, { html: 'lang="ar" dir="rtl"' });
  await openChat(mirrored.page);
  await ask(mirrored.page, "ما هي الأسعار؟");
  await answered(mirrored.page);
  expect(await dialog(mirrored.page).locator(".frame").getAttribute("dir")).toBe("ltr");
  await dialog(mirrored.page)
    .locator(".frame")
    .evaluate((frame) => frame.setAttribute("dir", "rtl"));
  await look(mirrored.page, "desktop-rtl");
  const box = await launcher(mirrored.page).boundingBox();
  expect(box && box.x).toBeLessThan(100);
});

test("in forced colours and with reduced motion nothing is lost", async () => {
  stage.backend.pace = 120;
  const { page } = await stage.visit({ forcedColors: "active", reducedMotion: "reduce" });
  await openChat(page);
  await ask(page, "What does a package cost?");
  await dialog(page).locator(".caret").waitFor();
  const running = await page.evaluate(() => document.getAnimations().length);
  expect(running).toBe(0);
  stage.backend.pace = 5;
  await answered(page);
  await look(page, "desktop-forced-colors");
});

test("controls are large enough for a finger, and the text can be made twice as large", async () => {
  stage.backend.pace = 5;
  const { page } = await stage.visit({ viewport: PHONE, hasTouch: true });
  await openChat(page);
  await ask(page, "What does a package cost?");
  await answered(page);
  for (const button of await dialog(page).locator("button:visible:not(.marker)").all()) {
    const box = await button.boundingBox();
    expect
      .soft(box?.height, await button.evaluate((b) => b.getAttribute("class") ?? ""))
      .toBeGreaterThanOrEqual(44);
    expect.soft(box?.width).toBeGreaterThanOrEqual(44);
  }
  for (const marker of await dialog(page).locator("button.marker").all())
    expect((await marker.boundingBox())?.height).toBeGreaterThanOrEqual(24);
  await page.setViewportSize({ width: 320, height: 568 });
  await shoot(page, "phone-small");
  const wide = await dialog(page).evaluate((panel) => panel.scrollWidth > panel.clientWidth);
  expect(wide).toBe(false);
});
