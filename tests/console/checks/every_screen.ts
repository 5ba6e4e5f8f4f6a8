import assert from "node:assert/strict";
import { type Checked, examples, PATHS, visit } from "../visit.ts";

/** Characters that a screen says at the least besides its heading: fewer are no content. */
const SOMETHING = 60;

export async function everyScreenOpens(checked: Checked): Promise<void> {
  const { job, run } = await examples(checked);
  for (const persona of ["admin", "support"] as const) {
    const { tab, page, open, close } = await visit(checked, persona);
    for (const path of [...PATHS, `/jobs/${job}`, `/runs/${run}`]) {
      await checked.t.step(`${persona}: ${path}`, async () => {
        await open(path);
        const said = await page.locator("main#main").innerText();
        assert.ok(said.length > SOMETHING, `it says only ${JSON.stringify(said)}`);
        // What only admins may read is said to be so, and nothing else is refused.
        const refusals = await page.locator("main#main .problem").allInnerTexts();
        const allowed = persona === "support" ? /not_an_operator/ : /^$/;
        assert.deepEqual(refusals.filter((refusal) => !allowed.test(refusal)), []);
        const complaints = tab.problems.filter((line) => persona === "admin" || !/403/.test(line));
        tab.forgive();
        assert.deepEqual(complaints, []);
      });
    }
    await close();
  }
}
