import assert from "node:assert/strict";
import { withRest } from "./rest_fixture.ts";

const SCHEMA = `
  create type public.pair as (a int, b text);
  create table public.notes (id int primary key, title text, data jsonb);
  insert into public.notes select n, 'note ' || n, jsonb_build_object('n', n) from generate_series(1, 5) as n;
  grant select, insert on public.notes to anon;

  create function public.add(a int, b int default 10) returns int language sql immutable as 'select a + b';
  create function public.greet(name text) returns text language sql immutable as $$ select 'hi ' || name $$;
  create function public.greet(name text, loudly boolean) returns text language sql immutable
    as $$ select case when loudly then 'HI ' || upper(name) else 'hi ' || name end $$;
  create function public.total(variadic numbers int[]) returns bigint language sql immutable
    as 'select sum(n) from unnest(numbers) as n';
  create function public.take(jsonb) returns jsonb language sql immutable as $$ select jsonb_build_object('got', $1) $$;
  create function public.bits(v bit, c character) returns text language sql immutable as $$ select v::text || c $$;
  create function public.swap(p public.pair, ps public.pair[] default '{}') returns public.pair language sql immutable
    as $$ select row(coalesce(array_length(ps, 1), 0), p.b)::public.pair $$;
  create function public.out_args(x int, out doubled int, out tripled int) language sql immutable
    as 'select x * 2, x * 3';
  create function public.nothing() returns void language plpgsql as 'begin end';
  create function public.null_text() returns text language sql stable as 'select null::text';
  create function public.null_pair() returns public.pair language sql stable as 'select null::public.pair';
  create function public.numbers(top int) returns setof int language sql stable as 'select generate_series(1, top)';
  create function public.all_notes() returns setof public.notes language sql stable as 'select * from public.notes';
  create function public.one_note(n int) returns public.notes language sql stable
    as 'select * from public.notes where id = n';
  create function public.rows_of(top int) returns table (n int, "Sq uare" int) language sql stable
    as 'select n, n * n from generate_series(1, top) as n';
  create function public.as_json() returns json language sql stable as $$ select '{"z": 1, "a": [1, {"b": null}]}'::json $$;
  create function public.write_note(note_id int) returns int language sql volatile
    as $$ insert into public.notes values (note_id, 'written') returning id $$;
  create function public.pretends_stable(note_id int) returns int language sql stable
    as $$ select public.write_note(note_id) $$;
  create function public.ambiguous(v int) returns int language sql immutable as 'select v';
  create function public.ambiguous(v text) returns text language sql immutable as 'select v';
  create function public.two_unnamed(int, int) returns int language sql immutable as 'select $1 + $2';
  create function public."Odd Name"("Odd Arg" text) returns text language sql immutable as 'select "Odd Arg"';
`;

