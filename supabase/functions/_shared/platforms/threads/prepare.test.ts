/** What a publication on Threads goes through before its commit (docs/platforms/threads.md#containers). */
import assert from "node:assert/strict";
import { textOf } from "../../runtime/fake_runtime.ts";
import { after, namesOf, refusal } from "../graph/fake_graph.ts";
import { errorOf } from "../kit/work_fixture.ts";
import type { PublicationMedia, PublicationWork } from "../platform.ts";
import { KNOWN_REASONS } from "./container_reasons.ts";
import { commit, prepare } from "./containers.ts";
import {
  CONTAINER,
  fakeThreads,
  IMAGE,
  POST,
  prepareAll,
  stateOf,
  threadsWork,
  VIDEO,
} from "./fake_threads.ts";

const idOf = (number: number) => `179000000000000${number.toString().padStart(2, "0")}`;
/** Containers with the ids 1, 2, 3 … in the order in which they are made. */
function counting() {
  let made = 0;
  return () => Response.json({ id: idOf(++made) });
}
const formsOf = (server: ReturnType<typeof fakeThreads>) =>
  server.asked("threads").map((request) => Object.fromEntries(new URLSearchParams(textOf(request))));
const secondsOf = (steps: Awaited<ReturnType<typeof prepareAll>>["steps"]) =>
  steps.map((step) => step.state === "more" ? step.seconds : 0);
const now = () => new Date().toISOString();
const notFound = () => refusal(24, 4279009, { message: "The requested resource does not exist" });
const neverUsed = () => new AbortController().signal;

/** Sends the commit, as a worker does, and keeps what it says. */
async function commits(work: PublicationWork) {
  const committedAt = now();
  const error = await errorOf(commit(work).send(neverUsed()));
  return { error, work: { ...work, committedAt, facts: { ...work.facts, ...error.facts } } };
}

const KINDS: readonly (readonly [string, PublicationMedia[], number, string[]])[] = [
  ["a text", [], 1, ["container_created", "container_in_progress", "container_finished"]],
  ["an image", [IMAGE], 2, ["container_created", "container_in_progress", "container_finished", "ready"]],
  ["a video", [VIDEO], 5, ["container_created", "container_in_progress", "container_finished", "ready"]],
];

for (const [name, media, first, steps] of KINDS) {
  Deno.test(`${name} is a container that is asked for until it is finished, and files get two seconds more`, async () => {
    await using server = fakeThreads();
    server.answer("threads", { id: CONTAINER });
    server.answer(CONTAINER, stateOf("IN_PROGRESS"), stateOf("FINISHED"));
    const done = await prepareAll(threadsWork(server.url, { media }));
    assert.equal(done.error, null);
    assert.deepEqual(namesOf(done.steps), steps);
    assert.deepEqual(secondsOf(done.steps), [first, first, ...media.length > 0 ? [2, 0] : [0]]);
    assert.equal(server.asked("threads").length, 1);
    assert.equal(server.asked(CONTAINER).length, 2);
    assert.equal(server.asked("threads_publish").length, 0);
  });
}

Deno.test("every item of a carousel is asked for, images too, and so is the carousel itself", async () => {
  await using server = fakeThreads();
  server.answer("threads", counting());
  for (const id of [1, 2, 3, 4]) server.answer(idOf(id), stateOf("IN_PROGRESS"), stateOf("FINISHED"));
  const { steps, error } = await prepareAll(threadsWork(server.url, { media: [IMAGE, VIDEO, IMAGE] }));
  assert.equal(error, null);
  assert.deepEqual(namesOf(steps), [
    ...Array(3).fill("container_created"),
    ...Array(3).fill(["container_in_progress", "container_finished"]).flat(),
    "container_created",
    "container_in_progress",
    "container_finished",
    "ready",
  ]);
  assert.equal(formsOf(server).at(-1)?.children, [1, 2, 3].map(idOf).join(","));
  for (const id of [1, 2, 3, 4]) assert.equal(server.asked(idOf(id)).length, 2);
});

