/** A test in a real browser: Chromium. Where there is none, it is skipped and says so. */
import { type Browser, chromium } from "playwright-core";
import { findChromium } from "../../scripts/install/chromium.ts";
import { type AppWorld, startAppWorld } from "./app_world.ts";

const found = await findChromium();
if ("missing" in found) console.warn(`Skipped, for want of a browser: ${found.missing}`);

/** What such a test is given; everything of it is closed at its end. */
export interface InBrowser extends AppWorld {
  readonly browser: Browser;
  readonly t: Deno.TestContext;
}

/** Declares a test of the demo app on the whole stack with the simulators. */
export function browserTest(name: string, body: (world: InBrowser) => Promise<void>): void {
  pageTest(name, async (browser, t) => {
    const world = await startAppWorld();
    try {
      await body({ ...world, browser, t });
    } finally {
      await world.close();
    }
  });
}

/** Declares a test that needs a browser, and takes so long that `npm run test:long` alone has it. */
export function longPageTest(name: string, body: Parameters<typeof pageTest>[1]): void {
  if (Deno.env.has("ESTEIRA_BIG")) pageTest(name, body);
  else Deno.test({ name, ignore: true, fn() {} });
}

/** Declares a test that needs a browser and nothing else. */
export function pageTest(name: string, body: (browser: Browser, t: Deno.TestContext) => Promise<void>): void {
  Deno.test({
    name,
    ignore: "missing" in found,
    async fn(t) {
      if ("missing" in found) return;
      const browser = await chromium.launch({ executablePath: found.path });
      try {
        await body(browser, t);
      } finally {
        await browser.close();
      }
    },
  });
}
