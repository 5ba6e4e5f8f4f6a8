/**
 * Looking for the tune that a lost submit has made: by its title, through the pages of GET /tunes
 * (astria.md#endpoints).
 */
import assert from "node:assert/strict";
import type { Recorded } from "../../runtime/fake_runtime.ts";
import { astria } from "./astria.ts";
import {
  fakeAstria,
  minutesFromNow,
  PICTURES,
  TITLE,
  trainingFor,
  TUNE_ID,
  tuneWith,
} from "./fake_astria.ts";
import { ProviderError } from "../provider.ts";

const CONTEXT = { callbackUrl: "https://abc.supabase.co/x", files: { images: PICTURES } };

/** An account with these tunes, newest first, on pages as Astria has them. */
function pages(tunes: Record<string, unknown>[]) {
  return ({ query }: Recorded) => {
    const before = Number(query.get("before_id") ?? Infinity);
    const limit = Math.min(Number(query.get("limit") ?? 20), 120);
    return Response.json(tunes.filter(({ id }) => Number(id) < before).slice(0, limit));
  };
}
/** `count` tunes of others, with ids below `below`. */
const others = (count: number, below: number, created_at = minutesFromNow(0)) =>
  Array.from({ length: count }, (_, n) => tuneWith({ id: below - 1 - n, title: `other ${n}`, created_at }));
const findAll = (url: string) =>
  astria.findTasks!(trainingFor(url, { attempt: { started_at: minutesFromNow(-1) } }), CONTEXT);
/** The only one there is; null: there is none. */
const find = async (url: string) => {
  const found = await findAll(url);
  assert.ok(found.length < 2, "one at most");
  return found[0] ?? null;
};

Deno.test("the tune with the attempt's title is found, with its own part of the list", async () => {
  await using server = fakeAstria();
  server.answer("list", pages([...others(2, 900), tuneWith({ id: 800 }), ...others(2, 700)]));
  const found = await find(server.url);
  assert.equal(found?.externalId, "800");
  assert.equal((found?.raw as { id: number }).id, 800);
  assert.deepEqual(server.requests.map(({ query }) => query.toString()), [
    "limit=120",
    "limit=120&before_id=698",
  ]);
});

Deno.test("it is found on a later page too", async () => {
  await using server = fakeAstria();
  server.answer("list", pages([...others(250, 2000), tuneWith({ id: Number(TUNE_ID) % 1000 })]));
  assert.equal((await find(server.url))?.externalId, "416");
  assert.deepEqual(server.requests.map(({ query }) => query.get("before_id")), [null, "1880", "1760", "416"]);
});

Deno.test("an account that does not key tunes by title may have several of one attempt: all are found", async () => {
  await using server = fakeAstria();
  const trained = tuneWith({ id: 300, trained_at: minutesFromNow(-1) });
  server.answer("list", pages([tuneWith({ id: 800 }), ...others(200, 700), trained]));
  assert.deepEqual((await findAll(server.url)).map(({ externalId, state }) => [externalId, state]), [
    ["800", "alive"],
    ["300", "succeeded"],
  ]);
});

Deno.test("a title of another attempt, or of more than this, is not it", async () => {
  await using server = fakeAstria();
  const job = TITLE.slice(0, -2);
  const titles = [`${job}-2`, `${job}-11`, job, `${TITLE} `, TITLE.toUpperCase(), null, 7];
  server.answer("list", pages(titles.map((title, n) => tuneWith({ id: 100 - n, title }))));
  assert.equal(await find(server.url), null);
});

Deno.test("there is none when the list is at its end", async () => {
  await using server = fakeAstria();
  server.answer("list", pages([]));
  assert.equal(await find(server.url), null);
});

Deno.test("tunes from before the attempt are not looked through", async () => {
  await using server = fakeAstria();
  server.answer("list", pages(others(5000, 9000, minutesFromNow(-60))));
  assert.equal(await find(server.url), null);
  assert.equal(server.requests.length, 1);
});

Deno.test("a list that does not end is not taken for one without the tune", async () => {
  await using server = fakeAstria();
  server.answer("list", () => Response.json(others(120, 9000)));
  await assert.rejects(find(server.url), { name: "ProviderError", message: /too_many_tunes/ });
});

Deno.test("what is no list of tunes, or an error, is not taken for one without the tune", async () => {
  await using server = fakeAstria();
  const answers = [
    { tunes: [] },
    [null],
    [{ title: "no id" }],
    new Response("<html>"),
    new Response(null, { status: 429 }),
  ];
  for (const answer of answers) {
    server.answer("list", answer);
    await assert.rejects(find(server.url), ProviderError);
  }
});