Deno.test("a commit that is told that there is no such container has another made, though the first is finished", async () => {
  await using server = fakeThreads();
  server.answer("threads", counting());
  for (const id of [1, 2, 3, 4]) server.answer(idOf(id), stateOf("FINISHED"));
  server.answer("threads_publish", notFound());
  let { work } = await prepareAll(threadsWork(server.url, { media: [IMAGE] }));
  for (let made = 1; made <= 3; made++) {
    const refused = await commits(work);
    const { failure, isAmbiguous } = refused.error;
    assert.deepEqual([failure.class, failure.code, failure.scope], ["wait", "24/4279009", "publication"]);
    assert.deepEqual([failure.retryAfterMs, isAmbiguous], [2_000, false]);
    const again = await prepareAll(refused.work);
    assert.equal(again.error, null);
    assert.deepEqual(namesOf(again.steps).slice(0, 2), ["container_lost", "container_created"]);
    assert.equal(again.work.facts.container, idOf(made + 1));
    work = again.work;
  }
  const last = await prepareAll((await commits(work)).work);
  assert.deepEqual([last.error?.failure.class, last.error?.failure.code], ["never", "24/4279009"]);
  assert.match(last.error?.message ?? "", /tried 4 times/);
  assert.equal(server.asked("threads").length, 4);
});

Deno.test("a carousel of which the commit is told so is made anew with all its items", async () => {
  await using server = fakeThreads();
  server.answer("threads", counting());
  for (const id of [1, 2, 3, 4, 5, 6]) server.answer(idOf(id), stateOf("FINISHED"));
  server.answer("threads_publish", notFound());
  const first = await prepareAll(threadsWork(server.url, { media: [IMAGE, IMAGE] }));
  const { work } = await prepareAll((await commits(first.work)).work);
  assert.equal(work.facts.container, idOf(6));
  assert.equal(formsOf(server).at(-1)?.children, [4, 5].map(idOf).join(","));
});

Deno.test("what an earlier commit may have published is in doubt when the container is not found", async () => {
  await using server = fakeThreads();
  server.answer(CONTAINER, stateOf("FINISHED"), stateOf("FINISHED"), stateOf("PUBLISHED"));
  server.answer("threads_publish", notFound());
  const facts = { container: CONTAINER, since: now(), container_at: now() };
  // An answer was lost before; the platform showed nothing then.
  const before = threadsWork(server.url, { media: [IMAGE], facts, committedAt: now() });
  const ready = await prepareAll(before);
  assert.equal(ready.error, null);
  const refused = await commits(ready.work);
  assert.deepEqual([refused.error.failure.class, refused.error.isAmbiguous], ["unknown", true]);
  assert.equal(
    refused.error.failure.retryAfterMs,
    undefined,
    "it is looked for before anything is waited for",
  );
  // It is asked for once more before another is made: twice not there, it is made anew; and never where it is published.
  assert.deepEqual(namesOf([await prepare(refused.work, neverUsed())]), ["container_lost"]);
  const error = await errorOf(prepare(refused.work, neverUsed()));
  assert.deepEqual([error.failure.code, error.isAmbiguous], ["already_published", true]);
});

Deno.test("no other refusal of a commit has a container made anew", async () => {
  await using server = fakeThreads();
  const facts = { container: CONTAINER, since: now(), container_at: now() };
  const work = threadsWork(server.url, { facts });
  for (
    const [code, subcode] of [[24, undefined], [24, 4279008], [100, 33], [4, undefined], [190, 463], [
      1,
      2207052,
    ]]
  ) {
    server.answer("threads_publish", refusal(code ?? 0, subcode));
    assert.deepEqual((await commits(work)).error.facts, {}, `${code}/${subcode}`);
  }
});

