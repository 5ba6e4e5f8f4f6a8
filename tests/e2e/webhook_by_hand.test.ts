/** docs/diagnosing.md, "A webhook by hand": its SQL and its curl, on a training whose callback is lost. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { ROOT } from "../../scripts/paths.ts";
import { Training } from "./training.ts";

const page = await Deno.readTextFile(join(ROOT, "docs/diagnosing.md"));
const recipe = page.slice(page.indexOf("### A webhook by hand"));
const sql = recipe.match(/^```sql\n([\s\S]*?)^```/m)?.[1] ?? assert.fail("the page has no SQL");
const body = recipe.match(/^curl .* -d '(.*)'$/m)?.[1] ?? assert.fail("the page has no curl");

// @acceptance 001:48-51, 001:134-143
Deno.test("an operator finds the callback's address, and posts what the provider would have", async () => {
  const training = await Training.start({ taskMs: 1500 });
  const { environment } = training;
  try {
    const { id } = await training.create({ kind: "lost_webhook" });
    await training.reaches(id, "running");
    const { apiUrl } = environment.deployment;
    const find = sql.replace("<job id>", id).replace("https://<ref>.supabase.co", apiUrl);
    const [row] = await environment.sql.unsafe<{ address: string; request_id: string }[]>(find);
    const post = async () => {
      const answer = await fetch(row?.address ?? "", {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: body.replace("<request id>", row?.request_id ?? ""),
      });
      return [answer.status, (await answer.json()).verdict];
    };
    assert.deepEqual(await post(), [200, "accepted"]);
    assert.deepEqual(await post(), [200, "duplicate"]);
    // A hint: whoever posts it completes nothing, Astria does.
    assert.notEqual((await training.modelOf(id)).status, "READY");
    const job = await training.reaches(id, "completed", training.reap);
    assert.equal(job.output?.data?.model_url, training.tunesOf(id)[0]?.id);
  } finally {
    await environment.close();
  }
});
