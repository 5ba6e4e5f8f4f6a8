/** What each of Instagram's codes and sub-codes makes of a publication (docs/platforms/instagram.md#codes). */
import assert from "node:assert/strict";
import { nobodysUrl, rudeServer } from "../../runtime/fake_runtime.ts";
import { errorOf } from "../kit/work_fixture.ts";
import { type FailureClass, PlatformError, type PlatformFailure } from "../platform.ts";
import { KNOWN } from "./codes.ts";
import { commit } from "./containers.ts";
import { connection, platform, type Row, row } from "../graph/code_table_fixture.ts";
import { refusal } from "../graph/fake_graph.ts";
import { CONTAINER, fakeInstagram, instagramWork } from "./fake_instagram.ts";
import { failureOf, recreateAfterOf } from "./graph.ts";
import { askGraph } from "./graph.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** As providers list them, with the code that each sub-code was seen with. */
const TABLE: readonly Row[] = [
  // Refused for what they are.
  row(36000, 2207004, "never", true),
  row(36001, 2207005, "never", true),
  row(36003, 2207009, "never", true),
  row(36004, 2207010, "never", true),
  row(9004, 2207023, "never", true),
  row(352, 2207026, "never", true),
  row(-1, 2207028, "never", true),
  row(1, 2207057, "never", true),
  row(-1, 2207035, "never", true),
  row(-1, 2207036, "never", true),
  row(-1, 2207037, "never", true),
  row(-1, 2207040, "never", true),
  row(-1, 2207081, "never", true),
  row(100, 2207089, "never", true),
  // Another container may fare better.
  row(-1, 2207001, "never", false, { again: 5 }),
  row(-2, 2207003, "never", false, { again: 5 }),
  row(-1, 2207032, "never", false, { again: 5 }),
  row(-1, 2207053, "never", false, { again: 5 }),
  row(9004, 2207052, "never", false, { again: 5 }),
  row(1, 2207052, "never", false, { again: 5 }),
  row(-1, 2207077, "never", false, { again: 5 }),
  row(-1, 2207082, "never", false, { again: 5 }),
  row(24, 2207006, "never", false, { again: 0 }),
  row(24, 2207020, "never", false, { again: 0 }),
  row(-2, 2207020, "never", false, { again: 0 }),
  row(24, 2207008, "never", false, { again: 30 }),
  // Waits.
  row(9007, 2207027, "wait", true, { wait: MINUTE / 2 }),
  row(9, 2207042, "wait", true, { ...connection, wait: HOUR }),
  row(4, 2207051, "wait", false, { ...connection, wait: 4 * HOUR }),
  row(4, undefined, "wait", true, { ...platform, wait: 10 * MINUTE }),
  row(341, undefined, "wait", true, { ...platform, wait: 10 * MINUTE }),
  row(17, undefined, "wait", true, { ...connection, wait: 10 * MINUTE }),
  row(32, undefined, "wait", true, { ...connection, wait: 10 * MINUTE }),
  row(613, undefined, "wait", true, { ...connection, wait: 10 * MINUTE }),
  row(80002, undefined, "wait", true, { ...connection, wait: 10 * MINUTE }),
  row(368, undefined, "wait", true, { ...connection, wait: 4 * HOUR }),
  // Somebody has to sign in.
  ...[undefined, 458, 459, 460, 463, 464, 467, 490, 492, 2207051].map((subcode) =>
    row(190, subcode, "reconnect", true, connection)
  ),
  row(102, undefined, "reconnect", true, connection),
  row(25, 2207050, "reconnect", true, connection),
  ...[10, 200, 230, 299].map((code) => row(code, undefined, "reconnect", true, connection)),
  // The operator has to do something.
  ...[3, 12, 101, 104, 191, 2635].map((code) => row(code, undefined, "pause", true, platform)),
  // It passes.
  ...[1, 2, -1, -2].map((code) => row(code, undefined, "backoff", false)),
  // Nobody knows them.
  row(100, 99, "never", false),
  row(100, 33, "never", false),
  row(100, undefined, "never", false),
  row(2500, undefined, "never", false),
  row(24, undefined, "never", false),
  row(803, undefined, "never", false),
  row(352, undefined, "never", false),
  row(9004, undefined, "never", false),
  row(36000, undefined, "never", false),
  row(36001, undefined, "never", false),
  row(36003, undefined, "never", false),
  row(36004, undefined, "never", false),
  row(31337, undefined, "backoff", false),
  row(31337, 2200000, "backoff", false),
];

