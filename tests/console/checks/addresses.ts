import assert from "node:assert/strict";
import { type Checked, examples, type Visit, visit } from "../visit.ts";

/** Where the page is, and what its first list shows. */
async function shown({ page, rests }: Visit): Promise<{ hash: string; rows: string[] }> {
  await rests();
  const rows = await page.locator("main#main [role=table]").first().locator("a.row-link").evaluateAll((
    links,
  ) => links.map((link) => link.getAttribute("href") ?? ""));
  return { hash: await page.evaluate("location.hash") as string, rows };
}

export async function addressesAreShared(checked: Checked): Promise<void> {
  const { person } = await examples(checked);
  const mine = await visit(checked, "admin");
  const theirs = await visit(checked, "support");
  const views = [
    "/jobs?status=failed",
    "/jobs?status=failed&lane=kie",
    `/jobs?user_id=${person}`,
    "/jobs?error_code=deadline_exceeded&tool=upscaler",
    "/jobs?refund=paid&tool=image",
  ] as const;
  for (const view of views) {
    await checked.t.step(view, async () => {
      await mine.open(view);
      const here = await shown(mine);
      assert.equal(here.hash, `#${view}`);
      assert.ok(here.rows.length > 0, "it has rows");
      await theirs.open(view);
      assert.deepEqual(await shown(theirs), here, "somebody else sees the same at the same address");
    });
  }
  await checked.t.step("back and forward", async () => {
    const { page, open } = mine;
    await open(views[0]);
    const first = await shown(mine);
    await open(views[1]);
    const second = await shown(mine);
    assert.notDeepEqual(second.rows, first.rows);
    await page.goBack();
    await page.waitForFunction(`location.hash === ${JSON.stringify(first.hash)}`);
    assert.deepEqual(await shown(mine), first);
    await page.goForward();
    await page.waitForFunction(`location.hash === ${JSON.stringify(second.hash)}`);
    assert.deepEqual(await shown(mine), second);
  });
  await mine.close();
  await theirs.close();
}
