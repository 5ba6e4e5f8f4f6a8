import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { type Checked, examples, type Visit, visit } from "../visit.ts";

/** What has the job's payloads shown. */
const RAW = "Mostrar o conteúdo bruto";
/** What admins alone may do with a job that has failed. */
const ADMINS_ALONE = /^(Reprocessar|Excluir|Isolar|Cancelar)/;

export async function payloadsAreMasked(checked: Checked): Promise<void> {
  const { job } = await examples(checked);
  const [row] = await checked.sql`select input ->> 'prompt' as prompt from public.jobs where id = ${job}`;
  const [admin, support] = [await visit(checked, "admin"), await visit(checked, "support")];
  const told = async ({ page, open, rests }: Visit) => {
    const bodies = heard(page);
    await open("/webhooks");
    await open(`/jobs/${job}`);
    await page.getByRole("button", { name: RAW }).click();
    await rests();
    return `${await bodies()}\n${await page.locator("main#main").innerText()}`;
  };
  const [all, little] = [await told(admin), await told(support)];
  assert.ok(all.includes(row?.prompt), "an admin is told what was asked for");
  assert.ok(!little.includes(row?.prompt), "support is told that nowhere");
  assert.ok(little.includes("•••"));

  const offered = async ({ page }: Visit) => {
    const buttons = await page.locator("main#main button").allInnerTexts();
    const more = page.locator("main#main .page-actions").getByRole("button", { name: "Mais ações" });
    if (await more.count() === 0) return buttons;
    await more.click();
    const items = await page.getByRole("menuitem").allInnerTexts();
    await page.keyboard.press("Escape");
    return [...buttons, ...items];
  };
  const forbidden = (labels: string[]) => labels.filter((label) => ADMINS_ALONE.test(label.trim()));
  assert.ok(forbidden(await offered(admin)).length > 0, "an admin is offered more");
  assert.deepEqual(forbidden(await offered(support)), []);
  await admin.close();
  await support.close();
}

/** What the Data API has answered to a page since, as text. */
function heard(page: Page): () => Promise<string> {
  const texts: Promise<string>[] = [];
  page.on("response", (response) => {
    if (response.url().includes("/rest/v1/rpc/")) texts.push(response.text().catch(() => ""));
  });
  return async () => (await Promise.all(texts)).join("\n");
}
