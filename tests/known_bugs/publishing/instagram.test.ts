/** Accidents 16 to 22 of others who publish to Instagram (docs/platforms/accidents.md), and that they are none here. */
import assert from "node:assert/strict";
import { after, namesOf, refusal } from "../../../supabase/functions/_shared/platforms/graph/fake_graph.ts";
import {
  CONTAINER,
  fakeInstagram,
  IMAGE,
  instagramWork,
  POST,
  prepareAll,
  stateOf,
  VIDEO,
} from "../../../supabase/functions/_shared/platforms/instagram/fake_instagram.ts";
import { instagram } from "../../../supabase/functions/_shared/platforms/instagram/instagram.ts";
import { errorOf } from "../../../supabase/functions/_shared/platforms/kit/work_fixture.ts";
import { textOf } from "../../../supabase/functions/_shared/runtime/fake_runtime.ts";

const NEVER_ABORTED = new AbortController().signal;
const idOf = (n: number) => `1790000000000010${n}`;
const ago = (seconds: number) => new Date(Date.now() - seconds * 1000).toISOString();
const formsOf = (server: ReturnType<typeof fakeInstagram>) =>
  server.asked("media").map((request) => Object.fromEntries(new URLSearchParams(textOf(request))));
/** Containers with the ids 1, 2, 3 … in the order in which they are made. */
const counting = () => {
  let made = 0;
  return () => Response.json({ id: idOf(++made) });
};
/** A publication whose commit is about to be sent. */
const ready = (url: string) => instagramWork(url, "instagram_feed", { facts: { container: CONTAINER } });
const committed = (url: string, seconds: number) => ({ ...ready(url), committedAt: ago(seconds) });

Deno.test("accident 16: a post whose address cannot be read is published, and its id is known before that is asked", async () => {
  await using server = fakeInstagram();
  server.answer("media_publish", { id: POST });
  const taken = await instagram.commit(ready(server.url)).send(NEVER_ABORTED);
  assert.deepEqual(
    [taken.id, server.requests.length],
    [POST, 1],
    "nothing else is asked before the id is kept",
  );
  for (const refused of [refusal(100, 33), refusal(4, 2207051), refusal(190, 463), refusal(10)]) {
    server.answer(POST, refused);
    const seen = await instagram.observe(committed(server.url, 31), POST);
    assert.ok(seen.state === "published", "no read makes a failure of it");
    assert.deepEqual([seen.postId, seen.permalink, seen.warnings?.map(({ code }) => code)], [
      POST,
      null,
      ["permalink_unavailable"],
    ]);
  }
});

Deno.test("accident 17: a publish that is answered with 4/2207051 may be live: the container is asked, nothing is sent again", async () => {
  await using server = fakeInstagram();
  server.answer("media_publish", refusal(4, 2207051));
  const error = await errorOf(instagram.commit(ready(server.url)).send(NEVER_ABORTED));
  assert.ok(error.isAmbiguous, "unknown is not failed");
  server.answer(CONTAINER, stateOf("PUBLISHED"));
  const found = await instagram.reconcile?.(committed(server.url, 60));
  assert.deepEqual([found?.state, server.asked("media_publish").length], ["there", 1]);
});

Deno.test("accident 18: item 5 of 6 that could not be fetched is made again, alone, three times at the most", async () => {
  await using server = fakeInstagram();
  server.answer("media", counting());
  for (let n = 1; n <= 9; n++) server.answer(idOf(n), stateOf("FINISHED"));
  server.answer(idOf(5), stateOf("ERROR", "Error: Media upload has failed with error code 2207052"));
  const media = Array(6).fill(IMAGE);
  const { steps, error } = await prepareAll(instagramWork(server.url, "instagram_carousel", { media }));
  assert.equal(error, null);
  assert.equal(namesOf(steps).filter((name) => name === "container_failed").length, 1);
  const forms = formsOf(server);
  assert.equal(forms.length, 6 + 1 + 1, "six items, the fifth once more, and the carousel");
  assert.equal(forms.at(-1)?.children, [1, 2, 3, 4, 7, 6].map(idOf).join(","));

  await using stubborn = fakeInstagram();
  stubborn.answer("media", refusal(1, 2207052));
  const gaveUp = await prepareAll(instagramWork(stubborn.url, "instagram_carousel", { media }));
  assert.deepEqual([gaveUp.error?.failure.class, gaveUp.error?.failure.code], ["never", "1/2207052"]);
  assert.equal(stubborn.asked("media").length, 4);
});

