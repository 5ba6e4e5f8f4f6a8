import assert from "node:assert/strict";
import { withRest } from "./rest_fixture.ts";
import { THINGS } from "./things_fixture.ts";

const SCHEMA = `
  ${THINGS}
  create view public.named_things with (security_invoker = true) as select id, name, data from public.things;
  create table public."Odd Table" ("Some Id" int primary key, rest_row text);
  insert into public."Odd Table" values (7, 'seven');
  create schema side;
  create table side.only_there (id int);
  insert into side.only_there values (1), (2);
  create schema closed;
  create table closed.secrets (id int);
  grant usage on schema side to anon;
  grant select on all tables in schema public, side to anon;
`;

Deno.test("a read returns what PostgreSQL finds", async (t) => {
  await withRest(SCHEMA, async ({ anon, sql, request }) => {
    await t.step("a select list renames, casts and digs into JSON", async () => {
      const { data } = await anon.from("things")
        .select(
          'id, text_id:id::text, data->>k, first:data->list->0->v, data->list->0, tags->0, odd:"odd,name.(x)"',
        )
        .eq("id", 1).single();
      assert.deepEqual(data, {
        id: 1,
        text_id: "1",
        k: "x",
        first: 10,
        list: { v: 10 },
        tags: "a",
        odd: "one",
      });
      const [row] = (await anon.from("things").select("*, again:id").eq("id", 2)).data ?? [];
      assert.equal(Object.keys(row ?? {}).length, 12);
      assert.equal(row?.again, 2);
    });

    await t.step("orders sort as PostgreSQL does", async () => {
      const order = async (text: string) =>
        (await (await request(`/things?select=id&order=${text}`)).json()).map((row: { id: number }) =>
          row.id
        );
      assert.deepEqual(await order("id.desc"), [5, 4, 3, 2, 1]);
      assert.deepEqual(await order("name.asc.nullsfirst,id"), [5, 1, 3, 2, 4]);
      assert.deepEqual(await order("name.desc.nullslast"), [4, 2, 3, 1, 5]);
      assert.deepEqual(await order("data->>k.desc.nullslast,id.desc"), [2, 1, 5, 4, 3]);
      const { data } = await anon.from("things").select("id").order("flag", { nullsFirst: true })
        .order("id", { ascending: false });
      assert.deepEqual(data?.map((row) => row.id), [3, 5, 2, 4, 1]);
    });

    await t.step("limit, offset and Range cut out a part, and counts say of what", async () => {
      const some = await anon.from("things").select("id", { count: "exact" }).order("id").range(1, 2);
      assert.deepEqual(some.data, [{ id: 2 }, { id: 3 }]);
      assert.equal(some.count, 5);
      assert.equal(some.status, 206);
      const all = await anon.from("things").select("id", { count: "estimated" }).gt("id", 2);
      assert.equal(all.count, 3);
      assert.equal(all.status, 200);
      const head = await anon.from("things").select("*", { count: "planned", head: true }).lt("id", 3);
      assert.deepEqual([head.data, head.count, head.status], [null, 2, 200]);
      const none = await anon.from("things").select("id", { count: "exact" }).limit(0);
      assert.deepEqual([none.data, none.count, none.status], [[], 5, 206]);

      const ranged = await request("/things?select=id&order=id", {
        headers: { range: "3-9", prefer: "count=exact" },
      });
      assert.deepEqual(await ranged.json(), [{ id: 4 }, { id: 5 }]);
      assert.equal(ranged.headers.get("content-range"), "3-4/5");
      const uncounted = await request("/things?select=id&limit=2");
      assert.equal(uncounted.headers.get("content-range"), "0-1/*");
      assert.equal((await uncounted.json()).length, 2);
    });

    await t.step("a range beyond the end is 416", async () => {
      const { error, status } = await anon.from("things").select("id", { count: "exact" }).range(10, 12);
      assert.equal(status, 416);
      assert.equal(error?.code, "PGRST103");
      assert.equal(error?.details, "An offset of 10 was requested, but there are only 5 rows.");
      assert.deepEqual((await anon.from("things").select("id").range(10, 12)).data, []);
    });

    await t.step("single and maybeSingle insist on one row", async () => {
      const one = await anon.from("things").select("name").eq("id", 1).single();
      assert.deepEqual(one.data, { name: "Ana" });
      const none = await anon.from("things").select("name").eq("id", 99).single();
      assert.equal(none.status, 406);
      assert.deepEqual({ ...none.error }, {
        code: "PGRST116",
        details: "The result contains 0 rows",
        hint: null,
        message: "Cannot coerce the result to a single JSON object",
      });
      const two = await anon.from("things").select("name").lt("id", 3).single();
      assert.equal(two.error?.details, "The result contains 2 rows");
      const maybe = await anon.from("things").select("name").eq("id", 99).maybeSingle();
      assert.deepEqual([maybe.data, maybe.error], [null, null]);
    });

    await t.step("nulls are stripped, and CSV is made, on demand", async () => {
      const stripped = await anon.from("things").select("id,name,tags").eq("id", 5).stripNulls();
      assert.deepEqual(stripped.data, [{ id: 5, tags: ["a,b", "c d"] }]);
      const { data } = await anon.from("things").select("id,name,flag").lt("id", 4).order("id").csv();
      assert.equal(data, 'id,name,flag\n1,Ana,t\n2,ana,f\n3,"Ro""b, (Jr.)",');
    });

    await t.step("views and oddly named tables are tables too", async () => {
      const view = await anon.from("named_things").select("name,data->n").eq("id", 2);
      assert.deepEqual(view.data, [{ name: "ana", n: 2 }]);
      const odd = await anon.from("Odd Table").select("*").eq('"Some Id"', 7);
      assert.deepEqual(odd.data, [{ "Some Id": 7, rest_row: "seven" }]);
    });

    await t.step("other exposed schemas are reached by profile, hidden ones not", async () => {
      const there = await anon.schema("side").from("only_there").select();
      assert.deepEqual(there.data, [{ id: 1 }, { id: 2 }]);
      assert.equal((await anon.from("only_there").select()).error?.code, "PGRST205");
      const hidden = await anon.schema("closed").from("secrets").select();
      assert.equal(hidden.status, 406);
      assert.equal(hidden.error?.code, "PGRST106");
      assert.equal(hidden.error?.message, "Invalid schema: closed");
      assert.equal(hidden.error?.hint, "Only the following schemas are exposed: public, side");
    });

    await t.step("values are values, whatever they look like", async () => {
      const evil = `1'); drop table public.things; --`;
      assert.deepEqual((await anon.from("things").select("id").eq("name", evil)).data, []);
      assert.equal((await anon.from("things").select("id").eq("id", evil)).error?.code, "22P02");
      assert.equal((await anon.from("things").select(`"${evil}"`)).error?.code, "42703");
      assert.equal((await request(`/things?select=id::text as x`)).status, 400);
      assert.equal((await sql`select count(*)::int as n from public.things`)[0]?.n, 5);
    });

    await t.step("what cannot be done is refused by its code", async () => {
      const refusal = async (path: string, init: RequestInit = {}) => {
        const response = await request(path, init);
        return [response.status, (await response.json()).code];
      };
      assert.deepEqual(await refusal("/nothing_here"), [404, "PGRST205"]);
      assert.deepEqual(await refusal("/things?nope=eq.1"), [400, "42703"]);
      assert.deepEqual(await refusal("/things?select=nope"), [400, "42703"]);
      assert.deepEqual(await refusal("/things?order=nope"), [400, "42703"]);
      assert.deepEqual(await refusal("/things?id=1"), [400, "PGRST100"]);
      assert.deepEqual(await refusal("/things?id=eq.x"), [400, "22P02"]);
      assert.deepEqual(await refusal("/things?limit=-1"), [416, "PGRST103"]);
      assert.deepEqual(await refusal("/things?select=id,other(*)"), [400, "PGRST200"]);
      assert.deepEqual(await refusal("/things?other.id=eq.1"), [400, "PGRST108"]);
      assert.deepEqual(await refusal("/things?other.order=id"), [400, "PGRST108"]);
      assert.deepEqual(await refusal("/things?select=count()"), [400, "PGRST123"]);
      assert.deepEqual(await refusal("/things", { headers: { accept: "image/png" } }), [406, "PGRST107"]);
      assert.deepEqual(await refusal("/"), [404, "PGRST126"]);
      assert.deepEqual(await refusal("/things/1"), [404, "PGRST125"]);
      assert.deepEqual(await refusal("/%E0%A4%A"), [404, "PGRST125"]);
      assert.deepEqual(await refusal("/things", { method: "PUT" }), [405, "PGRST117"]);
      assert.deepEqual(await refusal("/rpc/f", { method: "PATCH" }), [405, "PGRST101"]);
      const { error } = await anon.from("things").select("nope");
      assert.equal(error?.message, "column things.nope does not exist");
    });
  }, { schemas: ["public", "side"] });
});

Deno.test("no answer holds more than maxRows rows", async () => {
  const schema = `
    create table public.numbers (n int);
    insert into public.numbers select generate_series(1, 50);
    create function public.count_up() returns setof int language sql stable as 'select generate_series(1, 50)';
    grant select on public.numbers to anon;
  `;
  await withRest(schema, async ({ anon }) => {
    assert.equal((await anon.from("numbers").select()).data?.length, 20);
    assert.equal((await anon.from("numbers").select().limit(40)).data?.length, 20);
    assert.equal((await anon.from("numbers").select().limit(3)).data?.length, 3);
    const counted = await anon.from("numbers").select("*", { count: "exact" });
    assert.deepEqual([counted.data?.length, counted.count, counted.status], [20, 50, 206]);
    assert.equal((await anon.rpc("count_up")).data?.length, 20);
  }, { maxRows: 20 });
});
