import assert from "node:assert/strict";
import { withRest } from "./rest_fixture.ts";
import { THINGS } from "./things_fixture.ts";

const SCHEMA = `${THINGS} grant select on public.things to anon;`;

Deno.test("filters find the rows that PostgreSQL finds", async (t) => {
  await withRest(SCHEMA, async ({ anon, sql, request }) => {
    const ids = async (query: string): Promise<number[]> => {
      const response = await request(`/things?select=id&order=id&${query}`);
      const body = await response.json();
      assert.equal(response.status, 200, `${query}: ${JSON.stringify(body)}`);
      return body.map((row: { id: number }) => row.id);
    };
    const where = async (condition: string): Promise<number[]> =>
      (await sql.unsafe(`select id from public.things where ${condition} order by id`)).map((row) => row.id);

    await t.step("every operator means its SQL", async () => {
      const pairs: [string, string][] = [
        ["id=eq.2", "id = 2"],
        ["id=neq.2", "id <> 2"],
        ["score=gt.1", "score > 1"],
        ["score=gte.1.5", "score >= 1.5"],
        ["score=lt.1.5", "score < 1.5"],
        ["score=lte.1.5", "score <= 1.5"],
        ["name=like.*n*", "name like '%n%'"],
        ["name=like.A%25", "name like 'A%'"],
        ["name=ilike.ANA", "name ilike 'ANA'"],
        ["name=match.^[A-Z]", "name ~ '^[A-Z]'"],
        ["name=imatch.^ANA$", "name ~* '^ANA$'"],
        ["name=like(any).{A*,x*}", "name like any ('{A%,x%}')"],
        ["name=ilike(all).{a*,*a}", "name ilike all ('{a%,%a}')"],
        ["id=gt(all).{2,3}", "id > all ('{2,3}')"],
        ["id=in.(1,3,9)", "id in (1, 3, 9)"],
        ["id=in.()", "false"],
        ["id=not.in.(1,3)", "id not in (1, 3)"],
        ["flag=is.true", "flag is true"],
        ["flag=is.false", "flag is false"],
        ["flag=is.unknown", "flag is unknown"],
        ["name=is.null", "name is null"],
        ["name=is.not_null", "name is not null"],
        ["flag=eq.true", "flag = true"],
        ["flag=eq.false", "flag = false"],
        ["name=isdistinct.Ana", "name is distinct from 'Ana'"],
        ["name=not.is.null", "name is not null"],
        ["name=not.eq.Ana", "not name = 'Ana'"],
        ["tags=cs.{b}", "tags @> '{b}'"],
        ["tags=cd.{a,b,c}", "tags <@ '{a,b,c}'"],
        ["tags=ov.{c,z}", "tags && '{c,z}'"],
        ['tags=cs.{"a,b"}', `tags @> '{"a,b"}'`],
        ["data=cs.{%22k%22:%22x%22}", `data @> '{"k":"x"}'`],
        ["span=cs.[3,4)", "span @> '[3,4)'"],
        ["span=ov.[4,6]", "span && '[4,6]'"],
        ["span=sl.[5,6)", "span << '[5,6)'"],
        ["span=sr.[5,6)", "span >> '[5,6)'"],
        ["span=nxr.[1,9)", "span &< '[1,9)'"],
        ["span=nxl.[5,9)", "span &> '[5,9)'"],
        ["span=adj.[9,20)", "span -|- '[9,20)'"],
        ["words=fts.cats", "words @@ to_tsquery('cats')"],
        ["words=fts(simple).cat", "words @@ to_tsquery('simple', 'cat')"],
        ["words=plfts(simple).fat cat", "words @@ plainto_tsquery('simple', 'fat cat')"],
        ["words=phfts(simple).thin rats", "words @@ phraseto_tsquery('simple', 'thin rats')"],
        ["words=wfts(simple).rats or cats", "words @@ websearch_to_tsquery('simple', 'rats or cats')"],
        ["name=fts(simple).ana", "to_tsvector('simple', name) @@ to_tsquery('simple', 'ana')"],
        ["at=gte.2026-01-02T00:00:00Z", "at >= '2026-01-02'"],
        ["at=eq.2026-01-01T00:00:00.123456%2B00:00", "at = '2026-01-01 00:00:00.123456+00'"],
        ["data->>k=eq.x", "data ->> 'k' = 'x'"],
        ["data->n=eq.2", "data -> 'n' = '2'"],
        ["data->list->0->v=eq.10", "data -> 'list' -> 0 -> 'v' = '10'"],
        ["data->>-1=eq.2", "data ->> -1 = '2'"],
        ["note->>o=eq.1", "note ->> 'o' = '1'"],
        ["tags->>0=eq.a", "to_jsonb(tags) ->> 0 = 'a'"],
        ["id=gt.1&id=lt.4", "id > 1 and id < 4"],
        ["or=(id.eq.1,id.eq.5)", "id = 1 or id = 5"],
        ["or=(id.eq.1,and(id.gt.2,flag.is.true))", "id = 1 or (id > 2 and flag)"],
        ["not.or=(id.eq.1,id.eq.5)", "not (id = 1 or id = 5)"],
        ["and=(id.gt.1,not.and(flag.is.true,id.eq.4))", "id > 1 and not (flag is true and id = 4)"],
        ['or=(name.eq."Ro\\"b, (Jr.)",data->>k.eq.y)', `name = 'Ro"b, (Jr.)' or data ->> 'k' = 'y'`],
        ["or=(id.in.(1,2),tags.cs.{c})", "id in (1, 2) or tags @> '{c}'"],
        ['"odd,name.(x)"=eq.two', `"odd,name.(x)" = 'two'`],
      ];
      for (const [query, condition] of pairs) {
        const expected = await where(condition);
        // A filter that finds nothing or everything would prove nothing.
        assert.ok(
          condition === "false" || (expected.length > 0 && expected.length < 5),
          `${query} is a poor example`,
        );
        assert.deepEqual(await ids(query), expected, query);
      }
    });

    await t.step("supabase-js filters reach the same rows", async () => {
      const found = async (query: PromiseLike<{ data: { id: number }[] | null; error: unknown }>) => {
        const { data, error } = await query;
        assert.equal(error, null);
        return data?.map((row) => row.id);
      };
      const things = () => anon.from("things").select("id").order("id");
      assert.deepEqual(await found(things().eq("name", 'Ro"b, (Jr.)')), [3]);
      assert.deepEqual(await found(things().in("name", ["Ana", "ana", "no,comma"])), [1, 2]);
      assert.deepEqual(await found(things().match({ flag: true, id: 4 })), [4]);
      assert.deepEqual(await found(things().contains("tags", ["b"])), [1, 2]);
      assert.deepEqual(await found(things().contains("data", { k: "x" })), [1]);
      assert.deepEqual(await found(things().containedBy("tags", ["a", "b"])), [1, 3]);
      assert.deepEqual(await found(things().overlaps("span", "[8,30]")), [2, 4]);
      assert.deepEqual(await found(things().rangeLte("span", "[1,9)")), [1, 2]);
      assert.deepEqual(
        await found(things().textSearch("words", "fat", { config: "simple", type: "plain" })),
        [1],
      );
      assert.deepEqual(await found(things().isDistinct("flag", false)), [1, 3, 4]);
      assert.deepEqual(await found(things().not("tags", "cs", "{b}")), [3, 5]);
      assert.deepEqual(await found(things().or("id.lt.2,and(flag.is.false,id.gt.4)")), [1, 5]);
      assert.deepEqual(await found(things().likeAnyOf("name", ["A%", "x%"])), [1, 4]);
      assert.deepEqual(await found(things().filter("data->>k", "eq", "y")), [2]);
    });
  });
});