Deno.test("accident 19: 80002 waits though it comes as HTTP 400, what expired is made anew, and no foreign post is taken for ours", async () => {
  await using server = fakeInstagram();
  server.answer("media", refusal(80002, undefined, { status: 400 }));
  const limited = await errorOf(instagram.prepare(instagramWork(server.url), NEVER_ABORTED));
  assert.deepEqual([limited.failure.class, limited.failure.scope], ["wait", "connection"]);

  server.answer("media", { id: idOf(1) });
  server.answer(CONTAINER, stateOf("EXPIRED"));
  const expired = committed(server.url, 60);
  const step = await instagram.prepare({ ...expired, committedAt: null }, NEVER_ABORTED);
  assert.equal(step.name, "container_expired");
  const made = await instagram.prepare(after(expired, step), NEVER_ABORTED);
  assert.equal(made.facts?.container, idOf(1));

  // Another post of the same account is there, newer than ours.
  server.answer("me/media", { data: [{ id: "18999999999999999" }] });
  server.answer("media", { data: [{ id: "18999999999999999" }] });
  server.answer(CONTAINER, stateOf("PUBLISHED"));
  const before = server.requests.length;
  const found = await instagram.reconcile?.(committed(server.url, 60));
  assert.ok(found?.state === "there");
  assert.equal(found.id, `container:${CONTAINER}`, "no id was told, so none is claimed");
  assert.deepEqual(server.requests.slice(before).map(({ path }) => path.split("/").at(-1)), [CONTAINER]);
});

Deno.test("accident 20: an access that a changed password has ended is not tried thirty times", async () => {
  for (const subcode of [458, 460, 463, 467, 490]) {
    await using server = fakeInstagram();
    server.answer("media", refusal(190, subcode, { status: 400 }));
    const { steps, error } = await prepareAll(instagramWork(server.url));
    assert.deepEqual([error?.failure.class, error?.failure.scope, error?.failure.code], [
      "reconnect",
      "connection",
      `190/${subcode}`,
    ]);
    assert.deepEqual([steps.length, server.requests.length], [0, 1], "asked once, and over");
  }
});

Deno.test("accident 21: a single video is never sent as VIDEO, which is refused, but as REELS", async () => {
  for (const option of ["instagram_feed", "instagram_reel", "instagram_story"] as const) {
    await using server = fakeInstagram();
    server.answer("media", { id: CONTAINER });
    server.answer(CONTAINER, stateOf("FINISHED"));
    await prepareAll(instagramWork(server.url, option, { media: [VIDEO] }));
    const [form] = formsOf(server);
    assert.equal(form?.media_type, option === "instagram_story" ? "STORIES" : "REELS");
    if (option === "instagram_feed") {
      assert.equal(form?.share_to_feed, "true", "and is in the feed all the same");
    }
  }
});

Deno.test("accident 22: no container is asked for without the address of its file", async () => {
  for (const address of ["", "about:blank", "file:///etc/passwd", "/storage/v1/object/sign/a.jpg"]) {
    await using server = fakeInstagram();
    const media = [{ ...IMAGE, url: () => Promise.resolve(address) }];
    const error = await errorOf(
      instagram.prepare(instagramWork(server.url, "instagram_feed", { media }), NEVER_ABORTED),
    );
    assert.deepEqual([error.failure.class, error.failure.code], ["never", "invalid_input"]);
    assert.equal(server.requests.length, 0, "and nothing is sent");
  }
});