const nameOf = ({ code, subcode }: Row) => subcode === undefined ? `${code}` : `${code}/${subcode}`;
const isPermission = (code: number) => code === 10 || (code >= 200 && code <= 299);
const codeOf = (one: Row) => isPermission(one.code) ? "missing_scope" : nameOf(one);

for (const one of TABLE) {
  Deno.test(`${nameOf(one)} before a commit is ${one.class}`, async () => {
    await using server = fakeInstagram();
    server.answer("media", refusal(one.code, one.subcode, { error_user_msg: "So it is." }));
    const error = await errorOf(askGraph(instagramWork(server.url), "/media", { form: {} }));
    const { failure, isAmbiguous, isUnreachable } = error;
    assert.deepEqual([failure.class, failure.scope, failure.code], [
      one.class,
      one.scope ?? "publication",
      codeOf(one),
    ]);
    assert.equal(failure.message, "So it is.");
    assert.equal(failure.retryAfterMs, one.wait);
    assert.deepEqual([isAmbiguous, isUnreachable], [false, false]);
    assert.equal(recreateAfterOf(failure), one.again);
  });

  Deno.test(`${nameOf(one)} to a commit is ${one.refusal ? `${one.class}, for certain` : "unknown"}`, async () => {
    await using server = fakeInstagram();
    server.answer("media_publish", refusal(one.code, one.subcode));
    const error = await commitError(server.url);
    assert.equal(error.failure.class, one.refusal ? one.class : "unknown");
    assert.equal(error.isAmbiguous, !one.refusal);
    assert.equal(error.failure.code, codeOf(one));
    assert.equal(error.failure.retryAfterMs, one.wait);
  });
}

Deno.test("every code and sub-code that is known is in this table", () => {
  const codes = new Set(TABLE.map(({ code }) => code));
  const subcodes = new Set(TABLE.map(({ subcode }) => subcode));
  assert.deepEqual(KNOWN.codes.filter((code) => !codes.has(code)), []);
  assert.deepEqual(KNOWN.subcodes.filter((subcode) => !subcodes.has(subcode)), []);
});

async function commitError(url: string): Promise<PlatformError> {
  const work = instagramWork(url, "instagram_feed", { facts: { container: CONTAINER } });
  return await errorOf(commit(work).send(new AbortController().signal));
}

Deno.test("HTTP's own statuses count where there is no code that is known, and leave a commit in doubt but for refusals", async () => {
  const rows: readonly (readonly [number, FailureClass, PlatformFailure["scope"], boolean])[] = [
    [400, "backoff", "publication", true],
    [404, "backoff", "publication", true],
    [302, "backoff", "publication", true],
    [401, "reconnect", "connection", false],
    [426, "pause", "platform", false],
    [429, "wait", "connection", false],
    [408, "wait", "publication", true],
    [500, "wait", "publication", true],
    [502, "wait", "publication", true],
    [503, "wait", "publication", true],
  ];
  for (const [status, failureClass, scope, isDoubtful] of rows) {
    await using server = fakeInstagram();
    server.answer("media_publish", new Response("<html>", { status }));
    const error = await commitError(server.url);
    assert.equal(error.isAmbiguous, isDoubtful, `${status}`);
    assert.equal(error.failure.class, isDoubtful ? "unknown" : failureClass, `${status}`);
    assert.equal(error.failure.code, `http_${status}`);
    assert.equal(error.isUnreachable, status >= 500 || status === 408);
    const read = failureOf({ status, headers: new Headers(), body: undefined, raw: "<html>" });
    assert.deepEqual([read.failure.class, read.failure.scope], [failureClass, scope], `${status}`);
  }
});

Deno.test("a server in trouble says 1, 2 or anything: that is weather, whatever the code", () => {
  for (const code of [1, 2, -1, 31337]) {
    const error = failureOf({ status: 500, headers: new Headers(), body: { error: { code } }, raw: null });
    assert.deepEqual([error.failure.class, error.isUnreachable], ["wait", true]);
  }
  const known = failureOf({ status: 500, headers: new Headers(), body: { error: { code: 190 } }, raw: null });
  assert.deepEqual([known.failure.class, known.isUnreachable], ["reconnect", false]);
});