Deno.test("a carousel whose items are not found gets new ones, and three times at most", async () => {
  await using server = fakeThreads();
  let made = 0;
  server.answer(
    "threads",
    (request) =>
      textOf(request).includes("CAROUSEL") && made < 4 ? notFound() : Response.json({ id: idOf(++made) }),
  );
  for (const id of [1, 2, 3, 4, 5, 6, 7]) server.answer(idOf(id), stateOf("FINISHED"));
  const good = await prepareAll(threadsWork(server.url, { media: [IMAGE, IMAGE] }));
  assert.equal(good.error, null);
  assert.deepEqual(
    good.steps.flatMap((step) =>
      step.state === "more" && step.name === "container_refused" ? [step.seconds] : []
    ),
    [2],
  );
  assert.equal(formsOf(server).at(-1)?.children, [3, 4].map(idOf).join(","));
  server.answer(
    "threads",
    (request) => textOf(request).includes("CAROUSEL") ? notFound() : Response.json({ id: idOf(1) }),
  );
  const bad = await prepareAll(threadsWork(server.url, { media: [IMAGE, IMAGE] }));
  assert.deepEqual([bad.error?.failure.class, bad.error?.failure.code], ["never", "24/4279009"]);
  assert.deepEqual(
    bad.steps.flatMap((step) =>
      step.state === "more" && step.name === "container_refused" ? [step.seconds] : []
    ),
    [2, 4, 6],
  );
});

Deno.test("a container that is not found when it is asked for is made again", async () => {
  await using server = fakeThreads();
  server.answer("threads", counting());
  server.answer(idOf(1), notFound());
  server.answer(idOf(2), stateOf("FINISHED"));
  const { steps, error } = await prepareAll(threadsWork(server.url));
  assert.equal(error, null);
  assert.deepEqual(namesOf(steps), [
    "container_created",
    "container_lost",
    "container_created",
    "container_finished",
  ]);
});

const PASSING = ["FAILED_DOWNLOADING_VIDEO", "FAILED_PROCESSING_AUDIO", "FAILED_PROCESSING_VIDEO"];

for (const reason of KNOWN_REASONS) {
  const isPassing = PASSING.includes(reason);
  Deno.test(`a container that failed with ${reason} is made again ${isPassing ? "three times" : "never"}`, async () => {
    await using server = fakeThreads();
    server.answer("threads", { id: CONTAINER });
    server.answer(CONTAINER, stateOf("ERROR", reason));
    const { error } = await prepareAll(threadsWork(server.url, { media: [VIDEO] }));
    assert.deepEqual([error?.failure.class, error?.failure.code], ["never", `container_error/${reason}`]);
    assert.ok(!error?.failure.message.includes(reason), "it is said in words");
    assert.equal(server.asked("threads").length, isPassing ? 4 : 1);
  });
}

Deno.test("UNKNOWN is no message: it is not shown, and the container is made again", async () => {
  for (const message of ["UNKNOWN", undefined, ""]) {
    await using server = fakeThreads();
    server.answer("threads", { id: CONTAINER });
    server.answer(CONTAINER, stateOf("ERROR", message));
    const { error } = await prepareAll(threadsWork(server.url, { media: [IMAGE] }));
    assert.deepEqual([error?.failure.class, error?.failure.code], ["never", "container_error"]);
    assert.ok(!error?.failure.message.includes("UNKNOWN"), error?.failure.message);
    assert.equal(server.asked("threads").length, 4);
  }
});

Deno.test("a word that nobody knows fails it for good, with that word; a sub-code in a sentence counts as one", async () => {
  await using server = fakeThreads();
  server.answer("threads", { id: CONTAINER });
  server.answer(CONTAINER, stateOf("ERROR", "INVALID_MOOD"));
  const unknown = await prepareAll(threadsWork(server.url, { media: [VIDEO] }));
  assert.deepEqual([unknown.error?.failure.code, unknown.error?.failure.message], [
    "container_error/INVALID_MOOD",
    "INVALID_MOOD",
  ]);
  assert.equal(server.asked("threads").length, 1);
  server.answer(CONTAINER, stateOf("ERROR", "Error: it failed with code 2207026"));
  const known = await prepareAll(threadsWork(server.url, { media: [VIDEO] }));
  assert.equal(known.error?.failure.code, "container_error/2207026");
});

