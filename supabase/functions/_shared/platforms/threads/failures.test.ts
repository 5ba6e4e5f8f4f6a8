/** What each of Threads' codes, sub-codes and words makes of a publication (docs/platforms/threads.md#codes). */
import assert from "node:assert/strict";
import { connection, platform, type Row, row } from "../graph/code_table_fixture.ts";
import { refusal } from "../graph/fake_graph.ts";
import { errorOf } from "../kit/work_fixture.ts";
import type { PlatformError } from "../platform.ts";
import { KNOWN } from "./codes.ts";
import { commit } from "./containers.ts";
import { CONTAINER, fakeThreads, threadsWork } from "./fake_threads.ts";
import { askGraph, recreateAfterOf } from "./graph.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

const TABLE: readonly Row[] = [
  // Refused for what they are.
  row(36000, 2207004, "never", true),
  row(36001, 2207005, "never", true),
  row(36003, 2207009, "never", true),
  row(36004, 2207010, "never", true),
  row(100, 2207023, "never", true),
  row(352, 2207026, "never", true),
  row(100, 2207028, "never", true),
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
  row(24, 2207008, "never", false, { again: 30 }),
  row(24, 4279009, "wait", true, { again: 2, wait: 2_000 }),
  // Waits.
  row(9007, 2207027, "wait", true, { wait: MINUTE / 2 }),
  row(9, 2207042, "wait", true, { ...connection, wait: HOUR }),
  row(4, 2207051, "wait", false, { ...connection, wait: 4 * HOUR }),
  row(4, undefined, "wait", true, { ...platform, wait: 10 * MINUTE }),
  row(341, undefined, "wait", true, { ...platform, wait: 10 * MINUTE }),
  row(17, undefined, "wait", true, { ...connection, wait: 10 * MINUTE }),
  row(32, undefined, "wait", true, { ...connection, wait: 10 * MINUTE }),
  row(613, undefined, "wait", true, { ...connection, wait: 10 * MINUTE }),
  row(368, undefined, "wait", true, { ...connection, wait: 4 * HOUR }),
  // Somebody has to sign in.
  ...[undefined, 458, 459, 460, 463, 464, 467, 490, 492, 4279009].map((subcode) =>
    row(190, subcode, "reconnect", true, connection)
  ),
  row(102, undefined, "reconnect", true, connection),
  row(25, 2207050, "reconnect", true, connection),
  row(24, 4279013, "reconnect", true, connection),
  ...[10, 200, 230, 299].map((code) => row(code, undefined, "reconnect", true, connection)),
  // The operator has to do something.
  ...[3, 12, 101, 104, 191, 2635].map((code) => row(code, undefined, "pause", true, platform)),
  // It passes.
  ...[1, 2, -1, -2].map((code) => row(code, undefined, "backoff", false)),
  // Nobody knows them.
  row(24, 4279008, "never", false),
  row(100, 33, "never", false),
  ...[24, 100, 352, 803, 2500, 9004, 36000, 36001, 36003, 36004].map((code) =>
    row(code, undefined, "never", false)
  ),
  row(31337, undefined, "backoff", false),
  row(31337, 4270000, "backoff", false),
];

const nameOf = ({ code, subcode }: Row) => subcode === undefined ? `${code}` : `${code}/${subcode}`;
const isPermission = (code: number) => code === 10 || (code >= 200 && code <= 299);
const codeOf = (one: Row) => isPermission(one.code) ? "missing_scope" : nameOf(one);

async function commitError(url: string): Promise<PlatformError> {
  const work = threadsWork(url, { facts: { container: CONTAINER } });
  return await errorOf(commit(work).send(new AbortController().signal));
}

for (const one of TABLE) {
  Deno.test(`${nameOf(one)} before a commit is ${one.class}`, async () => {
    await using server = fakeThreads();
    server.answer("threads", refusal(one.code, one.subcode, { error_user_msg: "So it is." }));
    const error = await errorOf(askGraph(threadsWork(server.url), "/threads", { form: {} }));
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
    await using server = fakeThreads();
    server.answer("threads_publish", refusal(one.code, one.subcode));
    const error = await commitError(server.url);
    assert.equal(error.failure.class, one.refusal ? one.class : "unknown");
    assert.equal(error.isAmbiguous, !one.refusal);
    assert.equal(error.failure.code, codeOf(one));
    assert.equal(error.failure.retryAfterMs, one.wait);
  });
}

for (const word of KNOWN.words) {
  Deno.test(`${word} is refused for good, whichever field it stands in`, async () => {
    await using server = fakeThreads();
    const answers = [
      refusal(word, undefined, { message: "It is refused" }),
      refusal(100, undefined, { message: word }),
      refusal(100, undefined, { error_user_title: word, message: "Invalid parameter" }),
      refusal(1, undefined, { type: word, status: 500 }),
    ];
    for (const answer of answers) {
      server.answer("threads", answer.clone());
      server.answer("threads_publish", answer);
      const { failure } = await errorOf(askGraph(threadsWork(server.url), "/threads", { form: {} }));
      assert.deepEqual([failure.class, failure.code], ["never", word]);
      assert.ok(failure.message !== word && failure.message !== "", failure.message);
      assert.ok(!(await commitError(server.url)).isAmbiguous);
    }
  });
}

Deno.test("a word within a sentence, or one that nobody knows, decides nothing", async () => {
  await using server = fakeThreads();
  const codeFor = async (answer: Response) => {
    server.answer("threads", answer);
    const { failure } = await errorOf(askGraph(threadsWork(server.url), "/threads", { form: {} }));
    return [failure.class, failure.code, failure.message];
  };
  const sentence = "What is THREADS_API__LINK_LIMIT_EXCEEDED?";
  assert.deepEqual(await codeFor(refusal(100, undefined, { message: sentence })), ["never", "100", sentence]);
  assert.deepEqual(await codeFor(refusal("THREADS_API__NEWS", undefined, { message: "" })), [
    "backoff",
    "http_400",
    "THREADS_API__NEWS",
  ]);
});

Deno.test("every code, sub-code and word that is known is in these tests", () => {
  const codes = new Set(TABLE.map(({ code }) => code));
  const subcodes = new Set(TABLE.map(({ subcode }) => subcode));
  assert.deepEqual(KNOWN.codes.filter((code) => !codes.has(code)), []);
  assert.deepEqual(KNOWN.subcodes.filter((subcode) => !subcodes.has(subcode)), []);
  assert.ok(KNOWN.words.includes("THREADS_API__LINK_LIMIT_EXCEEDED"));
});
