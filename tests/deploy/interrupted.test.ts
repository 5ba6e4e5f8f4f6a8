/** `npm run deploy` on a project that has other things, killed at each of its steps and run again: it goes on, they stay. */
import assert from "node:assert/strict";
import { eventually } from "@esteira/local-supabase/testing";
import { readRelease } from "../../scripts/deploy/release.ts";
import { readOutput } from "../../scripts/program/output.ts";
import { cliHasLeft, killAt, killFamily, killWhen, NotReached, waitsForLock } from "./kill.ts";
import type { Asked } from "./management_api.ts";
import { makeOthers, othersAsTheyAre } from "./others.ts";
import { type Remote, startRemote } from "./remote.ts";

const asks = (line: string) => (asked: Asked) => asked.line === line;
const queries = (text: string) => ({ line, body }: Asked) =>
  line === "POST /database/query" && body.includes(text);

/** Holds what every migration's last statement waits for, while `work` runs. */
async function whileInstallIsHeld(remote: Remote, work: () => Promise<void>): Promise<void> {
  const session = await remote.sql.reserve();
  try {
    await session`select pg_advisory_lock(hashtextextended('esteira.install', 0))`;
    await work();
  } finally {
    await session`select pg_advisory_unlock(hashtextextended('esteira.install', 0))`;
    session.release();
  }
}

async function applied({ sql }: Remote): Promise<number> {
  const [row] = await sql`
    select to_regclass('supabase_migrations.schema_migrations') is not null as is_there`;
  if (!row?.is_there) return 0;
  const [count] =
    await sql`select count(*)::integer as migrations from supabase_migrations.schema_migrations`;
  return count?.migrations;
}

/** Takes two minutes: `npm run test:long`. */
const LONG = { ignore: !Deno.env.get("ESTEIRA_BIG") };

Deno.test(
  "a deployment that is killed at any step goes on with it, and leaves alone what is not Esteira's",
  LONG,
  async (t) => {
    await using remote = await startRemote();
    const { api: { hosted } } = remote;
    const release = await readRelease();
    await makeOthers(remote);
    const before = await othersAsTheyAre(remote);

    await t.step("while it links", async () => {
      await killAt(remote, { at: asks("GET /config/storage") });
      assert.equal(await applied(remote), 0);
    });
    await t.step("before the first migration", async () => {
      await killAt(remote, { at: asks("POST /cli/login-role") });
      assert.equal(await applied(remote), 0);
    });
    await t.step("in the middle of a migration", async () => {
      await whileInstallIsHeld(remote, () => killWhen(remote, waitsForLock(remote)));
      await cliHasLeft(remote);
      assert.ok(await applied(remote) <= 1, "one migration is one transaction");
    });
    await t.step("between two migrations", async () => {
      const stood = await applied(remote);
      const some = eventually(async () => await applied(remote) > stood || undefined, {
        what: "a migration",
        timeoutMs: 60_000,
      });
      await killWhen(remote, some);
      await cliHasLeft(remote);
      assert.ok(await applied(remote) > stood);
    });
    for (const afterwards of [false, true]) {
      const when = afterwards ? "when it is done, and the answer is lost" : "before it is done";
      await t.step(`exposure, ${when}`, async () => {
        await killAt(remote, { at: asks("PATCH /postgrest"), afterwards });
        assert.equal(hosted.postgrest.db_schema.includes("worker"), afterwards);
      });
    }
    await t.step("while the functions are uploaded", async () => {
      await killAt(remote, { at: asks("POST /functions/deploy") });
      assert.equal(hosted.functions.size, 1);
    });
    await t.step("when the functions are deployed, and the answer is lost", async () => {
      await killAt(remote, { at: asks("PUT /functions"), afterwards: true });
      assert.equal(hosted.functions.size, release.functions.length + 1);
    });
    for (const afterwards of [false, true]) {
      await t.step(`secrets, ${afterwards ? "after" : "before"} the first of them`, async () => {
        await killAt(remote, { at: queries("ops.set_secret"), afterwards });
      });
    }
    await t.step("while it waits for pg_cron", async () => {
      // Where it has run everything between our look and the deployment's, it is tried again.
      for (let isKilled = false; !isKilled;) {
        await remote.sql`delete from private.heartbeats`;
        isKilled = await killAt(remote, { at: queries("ops.install()") }).then(() => true, (error) => {
          if (!(error instanceof NotReached)) throw error;
          return false;
        });
      }
    });
    await t.step("while it checks", () => killAt(remote, { at: queries("ops.setup_check()") }));

    await t.step("and then it comes to its end", async () => {
      const { code, text } = await remote.deploy("--yes");
      assert.equal(code, 0, text);
      assert.match(text, /ok {6}functions +worker: It answers/);
      assert.doesNotMatch(text, /^ {2}error/m);
      assert.equal(hosted.postgrest.db_schema, "public,graphql_public,shop,worker,ops_api");
      assert.equal(hosted.realtime.private_only, false, "nobody has asked for that");
    });
    assert.deepEqual(await othersAsTheyAre(remote), before);
  },
);

Deno.test("a CLI that outlives its deployment is waited for by the next", LONG, async () => {
  await using remote = await startRemote({ withoutStack: true });
  let next: Deno.ChildProcess | undefined;
  await whileInstallIsHeld(remote, async () => {
    const child = remote.start("--yes");
    await waitsForLock(remote);
    child.kill("SIGKILL");
    await child.status;
    next = remote.start("--yes");
    await Promise.all([child.stdout.cancel(), child.stderr.cancel()]);
    // Both push now, until whatever gives up first gives up.
    await eventually(async () => {
      const [row] = await remote.sql`select count(*)::integer as pushing from pg_stat_activity
        where usename like 'cli_login%'`;
      return row?.pushing >= 2 || undefined;
    }, { what: "two that push", timeoutMs: 30_000 });
  });
  assert.ok(next);
  const output = readOutput(next);
  await eventually(() => /done {3}schema/.test(output.all) || undefined, {
    what: "the schema to be there",
    timeoutMs: 60_000,
  });
  assert.equal(await applied(remote), (await readRelease()).migrations.length);
  await killFamily(next);
  await output.done;
  await cliHasLeft(remote);
});
