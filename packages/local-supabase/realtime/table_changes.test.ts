import assert from "node:assert/strict";
import postgres from "postgres";
import { EMPTY, startDatabase } from "../postgres/template.ts";
import { errorForChanges } from "./table_changes.ts";

Deno.test("a table subscription is told what hosted Realtime tells it, or that it hears nothing here", async () => {
  const cluster = await startDatabase(EMPTY);
  const sql = postgres(cluster.url(), { max: 1, onnotice: () => {} });
  const refused = (parameters: string) =>
    "Unable to subscribe to changes with given parameters. Please check Realtime is enabled for the given " +
    `connect parameters: [${parameters}]`;
  try {
    await sql.unsafe(`
      create table public.things (id integer primary key);
      create view public.some_things as select * from public.things;
      alter publication supabase_realtime add table public.things;`).simple();
    const things = { event: "*", schema: "public", table: "things" };
    assert.equal(await errorForChanges(sql, [things]), "The local stack delivers no postgres_changes");
    const view = { event: "UPDATE", schema: "public", table: "some_things", filter: "id=eq.7" };
    assert.equal(
      await errorForChanges(sql, [things, view]),
      refused(
        'event: UPDATE, schema: public, table: some_things, filters: [{"id", "eq", "7", false}], select: nil',
      ),
    );
    assert.equal(
      await errorForChanges(sql, [{ event: "*", schema: "else" }]),
      refused("event: *, schema: else, table: *, filters: [], select: nil"),
    );
    assert.match(
      await errorForChanges(sql, [{ table: 7 }]),
      /The local stack/,
      "a part that makes no sense is any",
    );
  } finally {
    await sql.end();
    await cluster.stop();
  }
});
