import assert from "node:assert/strict";
import { type RestStack, withRest } from "./rest_fixture.ts";

const SCHEMA = `
  create table public.tasks (
    id int primary key,
    title text not null,
    state text default 'new',
    rank int,
    data jsonb
  );
  create table public.owners (task_id int references public.tasks, name text);
  insert into public.tasks (id, title, rank) select n, 'task ' || n, n * 10 from generate_series(1, 6) as n;
  insert into public.owners values (6, 'Ana');
  grant select, update, delete on public.tasks, public.owners to anon;
`;

const titles = async (sql: RestStack["sql"]) =>
  (await sql`select id, title, state from public.tasks order by id`).map((row) =>
    `${row.id} ${row.title} ${row.state}`
  );

Deno.test("rows are changed and removed over HTTP", async (t) => {
  await withRest(SCHEMA, async ({ anon, sql, request }) => {
    await t.step("an update changes the rows its filters choose", async (t) => {
      await t.step("and answers 204, or the rows when asked", async () => {
        const silent = await anon.from("tasks").update({ state: "done" }).lt("id", 3);
        assert.deepEqual([silent.status, silent.data], [204, null]);
        const shown = await anon.from("tasks").update({ state: "open", data: { by: "me" } }).eq("id", 3)
          .select("id, state, data->by");
        assert.deepEqual([shown.status, shown.data], [200, [{ id: 3, state: "open", by: "me" }]]);
        assert.deepEqual((await titles(sql)).slice(0, 4), [
          "1 task 1 done",
          "2 task 2 done",
          "3 task 3 open",
          "4 task 4 new",
        ]);
      });

      await t.step("counts and orders what it returns", async () => {
        const counted = await anon.from("tasks").update({ rank: 0 }, { count: "exact" }).or(
          "id.eq.4,id.eq.5",
        );
        assert.deepEqual([counted.status, counted.count], [204, 2]);
        const ordered = await anon.from("tasks").update({ rank: 1 }).in("id", [1, 2, 3]).select("id")
          .order("id", { ascending: false });
        assert.deepEqual(ordered.data, [{ id: 3 }, { id: 2 }, { id: 1 }]);
      });

      await t.step("finds none, or sets nothing, without complaint", async () => {
        const none = await anon.from("tasks").update({ rank: 1 }).eq("id", 99).select();
        assert.deepEqual([none.status, none.data], [200, []]);
        const nothing = await anon.from("tasks").update({}).eq("id", 1).select("id,title");
        assert.deepEqual([nothing.status, nothing.data], [200, []]);
        const minimal = await request("/tasks?id=eq.1", { method: "PATCH", body: '{"rank":7}' });
        assert.equal(minimal.status, 204);
        assert.equal(minimal.headers.get("content-range"), "0-0/*");
      });

      await t.step("is undone when single or maxAffected do not allow its rows", async () => {
        const before = await titles(sql);
        const single = await anon.from("tasks").update({ title: "x" }).gt("id", 3).select().single();
        assert.deepEqual([single.status, single.error?.code], [406, "PGRST116"]);
        const limited = await anon.from("tasks").update({ title: "x" }).gt("id", 3).maxAffected(2);
        assert.deepEqual([limited.status, limited.error?.code, limited.error?.details], [
          400,
          "PGRST124",
          "The query affects 3 rows",
        ]);
        assert.deepEqual(await titles(sql), before);
        assert.equal(
          (await anon.from("tasks").update({ title: "x" }).gt("id", 3).maxAffected(3)).status,
          204,
        );
      });

      await t.step("of a whole table is refused, as is an unknown column", async () => {
        const whole = await request("/tasks", { method: "PATCH", body: '{"rank":1}' });
        assert.equal(whole.status, 400);
        assert.deepEqual(await whole.json(), {
          code: "21000",
          details: null,
          hint: null,
          message: "UPDATE requires a WHERE clause",
        });
        const unknown = await anon.from("tasks").update({ nope: 1 }).eq("id", 1);
        assert.deepEqual([unknown.status, unknown.error?.code], [400, "PGRST204"]);
        const filter = await anon.from("tasks").update({ rank: 1 }).eq("nope", 1);
        assert.deepEqual([filter.status, filter.error?.code], [400, "42703"]);
      });
    });

    await t.step("a delete removes the rows its filters choose", async (t) => {
      await t.step("and answers 204, or the rows when asked", async () => {
        const silent = await anon.from("tasks").delete({ count: "exact" }).lt("id", 3);
        assert.deepEqual([silent.status, silent.data, silent.count], [204, null, 2]);
        const shown = await anon.from("tasks").delete().eq("id", 3).select("title").single();
        assert.deepEqual([shown.status, shown.data], [200, { title: "task 3" }]);
        const none = await anon.from("tasks").delete().eq("id", 3).select();
        assert.deepEqual([none.status, none.data], [200, []]);
        assert.equal((await titles(sql)).length, 3);
      });

      await t.step("is refused where another row needs it, or without a filter", async () => {
        const needed = await anon.from("tasks").delete().eq("id", 6);
        assert.deepEqual([needed.status, needed.error?.code], [409, "23503"]);
        assert.match(needed.error?.details ?? "", /still referenced from table "owners"/);
        const whole = await request("/tasks", { method: "DELETE" });
        assert.equal((await whole.json()).message, "DELETE requires a WHERE clause");
        assert.equal((await titles(sql)).length, 3);
      });
    });
  });
});
