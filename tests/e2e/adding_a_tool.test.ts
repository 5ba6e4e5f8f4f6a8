/** `docs/adding-a-tool.md`, followed to the letter. */
import assert from "node:assert/strict";
import { schemaFromJson } from "../../shared/tools/json_schema.ts";
import { vesteAiInput } from "../../shared/tools/veste_ai.ts";
import { fencedBlocks } from "../docs/fenced.ts";
import { runJob, uploadInput } from "../world/api.ts";
import { startEnvironment } from "../world/environment.ts";
import { drawPicture } from "../world/picture.ts";

const page = await Deno.readTextFile(new URL("../../docs/adding-a-tool.md", import.meta.url));
const blocks = (language: string) => fencedBlocks(page, language);
/** With secrets where the page says which to put. */
const filledIn = (statement: string) =>
  statement.replace(/(set_secret\('\w+', )'[^']*'/g, "$1'0123456789abcdef'");

Deno.test("the page's schema is the one that is used", async () => {
  const code = await Deno.readTextFile(new URL("../../shared/tools/veste_ai.ts", import.meta.url));
  assert.deepEqual(blocks("ts"), [code]);
});

// Not on a stack that is shared: there the tool has jobs, and a tool with jobs stays.
const ignore = Deno.env.get("ESTEIRA_STACK") === "supabase";
Deno.test("the page's statements add a tool whose jobs run", { ignore }, async () => {
  const environment = await startEnvironment();
  const { sql, runninghub } = environment;
  try {
    const [insert = "", inputSchema = "", account = "", enable = "", ...accounts] = blocks("sql").map(
      filledIn,
    );
    assert.equal(accounts.length, 4, "one for each other provider");
    const row = async () =>
      (await sql`
      select tool, lane, titles, credit_cost, max_attempts, timeout, effect,
        settings - '{webapp_id,output_node_id}'::text[] as settings
      from public.tools where tool = 'veste_ai'`)[0];
    const shipped = await row();
    await sql`delete from public.tools where tool = 'veste_ai'`;
    await sql`select private.set_capacity(account_id, 0) from private.accounts where lane = 'runninghub'`;

    await sql.unsafe(insert);
    assert.deepEqual(await row(), shipped, "the row of the page is the one that comes with Esteira");
    await sql.unsafe(inputSchema);
    const schema = schemaFromJson((await row())?.settings.input_schema);
    for (
      const input of [{ person_image: "a", clothing_image: "b" }, { person_image: "a" }, {
        person_image: "",
        clothing_image: "b",
      }, {}]
    ) {
      assert.equal(
        schema.safeParse(input).success,
        vesteAiInput.safeParse(input).success,
        JSON.stringify(input),
      );
    }
    await sql.unsafe(account);
    await sql.unsafe(enable);
    for (const other of accounts) await sql.unsafe(other);
    const others = await sql`
      select lane, settings, webhook_secret_name from private.accounts
      where name = 'main' and lane <> 'runninghub' order by lane`;
    assert.deepEqual([...others], [
      { lane: "fal", settings: { user_id: "<your user id at fal>" }, webhook_secret_name: null },
      { lane: "kie", settings: { unsigned_webhooks: true }, webhook_secret_name: null },
      { lane: "openai", settings: {}, webhook_secret_name: null },
      { lane: "replicate", settings: {}, webhook_secret_name: "replicate_main_webhook" },
    ]);
    // The page is about RunningHub itself; here its simulator stands in for it.
    await sql`update private.accounts set settings = ${
      sql.json({ base_url: runninghub.url })
    } where lane = 'runninghub'`;
    await sql`select vault.update_secret(id, ${runninghub.apiKey}) from vault.secrets where name = 'runninghub_main'`;

    const user = await environment.signUp(2);
    const job = await runJob(environment, user, "veste_ai", {
      person_image: await uploadInput(user, drawPicture(24)),
      clothing_image: await uploadInput(user, drawPicture(32)),
    });
    assert.equal(job.status, "completed", job.error_message ?? "");
    assert.deepEqual([job.credits_charged, job.output?.files.length], [2, 1]);
    const starting = job.step_history.find(({ step }) => step === "starting");
    assert.deepEqual([starting?.accountName, starting?.webappId], ["main", "1902951776813985793"]);
    const [shown] = await sql`select status from public.veste_ai_jobs where id = ${job.id}`;
    assert.equal(shown?.status, "completed", "the view of its name shows it");
  } finally {
    await environment.close();
  }
});
