/** One browser, one scripted backend, one page of a creator: what every browser test stands on. */
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import {
  chromium,
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  type Page,
} from "playwright-core";
import { expect } from "vitest";
import { Backend } from "../harness/backend.ts";
import { Site, type SiteOptions } from "../harness/site.ts";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const SHOTS = new URL("../../.build/screenshots/", import.meta.url).pathname;
export const DESKTOP = { width: 1280, height: 800 };
export const PHONE = { width: 390, height: 844 };

interface Finding {
  readonly id: string;
  readonly impact: string | null;
  readonly nodes: readonly string[];
}

interface Axe {
  run(context: Document): Promise<{
    violations: { id: string; impact: string | null; nodes: { html: string; failureSummary: string }[] }[];
  }>;
}

export class Stage {
  readonly backend = new Backend();
  #browser!: Browser;
  #contexts: BrowserContext[] = [];
  #sites: Site[] = [];

  async start(): Promise<void> {
    mkdirSync(SHOTS, { recursive: true });
    await this.backend.start();
    const executablePath = process.env["CHROMIUM"] ?? "/usr/bin/chromium";
    this.#browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
  }

  async stop(): Promise<void> {
    for (const context of this.#contexts) await context.close();
    await this.#browser.close();
    for (const site of this.#sites) await site.stop();
    await this.backend.stop();
  }

  /** A page of a fresh visitor. What the page complains about lands in `problems`. */
  async visit(
    browser: BrowserContextOptions = {},
    options: Omit<SiteOptions, "app"> = {},
  ): Promise<{ page: Page; context: BrowserContext; problems: string[] }> {
    const site = new Site({ app: this.backend.origin, ...options });
    this.#sites.push(site);
    const context = await this.#browser.newContext({ viewport: DESKTOP, locale: "en-GB", ...browser });
    context.setDefaultTimeout(20_000);
    this.#contexts.push(context);
    await context.addInitScript(AXE);
    const page = await context.newPage();
    const problems: string[] = [];
    page.on("pageerror", (error) => problems.push(String(error)));
    page.on("console", (message) => message.type() === "error" && problems.push(message.text()));
    await page.goto(await site.start());
    await launcher(page).waitFor();
    return { page, context, problems };
  }
}

export const launcher = (page: Page) => page.getByRole("button", { name: "Chat", exact: true });
export const dialog = (page: Page) => page.locator("dialog.panel");
export const input = (page: Page) => dialog(page).locator("textarea");
export const answers = (page: Page) => dialog(page).locator(".answer");
export const spoken = (page: Page) => dialog(page).locator("[role=status][aria-live=polite]");

export async function openChat(page: Page): Promise<void> {
  await launcher(page).click();
  await dialog(page).waitFor();
}

export async function ask(page: Page, text: string): Promise<void> {
  await input(page).fill(text);
  await input(page).press("Enter");
}

/** Waits for the newest answer's end. */
export async function answered(page: Page, count = 1): Promise<void> {
  await dialog(page)
    .locator(".answer:is([data-state=done], [data-state=failed])")
    .nth(count - 1)
    .waitFor();
}

export async function shoot(page: Page, name: string): Promise<void> {
  await page.waitForTimeout(300);
  await page.screenshot({ path: `${SHOTS}widget-${name}.png` });
}

/** Serious and critical violations of the whole page, the widget's shadow root included. */
export async function violations(page: Page): Promise<readonly Finding[]> {
  await page.waitForTimeout(300);
  const found = await page.evaluate(async () => {
    const { violations: all } = await (window as unknown as { axe: Axe }).axe.run(document);
    return all.map(({ id, impact, nodes }) => ({
      id,
      impact,
      nodes: nodes.map((node) => `${node.html} ${node.failureSummary}`),
    }));
  });
  return found.filter(({ impact }) => impact === "serious" || impact === "critical");
}

export async function expectAccessible(page: Page): Promise<void> {
  expect(await violations(page)).toEqual([]);
}
