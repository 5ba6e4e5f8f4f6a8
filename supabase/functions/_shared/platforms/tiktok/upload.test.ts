/** Videos on their way to TikTok: what is sent, where a worker goes on when another has died, and what is begun anew. */
import assert from "node:assert/strict";
import { bytesOf, errorOf, mediaOf } from "../kit/work_fixture.ts";
import { prepareCommit } from "./commit.ts";
import {
  begun,
  emptyFilm,
  fakeTikTok,
  namesOf,
  prepareAll,
  PUBLISH_ID,
  statusOf,
  takingParts,
  uploadFact,
  videoWork,
} from "./fake_tiktok.ts";
import type { UploadFact } from "./upload_facts.ts";

const MIB = 1024 * 1024;
const FOUR_PARTS = [emptyFilm(21 * MIB + 3)];
const signal = () => new AbortController().signal;
const upload = (facts: Record<string, unknown>) => facts.upload as UploadFact;

Deno.test("a video is begun when the account was asked, and sent part by part, but for the last", async () => {
  await using server = fakeTikTok();
  const got = takingParts(server);
  const work = videoWork(server.url, { media: [mediaOf("video/mp4", 21 * MIB + 3)] });
  const { acts, facts } = await prepareAll(work);
  assert.deepEqual(namesOf(acts), [
    "creator_asked",
    "upload_begun",
    "part_sent",
    "part_sent",
    "part_sent",
    "ready",
  ]);
  const { chunk } = upload(facts);
  assert.equal(upload(facts).sent, 3 * chunk);
  assert.equal(server.asked("status").length, 0, "who has not died knows what became of each part");
  const committed = await prepareCommit({ ...work, facts }).send(signal());
  assert.deepEqual([committed.id, committed.state], [`publish:${PUBLISH_ID}`, "processing"]);
  const whole = new Uint8Array(21 * MIB + 3);
  let at = 0;
  for (const part of got.bytes) {
    whole.set(part, at);
    at += part.length;
  }
  assert.deepEqual([at, whole], [21 * MIB + 3, bytesOf(0, 21 * MIB + 3)]);
});

Deno.test("what TikTok names is kept in the act that was told it, and without the address beside it", async () => {
  await using server = fakeTikTok();
  takingParts(server);
  const { acts } = await prepareAll(videoWork(server.url));
  const begunAct = acts.find((act) => act.state === "more" && act.name === "upload_begun");
  assert.ok(begunAct?.state === "more");
  assert.equal(upload(begunAct.facts ?? {}).publish_id, PUBLISH_ID);
  assert.doesNotMatch(
    JSON.stringify(acts.map((act) => act.state === "more" ? act.details : null)),
    /upload-token/,
  );
});

Deno.test("a worker that follows another asks what became of the part, and sends none that came", async () => {
  await using server = fakeTikTok();
  const got = takingParts(server);
  const work = videoWork(server.url, { media: FOUR_PARTS });
  const chunk = Math.floor((21 * MIB + 3) / 4);
  server.answer("status", () => Response.json(statusOf("PROCESSING_UPLOAD", { uploaded_bytes: 2 * chunk })));
  // The other had sent the second part, and died before it was kept.
  const facts = { upload: uploadFact(server.url, { bytes: 21 * MIB + 3, chunk, count: 4, sent: chunk }) };
  const { acts } = await prepareAll({ ...work, facts });
  assert.deepEqual(namesOf(acts), ["part_known", "part_sent", "ready"]);
  assert.deepEqual(got.ranges, [`bytes ${2 * chunk}-${3 * chunk - 1}/${21 * MIB + 3}`]);
  assert.deepEqual([server.asked("direct").length, server.asked("creator").length], [0, 0]);
});

