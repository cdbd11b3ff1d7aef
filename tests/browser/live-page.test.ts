import type { Page } from "playwright-core";
import { Replica, removeBundles, stopAll } from "../integration/replica";
import { TestRedis } from "../integration/redis";
import { TestBrowser } from "./browser";
import { Forwarder } from "./forwarder";

jest.setTimeout(90_000);

let redis: TestRedis;
let browser: TestBrowser;
let forwarder: Forwarder | undefined;

beforeAll(async () => {
  redis = await TestRedis.start();
  browser = await TestBrowser.start();
});

beforeEach(() => redis.admin.flushall());

afterEach(async () => {
  await Promise.all(browser.context.pages().map((page) => page.close()));
  forwarder?.stop();
  await stopAll();
});

afterAll(async () => {
  removeBundles();
  await browser?.stop();
  await redis?.remove();
});

async function startApps(count: number, env: Record<string, string> = {}): Promise<Replica[]> {
  const start = () => Replica.ready("app", { REDIS_URL: redis.url("app"), ...env });
  const apps = await Promise.all(Array.from({ length: count }, start));
  forwarder = await Forwarder.start(apps.map(({ port }) => port));
  return apps;
}

/** The list's item of a replica. */
const item = (page: Page, { instance }: Replica) => page.locator("#replicas > li", { hasText: instance });
const text = (page: Page, id: string) => page.locator(`#${id}`).innerText();
const textIs = (page: Page, id: string, wanted: string) => page.locator(`#${id}`, { hasText: wanted }).waitFor();

test("it shows every replica with its share and revision, and counts that move by themselves", async () => {
  const apps = await startApps(2);
  const page = await browser.open(forwarder!.url);
  for (const app of apps) {
    await item(page, app).getByText("Healthy").waitFor();
    await item(page, app).getByText("revision r1").waitFor();
  }
  await textIs(page, "healthy", "2");
  await textIs(page, "session-visits", "1");
  const before = Number(await text(page, "all-visits"));

  // Somebody else comes, without a reload here.
  await Promise.all(Array.from({ length: 10 }, (_, n) => apps[n % 2]!.get("/")));
  await textIs(page, "all-visits", String(before + 10));
  expect(await text(page, "session-visits")).toBe("1");
  await item(page, apps[0]!).getByText("6 served").or(item(page, apps[1]!).getByText("6 served")).waitFor();
  const shares = await page.locator('[data-part="share"]').allInnerTexts();
  expect(shares.map((share) => parseInt(share)).reduce((a, b) => a + b)).toBeGreaterThanOrEqual(99);
  expect(browser.complaints.splice(0)).toEqual([]);
});

test("with the keyboard alone: thirty requests go round, twenty jobs wait in the queue", async () => {
  const apps = await startApps(2);
  const page = await browser.open(forwarder!.url);
  await textIs(page, "healthy", "2");
  const focused = () => page.evaluate("document.activeElement.textContent");

  await page.keyboard.press("Tab");
  expect(await focused()).toBe("Skip to the replicas");
  await page.keyboard.press("Enter");
  await page.keyboard.press("Tab");
  expect(await focused()).toBe("Send 30 requests");
  expect(await page.evaluate("getComputedStyle(document.activeElement).outlineStyle")).toBe("solid");
  await page.keyboard.press("Enter");
  await textIs(page, "result", `15 by ${apps[0]!.instance}, 15 by ${apps[1]!.instance}. None failed.`);
  await textIs(page, "session-visits", "31");
  expect(await page.locator("#dots > li").count()).toBe(30);
  expect(await focused()).toBe("Send 30 requests");

  await page.keyboard.press("Tab");
  expect(await focused()).toBe("Enqueue 20 jobs");
  await page.keyboard.press("Space");
  await textIs(page, "result", "20 jobs enqueued. None failed.");
  await textIs(page, "waiting", "20");
  await page.getByRole("img", { name: /now 20 and 0/ }).waitFor();

  await Replica.ready("worker", { REDIS_URL: redis.url("worker") });
  await textIs(page, "waiting", "0");
  await textIs(page, "completed", "20");
  expect(browser.complaints.splice(0)).toEqual([]);
});

