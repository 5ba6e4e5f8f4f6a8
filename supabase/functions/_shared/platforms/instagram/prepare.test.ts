/** What an Instagram publication goes through before its commit (docs/platforms/instagram.md#containers). */
import assert from "node:assert/strict";
import { textOf } from "../../runtime/fake_runtime.ts";
import { errorOf } from "../kit/work_fixture.ts";
import { namesOf, refusal } from "../graph/fake_graph.ts";
import {
  CONTAINER,
  fakeInstagram,
  IMAGE,
  instagramWork,
  prepareAll,
  stateOf,
  VIDEO,
} from "./fake_instagram.ts";
import { prepare } from "./containers.ts";

const idOf = (number: number) => `179000000000000${number.toString().padStart(2, "0")}`;
/** Containers with the ids 1, 2, 3 … in the order in which they are made. */
function counting() {
  let made = 0;
  return () => Response.json({ id: idOf(++made) });
}
const formsOf = (server: ReturnType<typeof fakeInstagram>) =>
  server.asked("media").map((request) => Object.fromEntries(new URLSearchParams(textOf(request))));
const now = () => new Date().toISOString();

Deno.test("a container is made, asked for until it is finished, and then published", async () => {
  await using server = fakeInstagram();
  server.answer("media", { id: CONTAINER });
  server.answer(CONTAINER, stateOf("IN_PROGRESS"), stateOf("IN_PROGRESS"), stateOf("FINISHED"));
  const { steps, work, error } = await prepareAll(instagramWork(server.url));
  assert.equal(error, null);
  assert.deepEqual(namesOf(steps), [
    "container_created",
    "container_in_progress",
    "container_in_progress",
    "container_finished",
  ]);
  assert.deepEqual(steps.map((step) => step.state === "more" ? step.seconds : 0), [1, 1, 2, 0]);
  assert.equal(work.facts.container, CONTAINER);
  assert.equal(server.asked("media").length, 1);
  assert.equal(server.asked("media_publish").length, 0);
});

Deno.test("each call does one thing, and what it made is known before the next", async () => {
  await using server = fakeInstagram();
  server.answer("media", { id: CONTAINER });
  const step = await prepare(instagramWork(server.url), new AbortController().signal);
  assert.equal(server.requests.length, 1);
  assert.equal(step.facts?.container, CONTAINER);
  assert.ok(step.until && Date.parse(step.until) - Date.now() > 22 * 3_600_000, "good for most of a day");
  assert.ok(Date.parse(step.until) - Date.now() < 24 * 3_600_000);
});

Deno.test("what is ready is not asked again, unless a while ago or after a commit that was tried", async () => {
  await using server = fakeInstagram();
  server.answer(CONTAINER, stateOf("FINISHED"));
  const facts = { container: CONTAINER, since: now(), container_at: now() };
  const ready = await prepareAll(instagramWork(server.url, "instagram_feed", { facts }));
  assert.deepEqual([namesOf(ready.steps), server.requests.length], [["ready"], 0]);
  const old = { ...facts, container_at: new Date(Date.now() - 11 * 60_000).toISOString() };
  await prepareAll(instagramWork(server.url, "instagram_feed", { facts: old }));
  assert.equal(server.requests.length, 1);
  // A worker's clock may be ahead of the one that notes commits.
  for (const [asked, ms] of [[2, 1], [3, -30_000]] as const) {
    const committedAt = new Date(Date.now() + ms).toISOString();
    const { steps } = await prepareAll(
      instagramWork(server.url, "instagram_feed", { facts, committedAt }),
      1,
    );
    assert.deepEqual([namesOf(steps), server.requests.length], [["container_finished"], asked]);
  }
});

Deno.test("a container that says that it is published is never published again", async () => {
  await using server = fakeInstagram();
  server.answer(CONTAINER, stateOf("PUBLISHED"));
  const facts = { container: CONTAINER, since: now() };
  const error = await errorOf(
    prepare(instagramWork(server.url, "instagram_feed", { facts }), new AbortController().signal),
  );
  assert.deepEqual([error.failure.class, error.failure.code], ["unknown", "already_published"]);
  assert.ok(error.isAmbiguous);
});

Deno.test("a carousel's items are made, then awaited, and so is the carousel of them", async () => {
  await using server = fakeInstagram();
  server.answer("media", counting());
  for (const id of [1, 2, 3]) server.answer(idOf(id), stateOf("IN_PROGRESS"), stateOf("FINISHED"));
  server.answer(idOf(4), stateOf("IN_PROGRESS"), stateOf("FINISHED"));
  const { steps, error } = await prepareAll(
    instagramWork(server.url, "instagram_carousel", { media: [IMAGE, VIDEO, IMAGE] }),
  );
  assert.equal(error, null);
  assert.deepEqual(namesOf(steps), [
    ...Array(3).fill("container_created"),
    ...Array(3).fill(["container_in_progress", "container_finished"]).flat(),
    "container_created",
    "container_in_progress",
    "container_finished",
  ]);
  assert.equal(formsOf(server).at(-1)?.children, [1, 2, 3].map(idOf).join(","));
  assert.equal(steps.at(-1)?.state, "ready");
});

