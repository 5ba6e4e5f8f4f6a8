import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { type Checked, signIn, visit } from "../visit.ts";

const VIEW = "/jobs?status=failed";

export async function tokensAreRenewed(checked: Checked): Promise<void> {
  const { t, people } = checked;
  await t.step("a token that the Data API takes no more is renewed, and the screen goes on", async () => {
    const { page, open, close } = await visit(checked, "admin", { path: VIEW });
    let renewals = 0;
    page.on("request", (request) => {
      if (request.url().includes("grant_type=refresh_token")) renewals++;
    });
    await breakToken(page);
    await page.reload();
    await page.locator("main#main a.row-link").first().waitFor();
    await open("/webhooks");
    assert.ok(renewals > 0, "it was renewed");
    assert.equal(await page.locator("main#main .problem").count(), 0);
    await close();
  });
  await t.step("one that cannot be renewed is asked for anew, where they were", async () => {
    const { page, close } = await visit(checked, "admin", { path: VIEW });
    await breakToken(page, { refresh: "of-nobody" });
    await page.reload();
    await page.locator("form input[type=password]").waitFor();
    assert.equal(await page.evaluate("location.hash"), `#${VIEW}`);
    await signIn(page, people.admin);
    await page.locator("main#main a.row-link").first().waitFor();
    assert.equal(await page.evaluate("location.hash"), `#${VIEW}`);
    await close();
  });
  await t.step("a role that is taken away while the page is open ends it", async () => {
    const { page, open, close } = await visit(checked, "support", { path: VIEW });
    await checked.sql`select ops.set_operator(${people.support.userId}, null, 'a test')`;
    try {
      await open("/audit").catch(() => {});
      await page.reload();
      await page.getByText("ops.set_operator").waitFor();
    } finally {
      await checked.sql`select ops.set_operator(${people.support.userId}, 'support', 'a test')`;
    }
    await close();
  });
}

/** Has the session that the page keeps hold a token whose signature is none, and is over by its word. */
async function breakToken(page: Page, { refresh }: { refresh?: string } = {}): Promise<void> {
  await page.evaluate(`{
    for (const key of Object.keys(localStorage)) {
      const kept = localStorage.getItem(key) ?? "";
      if (!kept.includes("access_token")) continue;
      const session = JSON.parse(kept);
      session.access_token = session.access_token.replace(/\\.[^.]*$/, ".AAAA");
      ${refresh ? `session.refresh_token = ${JSON.stringify(refresh)}; session.expires_at = 1;` : ""}
      localStorage.setItem(key, JSON.stringify(session));
    }
  }`);
}
