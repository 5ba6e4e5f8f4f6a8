/** The client's components by themselves, in each of their states. */
import assert from "node:assert/strict";
import { buildGallery } from "../../scripts/local/app/build_app.ts";
import { serveApp } from "../../scripts/local/app/serve_app.ts";
import { findings, LOOKS, takeAxe } from "./axe.ts";
import { pageTest } from "./in_browser.ts";
import { openTab } from "./tab.ts";

/** What lies over the page is shown by itself. */
const OVER = [
  "debug-modal/user",
  "debug-modal/waiting",
  "debug-modal/admin",
  "toasts/failed",
  "toasts/connection",
];

pageTest(
  "axe-core finds nothing in any state of a component, in either language and theme",
  async (browser, t) => {
    const gallery = serveApp(await buildGallery(), { url: "", publishableKey: "", demoUser: null });
    const context = await browser.newContext({ reducedMotion: "reduce" });
    try {
      for (const [language, theme] of LOOKS) {
        await t.step(`${language}, ${theme}`, async () => {
          const address = `${gallery.url}/?language=${language}&theme=${theme}`;
          const tab = await openTab(context, address);
          assert.ok(await tab.page.locator("[data-gallery]").count() > 20, "the states are shown");
          await takeAxe(tab.page);
          assert.deepEqual(await findings(tab.page), []);
          for (const component of OVER) {
            await tab.page.goto(`${address}&only=${component}`);
            await tab.page.locator("[data-gallery]").first().waitFor({ state: "attached" });
            await takeAxe(tab.page);
            assert.deepEqual(await findings(tab.page), [], component);
          }
          assert.deepEqual(tab.problems, []);
          await tab.page.close();
        });
      }
    } finally {
      await context.close();
      await gallery.close();
    }
  },
);
