/** What a newcomer does first: a page, a click on each example, and what comes of it. */
import assert from "node:assert/strict";
import { browserTest } from "./in_browser.ts";
import { enterAs, isLive } from "./sign_in.ts";

/** Two pictures make a pose or an outfit; one video is enlarged. */
const PAGES = { pose: 2, dress: 2, video: 1 } as const;

// @acceptance 004:305, 004:306, 004:307
browserTest("poses, clothes and videos begin with the examples, and end with a result", async (world) => {
  const { tab } = await enterAs(world.browser, world.url, await world.person(200), { path: "#/" });
  const { page } = tab;
  await isLive(page);
  for (const [path, files] of Object.entries(PAGES)) {
    await world.t.step(path, async () => {
      await page.goto(`${world.url}/#/${path}`);
      const fields = page.locator(".tool-form .file-field");
      assert.equal(await fields.count(), files);
      for (let at = 0; at < files; at++) {
        await fields.nth(at).getByRole("button", { name: /^Usar o exemplo/ }).first().click();
        await fields.nth(at).locator(".file-chosen").waitFor();
      }
      await page.locator(".tool-form button[type=submit]").click();
      await page.locator(".result :is(.comparison-after, .result-picture)").first().waitFor();
    });
  }
  assert.deepEqual(tab.problems, []);
});
