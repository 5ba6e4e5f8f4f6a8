import assert from "node:assert/strict";
import { eventually } from "../testing.ts";
import { withRest } from "./rest_fixture.ts";

Deno.test("changes of the schema are served without a restart", async (t) => {
  const schema = `
    create table public.old (id int primary key);
    grant select, insert on public.old to anon;
    create function public.f() returns int language sql as 'select 1';
  `;
  await withRest(schema, async ({ anon, sql, request }) => {
    await t.step("new tables, columns and functions at once", async () => {
      assert.equal((await anon.from("fresh").select()).error?.code, "PGRST205");
      await sql`create table public.fresh (id int)`;
      await sql`grant select on public.fresh to anon`;
      assert.deepEqual((await anon.from("fresh").select()).data, []);
      assert.equal((await anon.from("old").insert({ id: 1, extra: "x" })).error?.code, "PGRST204");
      await sql`alter table public.old add column extra text`;
      assert.equal((await anon.from("old").insert({ id: 1, extra: "x" })).error, null);
      assert.equal((await anon.rpc("made_later", { a: 1 })).error?.code, "PGRST202");
      await sql.unsafe("create function public.made_later(a int) returns int language sql as 'select a'");
      assert.equal((await anon.rpc("made_later", { a: 1 })).data, 1);
    });

    await t.step("changed types of columns that statements were prepared for", async () => {
      // Often enough and at once, so that every connection of the pool has prepared the statement.
      const found = async () => {
        const reads = Array.from({ length: 40 }, () => anon.from("old").select("id").eq("id", "1"));
        return (await Promise.all(reads)).map(({ data, error }) => error?.message ?? data?.[0]?.id);
      };
      assert.deepEqual(await found(), Array(40).fill(1));
      await sql`alter table public.old alter column id type text`;
      await eventually(async () => (await found()).every((id) => id === "1") || undefined, {
        what: "the column's new type",
        timeoutMs: 2000,
      });
    });

    await t.step("changed results of a function, after the platform's notification", async () => {
      await sql.unsafe(`
        drop function public.made_later(int);
        create function public.made_later(a int) returns setof int language sql as 'select generate_series(1, a)'`);
      const data = await eventually(async () => {
        const { data } = await anon.rpc("made_later", { a: 2 });
        return Array.isArray(data) && data.length === 2 ? data : undefined;
      }, { what: "the function's new result" });
      assert.deepEqual(data, [1, 2]);
    });

    await t.step("settings of roles, after an explicit notification", async () => {
      await sql.unsafe(`create function public.timeout() returns text language sql as
        $$ select current_setting('statement_timeout') $$`);
      assert.equal((await anon.rpc("timeout")).data, "3s");
      await sql`alter role anon set statement_timeout = '4s'`;
      await sql`notify pgrst, 'reload config'`;
      await eventually(async () => (await anon.rpc("timeout")).data === "4s" || undefined, {
        what: "the new timeout",
      });
    });

    await t.step("tables that are gone are gone", async () => {
      await sql`drop table public.fresh`;
      await eventually(
        async () => (await anon.from("fresh").select()).error?.code === "PGRST205" || undefined,
        {
          what: "the table to be gone",
        },
      );
    });

    await t.step("many requests for something unknown share the look at the database", async () => {
      const answers = await Promise.all(Array.from({ length: 30 }, () => request("/never_there")));
      for (const answer of answers) {
        assert.equal(answer.status, 404);
        await answer.body?.cancel();
      }
    });

    await t.step("also what was missed while the listening connection was lost", async () => {
      const listeners = () =>
        sql`select pid from pg_stat_activity where query ilike 'listen%' and usename = 'authenticator'`;
      const [before] = await listeners();
      assert.ok(before);
      await sql`select pg_terminate_backend(${before.pid})`;
      await sql.unsafe(
        "drop function public.f(); create function public.f() returns setof int language sql as 'select 2'",
      );
      await eventually(async () => {
        const { data } = await anon.rpc("f");
        return Array.isArray(data) || undefined;
      }, { what: "the function that was made while nobody listened" });
      const [after] = await listeners();
      assert.ok(after && after.pid !== before.pid);
    });
  });
});