Deno.test("of a carousel, the item that fails is made again and no other", async () => {
  await using server = fakeInstagram();
  server.answer("media", counting());
  server.answer(idOf(1), stateOf("FINISHED"));
  server.answer(idOf(2), stateOf("ERROR", "Error: Media upload has failed with error code 2207052"));
  for (const id of [3, 4, 5]) server.answer(idOf(id), stateOf("FINISHED"));
  const { steps, error } = await prepareAll(
    instagramWork(server.url, "instagram_carousel", { media: [IMAGE, IMAGE, IMAGE] }),
  );
  assert.equal(error, null);
  assert.ok(namesOf(steps).includes("container_failed"));
  assert.equal(formsOf(server).at(-1)?.children, [1, 4, 3].map(idOf).join(","));
  assert.equal(formsOf(server).length, 5);
});

Deno.test("a carousel that has lost its items gets new ones", async () => {
  await using server = fakeInstagram();
  const answers = [1, 2].map((id) => Response.json({ id: idOf(id) }));
  server.answer(
    "media",
    ...answers,
    refusal(24, 2207006),
    ...[3, 4, 5].map((id) => Response.json({ id: idOf(id) })),
  );
  for (const id of [1, 2, 3, 4, 5]) server.answer(idOf(id), stateOf("FINISHED"));
  const work = instagramWork(server.url, "instagram_carousel", { media: [IMAGE, IMAGE] });
  const { error } = await prepareAll(work);
  assert.equal(error, null);
  assert.equal(formsOf(server).at(-1)?.children, [3, 4].map(idOf).join(","));
});

Deno.test("a container that expired is followed by another, and its carousel's items are as old", async () => {
  await using server = fakeInstagram();
  server.answer("media", { id: idOf(9) });
  server.answer(idOf(9), stateOf("FINISHED"));
  server.answer(CONTAINER, stateOf("EXPIRED"));
  const facts = {
    container: CONTAINER,
    since: "2026-11-26T00:00:00.000Z",
    container_at: "2026-11-26T00:01:00.000Z",
  };
  const one = await prepareAll(instagramWork(server.url, "instagram_feed", { facts }));
  assert.deepEqual(namesOf(one.steps), ["container_expired", "container_created", "container_finished"]);
  assert.equal(one.work.facts.container, idOf(9));
  assert.ok(Date.parse(String(one.work.facts.since)) > Date.now() - 60_000, "its day begins anew");
  const items = { item_0: idOf(1), item_0_at: now(), item_1: idOf(2), item_1_at: now() };
  const many = await prepareAll(
    instagramWork(server.url, "instagram_carousel", { media: [IMAGE, IMAGE], facts: { ...facts, ...items } }),
    1,
  );
  assert.deepEqual(Object.keys(many.work.facts), ["container_again"]);
});

const TRIED_AGAIN = [
  2207001,
  2207003,
  2207006,
  2207008,
  2207020,
  2207032,
  2207052,
  2207053,
  2207077,
  2207082,
];

for (const subcode of TRIED_AGAIN) {
  Deno.test(`a container that fails with ${subcode} is made again three times, and no more`, async () => {
    await using server = fakeInstagram();
    server.answer("media", counting());
    for (let id = 1; id <= 5; id++) server.answer(idOf(id), stateOf("ERROR", `Error code ${subcode}`));
    const { steps, error } = await prepareAll(
      instagramWork(server.url, "instagram_reel", { media: [VIDEO] }),
    );
    assert.deepEqual([error?.failure.class, error?.failure.code], ["never", `container_error/${subcode}`]);
    assert.match(error?.message ?? "", /tried 4 times/);
    assert.equal(server.asked("media").length, 4);
    assert.equal(namesOf(steps).filter((name) => name === "container_failed").length, 3);
  });

  Deno.test(`a request for a container that is refused with ${subcode} is repeated three times, and no more`, async () => {
    await using server = fakeInstagram();
    server.answer("media", refusal(-1, subcode));
    const { steps, error } = await prepareAll(instagramWork(server.url));
    assert.deepEqual([error?.failure.class, error?.failure.code], ["never", `-1/${subcode}`]);
    assert.equal(server.asked("media").length, 4);
    assert.deepEqual(namesOf(steps), Array(3).fill("container_refused"));
    const waits = steps.map((step) => step.state === "more" ? step.seconds ?? 0 : 0);
    assert.deepEqual(waits, waits.toSorted((a, b) => a - b));
    if (subcode === 2207008) assert.ok(waits[0] === 30, "half a minute to two minutes first");
  });
}

for (const subcode of [2207004, 2207005, 2207009, 2207010, 2207026, 2207089, 2207099]) {
  Deno.test(`a container that fails with ${subcode} is not made again`, async () => {
    await using server = fakeInstagram();
    server.answer("media", { id: CONTAINER });
    server.answer(CONTAINER, stateOf("ERROR", `Error: it failed with error code ${subcode}`));
    const { error } = await prepareAll(instagramWork(server.url));
    assert.deepEqual([error?.failure.class, error?.failure.code], ["never", `container_error/${subcode}`]);
    assert.equal(server.asked("media").length, 1);
  });
}