test("a replica that drains is shown so, ends its stream, and the page goes on from another one", async () => {
  const [first, second] = (await startApps(2, { DRAIN_SECONDS: "4" })) as [Replica, Replica];
  forwarder!.targets = [first.port];
  const page = await browser.open(forwarder!.url);
  await page.getByText(`Live from ${first.instance}`).first().waitFor();
  await textIs(page, "healthy", "2");

  forwarder!.targets = [second.port];
  const told = performance.now();
  first.kill("SIGTERM");
  await page.locator("#link", { hasText: `Live from ${second.instance}` }).waitFor();
  console.info(`the stream was back ${Math.round(performance.now() - told)} ms after SIGTERM`);
  expect(performance.now() - told).toBeLessThan(3000);
  await item(page, first).getByText("Draining").waitFor();
  await textIs(page, "healthy", "1");

  expect(await first.exited).toBe(0);
  await item(page, first).waitFor({ state: "detached" });
  expect(await item(page, second).getByText("Healthy").isVisible()).toBe(true);
  expect(browser.complaints.splice(0)).toEqual([]);
});

test("an open page does not hold a stop up, and a replica that was killed is shown as lost", async () => {
  const [first, second] = (await startApps(2)) as [Replica, Replica];
  forwarder!.targets = [second.port];
  const page = await browser.open(forwarder!.url);
  await textIs(page, "healthy", "2");
  first.kill("SIGKILL");
  await item(page, first).getByText("No sign of life").waitFor();
  second.kill("SIGTERM");
  expect(await second.exited).toBe(0);
  expect((await second.logged("stopped")).drainMs).toBeLessThan(1000);
  await page.locator('#link[data-state="waiting"]').waitFor();
  browser.complaints.length = 0; // The browser says that nobody answers.
});

test("while Redis is away it says so, and goes on when it is back", async () => {
  await startApps(1);
  const page = await browser.open(forwarder!.url);
  await textIs(page, "healthy", "1");
  await redis.pause();
  try {
    await page.getByRole("alert").waitFor();
    expect(await page.getByRole("alert").innerText()).toMatch(/^Redis can not be reached/);
  } finally {
    await redis.unpause();
  }
  await page.getByRole("alert").waitFor({ state: "hidden" });
  expect(browser.complaints.splice(0)).toEqual([]);
});

test("it fits a phone in either scheme without scrolling sideways, and every control is big enough to touch", async () => {
  await startApps(2);
  const page = await browser.open(forwarder!.url);
  await textIs(page, "healthy", "2");
  const seen = new Set<unknown>();
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await page.setViewportSize({ width: 320, height: 640 });
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(320);
    for (const button of await page.getByRole("button").all()) {
      expect((await button.boundingBox())!.height).toBeGreaterThanOrEqual(44);
    }
    const bar = 'getComputedStyle(document.querySelector(".track div"))';
    expect(await page.evaluate(`${bar}.transitionDuration`)).toBe("0s");
    seen.add(await page.evaluate("getComputedStyle(document.body).backgroundColor"));
  }
  expect(seen.size).toBe(2);
  expect(browser.complaints.splice(0)).toEqual([]);
});

test("its policy lets no other script in", async () => {
  await startApps(1);
  const page = await browser.open(forwarder!.url);
  await textIs(page, "healthy", "1");
  await page.evaluate(`{
    const script = document.createElement("script");
    script.textContent = "window.intruder = true";
    document.body.append(script);
  }`);
  expect(await page.evaluate("window.intruder")).toBeUndefined();
  expect(browser.complaints.splice(0).join()).toMatch(/Content Security Policy/);
});
