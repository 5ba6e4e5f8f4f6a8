import assert from "node:assert/strict";
import { openTab } from "../../browser/tab.ts";
import { type Checked, visit } from "../visit.ts";

export async function whoHasNoRoleIsTold(checked: Checked): Promise<void> {
  const { t, browser, url, people, sql } = checked;
  await t.step("nobody is signed in: the page asks, and asks for nothing else", async () => {
    const context = await browser.newContext();
    const asked: string[] = [];
    context.on("request", (request) => asked.push(request.url()));
    const { page, problems } = await openTab(context, `${url}/#/jobs?lane=kie`);
    await page.locator("form input[type=password]").waitFor();
    assert.deepEqual(asked.filter((address) => address.includes("/rest/v1/")), []);
    assert.deepEqual(problems, []);
    await context.close();
  });
  await t.step("a user without a role is told how to get one, and comes in when it is there", async () => {
    const { page, close } = await visit(checked, "stranger");
    await page.getByText("ops.set_operator").waitFor();
    assert.match(await page.locator("main").innerText(), new RegExp(people.stranger.email));
    assert.equal(await page.locator(".shell").count(), 0);
    await sql`select ops.set_operator(${people.stranger.userId}, 'support', 'a test')`;
    await page.locator("main button").filter({ hasText: /De novo|Tentar|again/i }).first().click();
    await page.locator(".shell").waitFor();
    await sql`select ops.set_operator(${people.stranger.userId}, null, 'a test')`;
    await close();
  });
}