Deno.test("whoever dies between any two acts, the upload is the one that was begun", async () => {
  await using server = fakeTikTok();
  const got = takingParts(server);
  server.answer("status", () => {
    const last = got.ranges.map((range) => Number(/-(\d+)\//.exec(range)?.[1]) + 1).at(-1) ?? 0;
    return Response.json(statusOf("PROCESSING_UPLOAD", { uploaded_bytes: last }));
  });
  const { acts } = await prepareAll(videoWork(server.url, { media: FOUR_PARTS }), {
    isNew: () => true,
    most: 6,
  });
  assert.equal(server.asked("direct").length, 1);
  assert.ok(namesOf(acts).includes("upload_seen"));
});

Deno.test("what TikTok counts may come late: what it has said itself is not sent again", async () => {
  await using server = fakeTikTok();
  const got = takingParts(server);
  server.answer("status", statusOf("PROCESSING_UPLOAD", { uploaded_bytes: 0 }));
  const chunk = Math.floor((21 * MIB + 3) / 4);
  const fact = uploadFact(server.url, { bytes: 21 * MIB + 3, chunk, count: 4, sent: 2 * chunk });
  const { acts } = await prepareAll(videoWork(server.url, { media: FOUR_PARTS, facts: { upload: fact } }));
  assert.deepEqual([namesOf(acts), got.ranges.length], [["upload_seen", "part_sent", "ready"], 1]);
});

Deno.test("a part that TikTok has already is gone by, one that it has lost is sent again", async () => {
  await using server = fakeTikTok();
  const got = takingParts(server);
  const total = 21 * MIB + 3;
  const chunk = Math.floor(total / 4);
  const outOfStep = (bytes: number) =>
    new Response(null, { status: 416, headers: { "content-range": `bytes 0-${bytes}/${total}` } });
  server.answer("part", outOfStep(2 * chunk), outOfStep(chunk), got.take);
  const { acts } = await prepareAll(videoWork(server.url, { media: FOUR_PARTS }));
  assert.deepEqual(namesOf(acts).slice(2), ["part_known", "part_known", "part_sent", "part_sent", "ready"]);
  assert.deepEqual(got.ranges.map((range) => Number(/ (\d+)-/.exec(range)?.[1])), [chunk, 2 * chunk]);
});

for (const status of [403, 404]) {
  Deno.test(`an address that answers ${status} is gone: the upload is begun anew, three times at the most`, async () => {
    await using server = fakeTikTok();
    const got = takingParts(server);
    server.answer("part", new Response(null, { status }), got.take);
    const { acts, facts } = await prepareAll(videoWork(server.url));
    assert.deepEqual(namesOf(acts), [
      "creator_asked",
      "upload_begun",
      "upload_gone",
      "upload_begun",
      "part_sent",
      "ready",
    ]);
    assert.deepEqual([upload(facts).upload, got.ranges.length], [2, 1]);
    server.answer("part", new Response(null, { status }));
    const error = await errorOf(prepareAll(videoWork(server.url)));
    assert.deepEqual([error.failure.class, error.failure.code], ["backoff", "upload_gone"]);
  });
}

Deno.test("an upload whose hour is over is begun anew, however often that is", async () => {
  await using server = fakeTikTok();
  takingParts(server);
  server.answer("status", statusOf("PROCESSING_UPLOAD", { uploaded_bytes: 0 }));
  const facts = { upload: uploadFact(server.url, { good_until: "2026-11-27T00:00:00Z", upload: 3 }) };
  const { acts, facts: after } = await prepareAll(videoWork(server.url, { facts }));
  assert.deepEqual(namesOf(acts), ["upload_expired", "creator_asked", "upload_begun", "part_sent", "ready"]);
  assert.equal(upload(after).upload, 3);
});

Deno.test("an upload that has failed at TikTok, before or after a commit, is begun anew", async () => {
  await using server = fakeTikTok();
  takingParts(server);
  server.answer("status", statusOf("FAILED", { fail_reason: "internal" }));
  const facts = { upload: uploadFact(server.url, { sent: 5 * MIB }) };
  const { acts } = await prepareAll(videoWork(server.url, { facts, committedAt: "2026-11-27T03:00:00Z" }));
  assert.deepEqual(namesOf(acts), ["upload_failed", "creator_asked", "upload_begun", "part_sent", "ready"]);
});

Deno.test("an upload that TikTok has whole is committed already: nothing is sent, and its name is the answer", async () => {
  await using server = fakeTikTok();
  const got = takingParts(server);
  for (const word of ["PUBLISH_COMPLETE", "SEND_TO_USER_INBOX"]) {
    server.answer("status", statusOf(word));
    const work = videoWork(server.url, {
      facts: { upload: uploadFact(server.url, { sent: 5_767_168 }) },
      committedAt: "2026-11-27T03:00:00Z",
    });
    const { acts, facts } = await prepareAll(work);
    assert.deepEqual(namesOf(acts), ["ready"]);
    const { id } = await prepareCommit({ ...work, facts }).send(signal());
    assert.equal(id, `publish:${PUBLISH_ID}`);
  }
  assert.deepEqual(got.ranges, []);
});

Deno.test("two commits that were both refused have spent an upload; one has not", async () => {
  await using server = fakeTikTok();
  takingParts(server);
  server.answer("status", statusOf("PROCESSING_UPLOAD", { uploaded_bytes: 5_767_168 }));
  const first = await prepareAll(videoWork(server.url, {
    facts: { upload: uploadFact(server.url, { sent: 5_767_168 }) },
    committedAt: "2026-11-27T03:00:00Z",
  }));
  assert.deepEqual(namesOf(first.acts), ["upload_seen", "ready"]);
  const kept = JSON.parse(JSON.stringify(first.facts));
  const again = await prepareAll(videoWork(server.url, { facts: kept, committedAt: "2026-11-27T03:05:00Z" }));
  assert.equal(namesOf(again.acts)[0], "upload_spent");
});

Deno.test("a word that nobody knows is asked after again", async () => {
  await using server = fakeTikTok();
  takingParts(server);
  server.answer("status", statusOf("PONDERING"), statusOf("PROCESSING_UPLOAD"));
  const { acts } = await prepareAll(videoWork(server.url, { facts: { upload: uploadFact(server.url) } }));
  assert.deepEqual(namesOf(acts), ["upload_state_unknown", "upload_seen", "part_sent", "ready"]);
  assert.ok(acts[0]?.state === "more" && acts[0].seconds === 5);
});

Deno.test("another file, or another way of posting, begins an upload of its own", async () => {
  await using server = fakeTikTok();
  takingParts(server);
  for (const fact of [{ bytes: 5 }, { is_draft: true }, { chunk: 6_000_000 }]) {
    const facts = { upload: uploadFact(server.url, fact), creator_at: new Date().toISOString() };
    assert.equal(namesOf((await prepareAll(videoWork(server.url, { facts }))).acts)[0], "upload_begun");
  }
});

Deno.test("trouble at a part is weather; a file that is shorter than was said is nobody's but its own", async () => {
  await using server = fakeTikTok();
  takingParts(server);
  server.answer("part", new Response(null, { status: 503 }));
  const weather = await errorOf(prepareAll(videoWork(server.url)));
  assert.deepEqual([weather.isUnreachable, weather.isAmbiguous, weather.failure.class], [
    true,
    false,
    "wait",
  ]);
  server.answer("part", new Response(null, { status: 429, headers: { "retry-after": "7" } }));
  const busy = await errorOf(prepareAll(videoWork(server.url)));
  assert.deepEqual([busy.failure.code, busy.failure.retryAfterMs], ["rate_limited", 7000]);
  server.answer("part", new Response(null, { status: 400 }));
  assert.equal((await errorOf(prepareAll(videoWork(server.url)))).failure.code, "upload_refused");
  const short = mediaOf("video/mp4", 11 * MIB, { range: () => Promise.resolve(new Uint8Array(3)) });
  const error = await errorOf(prepareAll(videoWork(server.url, { media: [short] })));
  assert.deepEqual([error.failure.class, error.failure.code], ["never", "media_refused"]);
});

Deno.test("a beginning that TikTok does not understand, or answers without an address, is no upload", async () => {
  await using server = fakeTikTok();
  takingParts(server);
  for (const answer of [{}, begun("ftp://x"), { data: { publish_id: "", upload_url: "http://a" } }]) {
    server.answer("direct", answer);
    const { failure } = await errorOf(prepareAll(videoWork(server.url)));
    assert.equal(failure.code, "malformed_answer");
    assert.doesNotMatch(JSON.stringify(failure), /upload-token/);
  }
});