Deno.test("what says of itself that it passes is tried again, unless it never can go well", () => {
  const classOf = (code: number, error_subcode?: number) =>
    failureOf({
      status: 400,
      headers: new Headers(),
      body: { error: { code, error_subcode, is_transient: true } },
      raw: null,
    }).failure.class;
  assert.equal(classOf(100, 33), "backoff");
  assert.equal(classOf(190), "reconnect");
  assert.equal(classOf(9004, 2207052), "never", "but another container is made");
});

Deno.test("UNKNOWN is no message, 0 is no sub-code, and words for people come before those for developers", () => {
  const said = (error: Record<string, unknown>) => {
    const answer = { status: 400, headers: new Headers(), body: { error }, raw: { error } };
    const { code, message } = failureOf(answer).failure;
    return [code, message];
  };
  const words = "Instagram had an error of its own";
  assert.deepEqual(said({ code: 2, error_subcode: 0, message: "UNKNOWN", error_user_msg: " " }), [
    "2",
    words,
  ]);
  assert.deepEqual(said({ code: 2, message: "(#2) oops", error_user_msg: "Try later" }), ["2", "Try later"]);
  assert.deepEqual(said({ code: "2", error_subcode: "33", message: 7 }), ["2/33", words]);
});

Deno.test("an error within HTTP 200 is one, to a commit too", async () => {
  await using server = fakeInstagram();
  server.answer("media_publish", { error: { code: 4, error_subcode: 2207051, message: "Blocked" } });
  const error = await commitError(server.url);
  assert.deepEqual([error.failure.class, error.isAmbiguous], ["unknown", true]);
});

Deno.test("a commit that is answered without an id, or not at all, is in doubt; one that never left is not", async () => {
  await using server = fakeInstagram();
  for (const answer of [{}, { id: null }, { success: true }, [1]]) {
    server.answer("media_publish", answer);
    const error = await commitError(server.url);
    assert.deepEqual([error.failure.class, error.isAmbiguous], ["unknown", true], JSON.stringify(answer));
  }
  for (const manners of ["hangs up", "breaks off"] as const) {
    await using rude = rudeServer(manners);
    const error = await commitError(rude.url);
    assert.deepEqual([error.failure.class, error.isAmbiguous, error.isUnreachable], ["unknown", true, true]);
  }
  const error = await commitError(nobodysUrl());
  assert.deepEqual([error.failure.class, error.isAmbiguous, error.isUnreachable], ["wait", false, true]);
  const work = instagramWork(server.url, "instagram_feed", { facts: { container: CONTAINER } });
  const given = await errorOf(commit(work).send(AbortSignal.abort()));
  assert.equal(given.isAmbiguous, false);
});

Deno.test("a limit waits as long as Instagram says: in minutes of each business, or in seconds", async () => {
  const waitOf = async (headers: HeadersInit, code = 80002) => {
    await using server = fakeInstagram();
    server.answer("media", refusal(code, undefined, { headers }));
    return (await errorOf(askGraph(instagramWork(server.url), "/media", { form: {} }))).failure.retryAfterMs;
  };
  const usage = (...minutes: unknown[]) => ({
    "x-business-use-case-usage": JSON.stringify({
      "1784": minutes.map((estimated_time_to_regain_access) => ({
        type: "instagram",
        call_count: 100,
        estimated_time_to_regain_access,
      })),
    }),
  });
  assert.equal(await waitOf(usage(19)), 19 * MINUTE);
  assert.equal(await waitOf(usage(3, 42, 7)), 42 * MINUTE);
  assert.equal(await waitOf(usage(0)), 10 * MINUTE, "nothing is said");
  assert.equal(await waitOf(usage("soon", null)), 10 * MINUTE);
  assert.equal(await waitOf({ "x-business-use-case-usage": "{" }), 10 * MINUTE);
  assert.equal(await waitOf({ "retry-after": "90" }), 90_000);
  assert.equal(await waitOf({ ...usage(5), "retry-after": "90" }), 5 * MINUTE);
  assert.equal(await waitOf(usage(19), 31337), undefined, "what is no limit has no such wait");
});
