import assert from "node:assert/strict";
import { withRest } from "./rest_fixture.ts";

/** A type and values of it, as SQL. */
const VALUES: [type: string, ...values: string[]][] = [
  ["boolean", "true", "false", "null"],
  ["smallint", "-32768"],
  ["integer", "2147483647"],
  ["bigint", "9223372036854775807", "-9007199254740993"],
  ["numeric", "12345678901234567890.12345678901234567890", "'NaN'", "'Infinity'", "0.10"],
  ["numeric(8,3)", "1.5"],
  ["real", "1.1", "'-Infinity'"],
  ["double precision", "0.1", "1e300", "'NaN'"],
  ["money", "'12.34'"],
  ["text", "''", "E'quote\" back\\\\slash\\ttab\\nnewline é 😀'", "'null'", "'{}'"],
  ["varchar(10)", "'ten chars.'"],
  ["char(4)", "'abcd'"],
  ["name", "'a name'"],
  ['"char"', "'x'"],
  ["bytea", "'\\x00ff10'"],
  ["date", "'2026-02-28'", "'infinity'", "'0044-03-15 BC'"],
  ["time", "'23:59:59.999999'"],
  ["timetz", "'12:00:00+02'"],
  ["timestamp", "'2026-01-02 03:04:05.678901'"],
  ["timestamptz", "'2026-01-02 03:04:05.678901+00'", "'2026-07-01 00:00:00-03'", "'-infinity'"],
  ["interval", "'1 year 2 mons 3 days 04:05:06.789'"],
  ["uuid", "'00000000-0000-4000-8000-00000000000a'"],
  ["json", `'{"b": 1, "a": [1, 2.50, null, "x"],  "b": 2}'`, "'null'", "'12345678901234567890'"],
  ["jsonb", `'{"b": 1, "a": {"deep": [true, "\\u00e9"]}}'`, "'null'", `'"text"'`, "'[]'"],
  ["xml", "'<a>1</a>'"],
  ["inet", "'192.168.0.1/24'"],
  ["cidr", "'10.0.0.0/8'"],
  ["macaddr", "'08:00:2b:01:02:03'"],
  ["bit(3)", "'101'"],
  ["bit varying", "'10101'"],
  ["point", "'(1.5,2)'"],
  ["box", "'((1,1),(0,0))'"],
  ["tsvector", "'a:1 fat:2 cat:3'"],
  ["tsquery", "'fat & (rat | !cat)'"],
  ["int4range", "'[1,10)'", "'empty'"],
  ["tstzrange", "'[2026-01-01 00:00+00,)'"],
  ["int4multirange", "'{[1,3),[5,7)}'"],
  ["oid", "42"],
  ["regclass", "'pg_class'"],
  ["pg_lsn", "'16/B374D848'"],
  ["int[]", "'{1,null,3}'", "'{{1,2},{3,4}}'", "'{}'"],
  ["text[]", `'{a,"b,c",null,"null","q\\"x"}'`],
  ["jsonb[]", `array['{"a": 1}', '[null]']::jsonb[]`],
  ["timestamptz[]", "'{2026-01-01 00:00+00}'"],
  ["public.mood", "'so so'"],
  ["public.mood[]", "'{happy,so so}'"],
  ["public.positive", "7"],
  ["public.spot", '\'(1,"(2,3)","a, b")\''],
  ["public.spot[]", `array['(1,"(2,3)",)']::public.spot[]`],
  ["extensions.citext", "'MiXed'"],
];

const SCHEMA = `
  create extension citext with schema extensions;
  create type public.mood as enum ('happy', 'so so');
  create domain public.positive as int check (value > 0);
  create type public.spot as (n int, at point, label text);
  create table public.everything (id int primary key, ${
  VALUES.map(([type], n) => `c${n} ${type}`).join(", ")
});
  grant select, insert, update on public.everything to anon;
  ${
  VALUES.map(([type], n) => `
    create function public.echo_${n}(v ${type}) returns ${type} language sql immutable as 'select v';
    create function public.rows_${n}(v ${type}) returns table (v2 ${type}) language sql immutable as 'select v';`)
    .join("")
}
`;

const samples = VALUES.flatMap(([type, ...values], n) => values.map((value) => ({ type, n, value })));

Deno.test("values of every type cross as PostgreSQL itself writes and reads them", async (t) => {
  await withRest(SCHEMA, async ({ sql, request }) => {
    /** PostgreSQL's own JSON of a value, as text: `1.50` and `1.5` are not the same here. */
    const jsonOf = async ({ type, value }: { type: string; value: string }): Promise<string> =>
      (await sql.unsafe(`select coalesce(to_json(cast(${value} as ${type}))::text, 'null') as j`))[0]?.j;
    const textOf = async ({ type, value }: { type: string; value: string }): Promise<string | null> =>
      (await sql.unsafe(`select cast(cast(${value} as ${type}) as text) as v`))[0]?.v;
    const body = async (path: string, init?: RequestInit): Promise<string> => {
      const response = await request(path, init);
      const text = await response.text();
      assert.ok(response.ok, `${path}: ${text}`);
      return text;
    };

    await t.step("in columns that are read", async () => {
      await sql.unsafe(
        samples.map(({ n, type, value }, id) =>
          `insert into public.everything (id, c${n}) values (${id}, cast(${value} as ${type}))`
        ).join(";"),
      ).simple();
      for (const [id, sample] of samples.entries()) {
        const read = await body(`/everything?select=v:c${sample.n}&id=eq.${id}`);
        assert.equal(read, `[{"v":${await jsonOf(sample)}}]`, sample.type);
      }
      const [row] = await sql`select json_agg(e order by id)::text as all from public.everything as e`;
      assert.equal(await body("/everything?order=id"), row?.all);
    });

    await t.step("in columns that are written, from the JSON that was read", async () => {
      for (const [id, sample] of samples.entries()) {
        const column = `c${sample.n}`;
        const json = await jsonOf(sample);
        const written = await body(`/everything?select=v:${column}`, {
          method: "POST",
          body: `{"id":${id + 1000},"${column}":${json}}`,
          headers: { prefer: "return=representation" },
        });
        assert.equal(written, `[{"v":${json}}]`, sample.type);
        await body(`/everything?id=eq.${id + 1000}`, { method: "PATCH", body: `{"${column}":${json}}` });
        const same = await sql.unsafe(`select a.${column}::text is not distinct from b.${column}::text as same
          from public.everything a, public.everything b where a.id = ${id} and b.id = ${id + 1000}`);
        // JSON null in a json column is SQL null once it has been a property of an object.
        if (json !== "null") assert.equal(same[0]?.same, true, sample.type);
      }
    });

    await t.step("in arguments and results of functions", async () => {
      for (const sample of samples) {
        const json = await jsonOf(sample);
        const init = { method: "POST", body: `{"v":${json}}` };
        assert.equal(await body(`/rpc/echo_${sample.n}`, init), json, sample.type);
        // A function with one composite output column returns the composite's own columns.
        const expected = sample.type === "public.spot" ? `[${json}]` : `[{"v2":${json}}]`;
        assert.equal(await body(`/rpc/rows_${sample.n}`, init), expected, sample.type);
        const text = await textOf(sample);
        if (text === null || /^(eq|in|is|not)\b/.test(text)) continue;
        const query = new URLSearchParams({ v: text });
        assert.equal(await body(`/rpc/echo_${sample.n}?${query}`), json, `${sample.type} by GET`);
      }
    });
  });
});