Deno.test("a container that fails without a word why is not made again, and UNKNOWN is no word", async () => {
  for (const status of ["UNKNOWN", "Error: something went wrong"]) {
    await using server = fakeInstagram();
    server.answer("media", { id: CONTAINER });
    server.answer(CONTAINER, stateOf("ERROR", status));
    const { error } = await prepareAll(instagramWork(server.url));
    assert.deepEqual([error?.failure.class, error?.failure.code], ["never", "container_error"]);
    assert.ok(!error?.failure.message.includes("UNKNOWN"), error?.failure.message);
    assert.equal(server.asked("media").length, 1);
  }
});

Deno.test("a container that fails because the account is blocked is made once more, and that says so", async () => {
  await using server = fakeInstagram();
  server.answer("media", Response.json({ id: CONTAINER }), refusal(4, 2207051));
  server.answer(CONTAINER, stateOf("ERROR", "Error code 2207051"));
  const { error, work } = await prepareAll(instagramWork(server.url));
  assert.deepEqual([error?.failure.class, error?.failure.scope], ["wait", "connection"]);
  assert.equal(work.facts.container, undefined, "what failed is not asked again after the wait");
});

Deno.test("a word for its state that nobody knows keeps it waiting, and is told", async () => {
  await using server = fakeInstagram();
  server.answer("media", { id: CONTAINER });
  server.answer(CONTAINER, stateOf("COOKING"), {}, stateOf("FINISHED"));
  const { steps, error } = await prepareAll(instagramWork(server.url));
  assert.equal(error, null);
  assert.deepEqual(namesOf(steps).slice(1), [
    "container_status_unknown",
    "container_status_unknown",
    "container_finished",
  ]);
  assert.ok(steps[1]?.state === "more" && steps[1].details?.status === "COOKING");
});

Deno.test("questions become rarer, to one a minute", async () => {
  await using server = fakeInstagram();
  server.answer("media", { id: CONTAINER });
  server.answer(CONTAINER, stateOf("IN_PROGRESS"));
  const { steps } = await prepareAll(instagramWork(server.url, "instagram_reel", { media: [VIDEO] }), 8);
  assert.deepEqual(steps.map((step) => step.state === "more" ? step.seconds : 0), [
    3,
    3,
    6,
    12,
    24,
    48,
    60,
    60,
  ]);
});

Deno.test("a fresh container that is said not to be there is read four times more, and is no failure of the post", async () => {
  await using server = fakeInstagram();
  server.answer("media", { id: CONTAINER });
  server.answer(CONTAINER, refusal(100, 33), refusal(100, 33), stateOf("FINISHED"));
  const good = await prepareAll(instagramWork(server.url));
  assert.deepEqual(namesOf(good.steps), [
    "container_created",
    "container_unreadable",
    "container_unreadable",
    "container_finished",
  ]);
  server.answer(CONTAINER, refusal(100, 33));
  const bad = await prepareAll(instagramWork(server.url));
  assert.deepEqual(bad.steps.map((step) => step.state === "more" ? step.seconds : 0), [1, 1, 2, 4, 8]);
  assert.deepEqual([bad.error?.failure.class, bad.error?.failure.code], ["backoff", "100/33"]);
});

Deno.test("an answer that names no container is no container", async () => {
  await using server = fakeInstagram();
  for (const body of [{}, { id: null }, { id: "" }, { id: {} }, { success: true }]) {
    server.answer("media", body);
    const { error } = await prepareAll(instagramWork(server.url));
    assert.deepEqual([error?.failure.class, error?.failure.code], ["backoff", "malformed_answer"]);
  }
  server.answer("media", new Response("<html>", { status: 200 }));
  const { error } = await prepareAll(instagramWork(server.url));
  assert.equal(error?.failure.class, "backoff");
});

Deno.test("an id of 18 digits is kept to the last, as a number too", async () => {
  await using server = fakeInstagram();
  server.answer("media", new Response('{"id":179000000000000017}'));
  const { work } = await prepareAll(instagramWork(server.url), 1);
  assert.equal(work.facts.container, "179000000000000017");
});

Deno.test("what cannot be a publication is never one, with nothing sent", async () => {
  await using server = fakeInstagram();
  const cases = [
    ["instagram_feed", []],
    ["instagram_feed", [IMAGE, IMAGE]],
    ["instagram_reel", [IMAGE]],
    ["instagram_carousel", [IMAGE]],
    ["instagram_carousel", Array(11).fill(IMAGE)],
  ] as const;
  for (const [option, media] of cases) {
    const { error } = await prepareAll(instagramWork(server.url, option, { media: [...media] }));
    assert.equal(error?.failure.class, "never", option);
  }
  assert.equal(server.requests.length, 0);
});