Deno.test("functions are called over HTTP", async (t) => {
  await withRest(SCHEMA, async ({ anon, request, sql }) => {
    await t.step("a call passes arguments as PostgreSQL understands them", async (t) => {
      const call = async (name: string, args?: object, options = {}) => {
        const { data, error } = await anon.rpc(name, args, options);
        assert.equal(error, null);
        return data;
      };

      await t.step("by name, with defaults", async () => {
        assert.equal(await call("add", { a: 1, b: 2 }), 3);
        assert.equal(await call("add", { a: 1 }), 11);
        assert.equal(await call("add", { a: "5" }), 15);
        assert.equal(await call("Odd Name", { "Odd Arg": "x" }), "x");
      });

      await t.step("choosing the overload by their names", async () => {
        assert.equal(await call("greet", { name: "Ana" }), "hi Ana");
        assert.equal(await call("greet", { name: "Ana", loudly: true }), "HI ANA");
      });

      await t.step("variadic, composite and array arguments", async () => {
        assert.equal(await call("total", { numbers: [1, 2, 3] }), 6);
        assert.deepEqual(await call("swap", { p: { a: 1, b: "x" } }), { a: 0, b: "x" });
        assert.deepEqual(await call("swap", { p: { b: "x" }, ps: [{ a: 1, b: "y" }, { a: 2, b: null }] }), {
          a: 2,
          b: "x",
        });
        assert.equal(await call("bits", { v: "101", c: "xyz" }), "101xyz");
      });

      await t.step("the whole body, where one unnamed json parameter wants it", async () => {
        assert.deepEqual(await call("take", { a: [1, "x", null] }), { got: { a: [1, "x", null] } });
        assert.deepEqual(await call("take", {}), { got: {} });
      });

      await t.step("by GET, from the query string", async () => {
        assert.equal(await call("add", { a: 1, b: 2 }, { get: true }), 3);
        assert.equal(await call("greet", { name: "a&b=c d", loudly: false }, { get: true }), "hi a&b=c d");
        assert.deepEqual(await call("numbers", { top: 2 }, { get: true }), [1, 2]);
        const repeated = await request("/rpc/total?numbers=1&numbers=2&numbers=30");
        assert.equal(await repeated.json(), 33);
        const composite = await request(`/rpc/swap?p=${encodeURIComponent('(1,"x y")')}`);
        assert.deepEqual(await composite.json(), { a: 0, b: "x y" });
      });

      await t.step("by POST without a body, or with an array whose first object counts", async () => {
        const bare = await request("/rpc/null_text", { method: "POST" });
        assert.equal(await bare.text(), "null");
        const bulk = await request("/rpc/add", { method: "POST", body: '[{"a":1,"b":1},{"a":2,"b":2}]' });
        assert.equal(await bulk.json(), 2);
        const chosen = await request("/rpc/add?columns=a", { method: "POST", body: '{"a":1,"b":1}' });
        assert.equal(await chosen.json(), 11);
      });

      await t.step("and is refused when they fit no function", async () => {
        const missing = await anon.rpc("add", { b: 1 });
        assert.equal(missing.status, 404);
        assert.deepEqual({ ...missing.error }, {
          code: "PGRST202",
          message: "Could not find the function public.add(b) in the schema cache",
          details:
            "Searched for the function public.add with parameter b or with a single unnamed json/jsonb parameter, " +
            "but no matches were found in the schema cache.",
          hint: "Perhaps you meant to call the function public.add(a, b)",
        });
        assert.equal((await anon.rpc("add", { a: 1, c: 1 })).error?.code, "PGRST202");
        assert.equal((await anon.rpc("two_unnamed", { a: 1, b: 1 })).error?.code, "PGRST202");
        assert.equal((await anon.rpc("add", { a: "x" })).error?.code, "22P02");
        assert.equal((await anon.rpc("add", { a: 1 }, { get: true })).error, null);
        const broken = await request("/rpc/add", { method: "POST", body: "{a:1}" });
        assert.deepEqual([broken.status, (await broken.json()).code], [400, "PGRST102"]);
        const text = await request("/rpc/take", {
          method: "POST",
          body: "x",
          headers: { "content-type": "text/plain" },
        });
        assert.deepEqual((await text.json()).message, "Content-Type not acceptable: text/plain");
      });

      await t.step("where two fit, PGRST203 names both", async () => {
        const { error, status } = await anon.rpc("ambiguous", { v: "1" });
        assert.equal(status, 300);
        assert.equal(error?.code, "PGRST203");
        assert.match(
          error?.message ?? "",
          /public\.ambiguous\(v => integer\), public\.ambiguous\(v => text\)/,
        );
      });
    });

    await t.step("a result has the shape of what the function returns", async (t) => {
      await t.step("void, scalars, JSON, composites and sets", async () => {
        const nothing = await anon.rpc("nothing");
        assert.deepEqual([nothing.status, nothing.data, nothing.error], [204, null, null]);
        assert.equal((await anon.rpc("null_text")).data, null);
        assert.equal(await (await request("/rpc/as_json")).text(), '{"z": 1, "a": [1, {"b": null}]}');
        assert.deepEqual((await anon.rpc("out_args", { x: 2 })).data, { doubled: 4, tripled: 6 });
        assert.deepEqual((await anon.rpc("null_pair")).data, { a: null, b: null });
        assert.deepEqual((await anon.rpc("numbers", { top: 3 })).data, [1, 2, 3]);
        assert.deepEqual((await anon.rpc("numbers", { top: 0 })).data, []);
        assert.deepEqual((await anon.rpc("rows_of", { top: 2 })).data, [{ n: 1, "Sq uare": 1 }, {
          n: 2,
          "Sq uare": 4,
        }]);
        assert.deepEqual((await anon.rpc("one_note", { n: 2 })).data, {
          id: 2,
          title: "note 2",
          data: { n: 2 },
        });
        assert.equal((await anon.rpc("all_notes")).data?.length, 5);
      });

      await t.step("select, filters, order and range apply to it", async () => {
        const { data, count, status } = await anon.rpc("all_notes", {}, { count: "exact" })
          .select("id, n:data->n").gt("id", 1).or("id.lt.3,id.gt.4").order("id", { ascending: false }).limit(
            1,
          );
        assert.deepEqual([data, count, status], [[{ id: 5, n: 5 }], 2, 206]);
        assert.deepEqual((await anon.rpc("all_notes").select("title").eq("data->>n", "3")).data, [{
          title: "note 3",
        }]);
        assert.deepEqual(
          (await anon.rpc("rows_of", { top: 9 }).select('"Sq uare"').range(7, 8).order("n")).data,
          [
            { "Sq uare": 64 },
            { "Sq uare": 81 },
          ],
        );
        const byGet = await anon.rpc("rows_of", { top: 4 }, { get: true }).select("n").gte("n", 3);
        assert.deepEqual(byGet.data, [{ n: 3 }, { n: 4 }]);
        assert.deepEqual((await anon.rpc("one_note", { n: 2 }).select("title")).data, { title: "note 2" });
        assert.deepEqual((await anon.rpc("numbers", { top: 9 }).limit(2)).data, [1, 2]);
        const unknown = await anon.rpc("rows_of", { top: 1 }).eq("nope", 1);
        assert.deepEqual([unknown.status, unknown.error?.code], [400, "42703"]);
        assert.equal((await anon.rpc("all_notes").select("id,other(*)")).error?.code, "PGRST200");
      });

      await t.step("single, maybeSingle, HEAD and counts", async () => {
        assert.deepEqual((await anon.rpc("all_notes").eq("id", 4).select("id").single()).data, { id: 4 });
        assert.equal((await anon.rpc("all_notes").single()).error?.code, "PGRST116");
        assert.equal((await anon.rpc("all_notes").eq("id", 99).maybeSingle()).data, null);
        assert.equal((await anon.rpc("add", { a: 1 }).single()).data, 11);
        const head = await anon.rpc("all_notes", {}, { head: true, count: "exact" });
        assert.deepEqual([head.data, head.count, head.status], [null, 5, 200]);
        const limited = await anon.rpc("all_notes").maxAffected(4);
        assert.equal(limited.error?.code, "PGRST124");
        assert.equal((await anon.rpc("add", { a: 1 }).maxAffected(4)).error?.code, "PGRST128");
      });

      await t.step("GET and stable functions cannot write", async () => {
        const written = await anon.rpc("write_note", { note_id: 100 });
        assert.deepEqual([written.data, written.status], [100, 200]);
        const byGet = await anon.rpc("write_note", { note_id: 101 }, { get: true });
        assert.deepEqual([byGet.status, byGet.error?.code], [405, "25006"]);
        const stable = await anon.rpc("pretends_stable", { note_id: 102 });
        assert.deepEqual([stable.status, stable.error?.code], [405, "25006"]);
        assert.equal((await sql`select count(*)::int as n from public.notes where id > 99`)[0]?.n, 1);
      });
    });
  });
});