Deno.test("a file that could not be fetched is tried again three times, as code 1 too", async () => {
  await using server = fakeThreads();
  server.answer(
    "threads",
    refusal(1, 2207052, { error_user_msg: "The media could not be fetched from this URI" }),
  );
  const { steps, error } = await prepareAll(threadsWork(server.url, { media: [IMAGE] }));
  assert.deepEqual([error?.failure.class, error?.failure.code], ["never", "1/2207052"]);
  assert.deepEqual(namesOf(steps), Array(3).fill("container_refused"));
  assert.deepEqual(secondsOf(steps), [5, 10, 15]);
});

Deno.test("a container that says that it is published is never published again", async () => {
  await using server = fakeThreads();
  server.answer(CONTAINER, stateOf("PUBLISHED"));
  const facts = { container: CONTAINER, since: now() };
  const error = await errorOf(prepare(threadsWork(server.url, { facts }), neverUsed()));
  assert.deepEqual([error.failure.class, error.failure.code, error.isAmbiguous], [
    "unknown",
    "already_published",
    true,
  ]);
});

Deno.test("a container that expired is followed by another, which has its own two seconds", async () => {
  await using server = fakeThreads();
  server.answer("threads", { id: idOf(9) });
  server.answer(idOf(9), stateOf("FINISHED"));
  server.answer(CONTAINER, stateOf("EXPIRED"));
  const facts = {
    container: CONTAINER,
    since: "2026-11-26T00:00:00.000Z",
    container_at: "2026-11-26T00:01:00.000Z",
  };
  const { steps, work } = await prepareAll(threadsWork(server.url, { media: [IMAGE], facts }));
  assert.deepEqual(namesOf(steps), [
    "container_expired",
    "container_created",
    "container_finished",
    "ready",
  ]);
  assert.equal(work.facts.container, idOf(9));
});

Deno.test("what was ready is asked again after a commit that was tried, and does not wait once more", async () => {
  await using server = fakeThreads();
  server.answer(CONTAINER, stateOf("FINISHED"));
  const facts = { container: CONTAINER, since: now(), container_at: now() };
  const { steps } = await prepareAll(threadsWork(server.url, { media: [IMAGE], facts, committedAt: now() }));
  assert.deepEqual(steps.map(({ state, name }) => [state, name]), [["ready", "container_finished"]]);
});

Deno.test("a word for its state that nobody knows keeps it waiting, and is told", async () => {
  await using server = fakeThreads();
  server.answer("threads", { id: CONTAINER });
  server.answer(CONTAINER, stateOf("COOKING"), {}, stateOf("FINISHED"));
  const { steps, error } = await prepareAll(threadsWork(server.url));
  assert.equal(error, null);
  assert.deepEqual(namesOf(steps).slice(1), [
    "container_status_unknown",
    "container_status_unknown",
    "container_finished",
  ]);
});

Deno.test("what cannot be a publication is never one, with nothing sent", async () => {
  await using server = fakeThreads();
  for (const [caption, media] of [["", []], ["  ", []], ["a", Array(21).fill(IMAGE)]] as const) {
    const { error } = await prepareAll(threadsWork(server.url, { content: { caption }, media }));
    assert.equal(error?.failure.class, "never", caption);
  }
  assert.equal(server.requests.length, 0);
});

Deno.test("ids of seventeen digits and more are kept to the last, as numbers too", async () => {
  await using server = fakeThreads();
  server.answer("threads", new Response('{"id":179000000000000017}'));
  const made = await prepareAll(threadsWork(server.url), 1);
  assert.equal(made.work.facts.container, "179000000000000017");
  server.answer("threads_publish", new Response('{"id":180000000000000019}'));
  const { id } = await commit(after(made.work, { state: "ready" })).send(neverUsed());
  assert.equal(id, "180000000000000019");
  assert.notEqual(id, POST);
});
