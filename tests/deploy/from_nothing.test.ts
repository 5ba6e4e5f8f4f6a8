/** `npm run deploy` from an empty project to one whose every line is well; and once more, which changes nothing. */
import assert from "node:assert/strict";
import { TOKEN } from "./hosted.ts";
import { type Remote, startRemote } from "./remote.ts";

/** Requests that change something. */
const CHANGES = /^(PATCH|PUT|DELETE) |^POST \/(?!database\/query)/;
const CHANGING_SQL = /set_secret|note_act|ops\.install\(\)|delete from/;

/** What was asked for since `from` that changes something. */
function changes({ api: { requests } }: Remote, from: number): string[] {
  return requests.slice(from).filter(({ line, body }) =>
    CHANGES.test(line) || (line === "POST /database/query" && CHANGING_SQL.test(body))
  ).map(({ line }) => line);
}

/** All of Esteira that a deployment writes. */
async function asItIs({ sql, api: { hosted } }: Remote): Promise<unknown> {
  return {
    migrations: [...await sql`select version from supabase_migrations.schema_migrations order by 1`],
    secrets: [
      ...await sql`select name, decrypted_secret, updated_at from vault.decrypted_secrets order by 1`,
    ],
    audit: [...await sql`select audit_id from private.audit`],
    schedules: [...await sql`select jobname, schedule, command, active from cron.job order by 1`],
    shipped: [...await sql`select * from private.shipped_rows order by kind, name`],
    hosted: structuredClone({ ...hosted, functions: [...hosted.functions] }),
  };
}

Deno.test("from nothing to a check that is well, shown before, asked for, and once more without a change", async (t) => {
  await using remote = await startRemote({ hurry: true });
  const { api: { requests, hosted }, sql } = remote;

  await t.step("a dry run says what it would do, and does nothing", async () => {
    const { code, text } = await remote.deploy("--dry-run", "--yes");
    assert.equal(code, 0, text);
    assert.match(text, /to do {2}schema +Apply \d+ of \d+ migrations/);
    assert.match(text, /to do {2}exposure +Expose worker and ops_api beside public, graphql_public\./);
    assert.match(text, /left {3}realtime +Realtime takes public channels/);
    assert.match(text, /A dry run: nothing was changed\./);
    assert.deepEqual(changes(remote, 0), []);
  });

  await t.step("where nobody can be asked, nothing is done", async () => {
    const { code, text } = await remote.deploy();
    assert.equal(code, 1);
    assert.match(text, /Nobody is there to be asked\.\nThis run has changed nothing\.\n.*--yes/);
    assert.deepEqual(changes(remote, 0), []);
  });

  await t.step("from nothing to a check without an error", async () => {
    const { code, text } = await remote.deploy("--yes", "--private-only");
    assert.equal(code, 0, text);
    assert.match(text, /ok {6}outside +schema worker: The Data API exposes it\./);
    assert.match(text, /ok {6}outside +Realtime: It takes private channels alone\./);
    assert.match(text, /warn {4}tools +tools: None is switched on/);
    assert.match(text, /\d+ ok, \d+ warn\.\n/);
    assert.equal(hosted.postgrest.db_schema, "public,graphql_public,worker,ops_api");
    assert.equal(hosted.realtime.private_only, true);
  });

  await t.step(
    "when the operator has set the rest, every line is well, and nothing is done again",
    async () => {
      await sql`select ops.set_secret('alert_webhook_url', 'https://alerts.example.com/esteira')`;
      await sql`select ops.set_secret('kie_main', 'a-key')`;
      await sql`select ops.add_account('kie', 'main', 'kie_main', 2)`;
      await sql`update public.tools set is_enabled = true where tool = 'image'`;
      await sql`select private.run(schedule) from (select distinct schedule from private.parts()) s`;
      // A part that met a migration's locks is told of for ten minutes; here they are over.
      await sql`update private.faults set last_at = last_at - interval '1 hour' where sqlstate = '55P03'`;
      const [before, from] = [await asItIs(remote), requests.length];
      const { code, text } = await remote.deploy();
      assert.equal(code, 0, text);
      const lines = text.split("ops.setup_check():")[1]?.trim().split("\n") ?? [];
      const unwell = lines.filter((line) => !/^\s*ok /.test(line));
      assert.deepEqual(unwell, [`${lines.length - 1} ok.`]);
      assert.deepEqual(changes(remote, from), []);
      assert.deepEqual(await asItIs(remote), before);
    },
  );

  await t.step("what somebody has changed by hand is brought back, and nothing else", async () => {
    const jobs = hosted.functions.get("jobs");
    if (jobs) jobs.version++; // deployed from somewhere else
    await sql`select ops.set_secret('worker_secret_key', 'sb_secret_of_another_project')`;
    await sql`select ops.set_secret('project_url', 'https://zzzzzzzzzzzzzzzzzzzz.supabase.co')`;
    const { code, text } = await remote.deploy("--dry-run");
    assert.equal(code, 0, text);
    assert.match(text, /to do {2}functions +Deploy \d+ functions anew: they are not as they are here\./);
    assert.match(text, /project_url, http:\S+ instead of https:\/\/z{20}\.supabase\.co/);
    assert.match(text, /“default” instead of one that is none of its keys/);
    assert.equal(text.match(/to do/g)?.length, 2, text);
  });

  await t.step("no secret was printed, or stands in a statement", () => {
    const secret = hosted.apiKeys.find(({ type }) => type === "secret")?.api_key ?? "";
    for (const { line, body } of requests) {
      if (line !== "POST /database/query") continue;
      const { query } = JSON.parse(body);
      assert.ok(!query.includes(secret) && !query.includes(TOKEN), query);
    }
    for (const text of remote.printed) {
      assert.ok(!text.includes(secret) && !text.includes(TOKEN), text);
    }
  });
});
