import assert from "node:assert/strict";
import { join } from "node:path";
import postgres from "postgres";
import { EMPTY, startDatabase } from "@esteira/local-supabase/postgres";
import { markDatabase } from "@esteira/local-supabase/postgres/marker";
import { NotOurDatabase, requireOurs } from "./db_push.ts";
import { ROOT, SUPABASE } from "../paths.ts";

/** Runs `npm run db:push`'s program against what listens on `port`. */
async function push(port: number): Promise<{ code: number; text: string }> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", "scripts/database/db_push.ts"],
    cwd: ROOT,
    env: { ESTEIRA_DB_PORT: String(port), NO_COLOR: "1" },
  }).output();
  return { code, text: new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr) };
}

Deno.test("nothing is pushed into a database that is not this checkout's stack", async () => {
  const cluster = await startDatabase(EMPTY);
  const sql = postgres(cluster.url(), { max: 1 });
  const isUntouched = async () => {
    const [row] = await sql`select to_regclass('public.jobs') is null as untouched`;
    return row?.untouched === true;
  };
  const otherProject = await Deno.makeTempDir();
  try {
    const stranger = await push(cluster.port);
    assert.equal(stranger.code, 1, stranger.text);
    assert.match(stranger.text, /Nothing was pushed .* does not say which project it serves/);
    assert.ok(await isUntouched());

    await markDatabase(cluster.url("supabase_admin"), otherProject);
    const neighbour = await push(cluster.port);
    assert.equal(neighbour.code, 1, neighbour.text);
    assert.match(neighbour.text, new RegExp(`serves .*${otherProject.split("/").at(-1)}, not `));
    assert.ok(await isUntouched());

    await markDatabase(cluster.url("supabase_admin"), SUPABASE);
    const ours = await push(cluster.port);
    assert.equal(ours.code, 0, ours.text);
    assert.match(ours.text, /Finished supabase db push/);
    assert.ok(!await isUntouched());
  } finally {
    await sql.end();
    await cluster.stop();
    await Deno.remove(otherProject);
  }
});

Deno.test("what listens and is no database is not pushed into either", async () => {
  const listener = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  const closing = (async () => {
    for await (const connection of listener) connection.close();
  })();
  try {
    const url = `postgresql://postgres:postgres@127.0.0.1:${listener.addr.port}/postgres`;
    await assert.rejects(() => requireOurs(url, join(ROOT, "supabase")), (error: NotOurDatabase) => {
      assert.ok(error instanceof NotOurDatabase);
      assert.match(error.message, /no database that lets us in/);
      return true;
    });
  } finally {
    listener.close();
    await closing;
  }
});
