import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium as driver, type BrowserContext, type BrowserContextOptions, type Page } from "playwright-core";
import { chromium } from "../../setup/debian-program";

/** Nothing of the browser's own asks anybody outside, and no sandbox, which a container's root can not have. */
const flags = [
  ...["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"],
  ...["--disable-background-networking", "--disable-component-update", "--disable-sync"],
];

/** A real browser with an empty profile. */
export class TestBrowser {
  /** What pages complained of: errors, warnings, violations of their policy, requests to somebody else. */
  readonly complaints: string[] = [];

  private constructor(
    private readonly profile: string,
    readonly context: BrowserContext,
  ) {}

  static async start(options: BrowserContextOptions = {}): Promise<TestBrowser> {
    const profile = await mkdtemp(join(tmpdir(), "evenkeel-browser-"));
    const launch = { executablePath: chromium.path, headless: true, args: flags, ...options };
    return new TestBrowser(profile, await driver.launchPersistentContext(profile, launch));
  }

  /** Opens a page and keeps an ear on it. */
  async open(url: string): Promise<Page> {
    const page = await this.context.newPage();
    page.on("console", (message) => {
      if (["error", "warning"].includes(message.type())) this.complaints.push(message.text());
    });
    page.on("pageerror", (error) => this.complaints.push(String(error)));
    page.on("request", (request) => {
      if (!/^data:/.test(request.url()) && new URL(request.url()).origin !== new URL(url).origin) {
        this.complaints.push(`request to ${request.url()}`);
      }
    });
    await page.goto(url);
    return page;
  }

  async stop(): Promise<void> {
    await this.context.close();
    await rm(this.profile, { recursive: true, force: true });
  }
}
