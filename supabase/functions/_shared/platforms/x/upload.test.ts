/** Files on their way to X: what is sent, where a worker that dies goes on, and what is begun anew. */
import fc from "fast-check";
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { jsonOf, type Recorded } from "../../runtime/fake_runtime.ts";
import type { FakePlatform } from "../kit/fake_platform.ts";
import { ACCESS_TOKEN, bytesOf, errorOf, mediaOf } from "../kit/work_fixture.ts";
import type { PublicationWork } from "../platform.ts";
import {
  fakeX,
  kindOf,
  namesOf,
  prepareAll,
  problem,
  readyFact,
  uploaded,
  type XEndpoint,
  xWork,
} from "./fake_x.ts";
import { factName, PIECE_BYTES } from "./media_facts.ts";

const IMAGE = mediaOf("image/png", 3, { name: "a.png", altText: "A cat" });
const FILM = mediaOf("video/mp4", 2 * PIECE_BYTES + 5, { name: "film.mp4" });
const INFO = { state: "pending", check_after_secs: 7 };
const OFF = problem(404, { type: kindOf("resource-not-found") });

function workWith(
  server: { url: string },
  media: PublicationWork["media"],
  work: Partial<PublicationWork> = {},
) {
  const mediaFiles = media.map(({ name, bytes, contentType }) => ({
    name,
    size: bytes,
    type: contentType,
    path: name,
  }));
  return xWork(server.url, { ...work, media, content: { mediaFiles } });
}

/** An X that takes files as documented, and keeps what it was sent of each. */
function takingX(server: FakePlatform<XEndpoint>): Map<string, Map<number, Uint8Array>> {
  const pieces = new Map<string, Map<number, Uint8Array>>();
  server.answer("initialize", () => {
    const id = `${700 + pieces.size}`;
    pieces.set(id, new Map());
    return Response.json(uploaded(id));
  });
  server.answer("append", async (request) => {
    const { index, piece } = await partsOf(request);
    pieces.get(request.path.split("/")[4] ?? "")?.set(index, piece);
    return Response.json({ data: { expires_at: 1 } });
  });
  server.answer("finalize", ({ path }) => Response.json(uploaded(path.split("/")[4] ?? "")));
  server.answer("metadata", { data: { id: "1" } });
  return pieces;
}

async function partsOf({ bytes, headers }: Recorded): Promise<{ index: number; piece: Uint8Array }> {
  const form = await new Response(bytes, { headers: { "content-type": headers.get("content-type") ?? "" } })
    .formData();
  const media = form.get("media");
  assert.ok(media instanceof File);
  return { index: Number(form.get("segment_index")), piece: await media.bytes() };
}

Deno.test("an image is begun, sent, finished and described, each in an act of its own", async () => {
  await using server = fakeX();
  takingX(server);
  const { acts, facts } = await prepareAll(workWith(server, [IMAGE]));
  assert.deepEqual(namesOf(acts), [
    "media_initialized",
    "media_appended",
    "media_finalized",
    "alt_text_set",
    "ready",
  ]);
  assert.deepEqual(jsonOf(server.asked("initialize")[0]!), {
    media_type: "image/png",
    total_bytes: 3,
    media_category: "tweet_image",
  });
  assert.deepEqual(jsonOf(server.asked("metadata")[0]!), {
    id: "700",
    metadata: { alt_text: { text: "A cat" } },
  });
  assert.equal(server.asked("finalize")[0]?.bytes.length, 0);
  assert.ok(
    server.requests.every(({ headers }) => headers.get("authorization") === `Bearer ${ACCESS_TOKEN}`),
  );
  assert.equal(typeof facts.ready_at, "string");
  // Long before X drops it, what is known of it is void.
  const until = Date.parse(acts[0]?.until ?? "");
  assert.ok(Math.abs(until - Date.now() - 85_800_000) < 60_000, acts[0]?.until ?? "");
});

Deno.test("a film is sent in pieces of one MiB, asked after until it is ready, and not before X says", async () => {
  await using server = fakeX();
  const pieces = takingX(server);
  server.answer("finalize", uploaded("700", { processing_info: INFO }));
  server.answer(
    "status",
    uploaded("700", {
      processing_info: { state: "in_progress", check_after_secs: 600, progress_percent: 8 },
    }),
    uploaded("700", { processing_info: { state: "thinking" } }),
    uploaded("700", { processing_info: { state: "succeeded" } }),
  );
  const { acts } = await prepareAll(workWith(server, [FILM]));
  assert.deepEqual(namesOf(acts), [
    ...["media_initialized", "media_appended", "media_appended", "media_appended", "media_finalized"],
    ...["media_processing", "media_processing", "media_processing", "ready"],
  ]);
  assert.deepEqual(acts.flatMap((act) => "seconds" in act ? [act.seconds] : []), [7, 60, 5]);
  assert.equal(jsonOf(server.asked("initialize")[0]!).media_category, "tweet_video");
  assert.equal(server.asked("status")[0]?.query.toString(), "command=STATUS&media_id=700");
  assert.deepEqual([...pieces.get("700")?.keys() ?? []], [0, 1, 2]);
});

Deno.test("a worker that dies anywhere costs one act: the file is whole all the same", async () => {
  await fc.assert(
    fc.asyncProperty(fc.uniqueArray(fc.nat(12), { maxLength: 6 }), async (deaths) => {
      await using server = fakeX();
      const pieces = takingX(server);
      const work = workWith(server, [IMAGE, FILM]);
      const { acts, facts } = await prepareAll(work, { isKept: (n) => !deaths.includes(n) });
      assert.equal(namesOf(acts).at(-1), "ready");
      assert.ok(server.requests.length <= 10 + deaths.length, "no more than what was lost is done again");
      for (const [index, media] of work.media.entries()) {
        const { id } = facts[factName(index)] as { id: string };
        const sent = [...pieces.get(id) ?? []].toSorted(([a], [b]) => a - b).map(([, piece]) => piece);
        assert.ok(Buffer.concat(sent).equals(bytesOf(0, media.bytes)), media.name);
      }
    }),
    { numRuns: 10 },
  );
});

Deno.test("an upload that was finished by a worker that died is asked after, where X will not finish it twice", async () => {
  await using server = fakeX();
  takingX(server);
  server.answer("finalize", problem(400, { detail: "The upload is finished." }));
  server.answer("status", uploaded("700", { processing_info: { state: "succeeded" } }));
  const { acts } = await prepareAll(workWith(server, [mediaOf("image/png", 3)]));
  assert.deepEqual(namesOf(acts), ["media_initialized", "media_appended", "media_finalized", "ready"]);
});

Deno.test("an upload that X has lost is begun anew once, wherever that is noticed", async () => {
  for (const endpoint of ["append", "finalize"] as const) {
    await using server = fakeX();
    takingX(server);
    server.answer("status", OFF);
    let isLost = true;
    const found = () => {
      if (!isLost) return endpoint === "append" ? Response.json({}) : Response.json(uploaded("701"));
      isLost = false;
      return OFF.clone();
    };
    server.answer(endpoint, found);
    const { acts, facts } = await prepareAll(workWith(server, [mediaOf("image/png", 3)]));
    assert.ok(namesOf(acts).includes("media_lost"));
    assert.equal(namesOf(acts).at(-1), "ready");
    const { id, former, upload } = facts[factName(0)] as ReturnType<typeof readyFact>;
    assert.deepEqual([id, former, upload], ["701", ["700"], 2]);
    // A second time it is not the upload's fault.
    server.answer(endpoint, OFF);
    const again = prepareAll(workWith(server, [mediaOf("image/png", 3)]));
    assert.deepEqual((await errorOf(again)).failure.class, "never");
  }
});

Deno.test("a file that X cannot process is handed in once more, then refused in its words", async () => {
  await using server = fakeX();
  takingX(server);
  const failed = { state: "failed", error: { code: 1, name: "InvalidMedia", message: "Unsupported codec" } };
  server.answer("finalize", uploaded("700", { processing_info: INFO }));
  server.answer("status", uploaded("700", { processing_info: failed }));
  const { failure } = await errorOf(
    prepareAll(workWith(server, [mediaOf("video/mp4", 9, { name: "film.mp4" })])),
  );
  assert.deepEqual([failure.class, failure.code, failure.message], [
    "never",
    "media_refused",
    "film.mp4: Unsupported codec",
  ]);
  assert.equal(server.asked("initialize").length, 2);
});

Deno.test("an upload that X drops soon is not used, and its id is remembered", async () => {
  await using server = fakeX();
  takingX(server);
  const facts = { [factName(0)]: readyFact("66", { good_until: new Date(Date.now() - 1).toISOString() }) };
  const { acts, facts: after } = await prepareAll(workWith(server, [mediaOf("image/png", 3)], { facts }));
  assert.equal(namesOf(acts)[0], "media_initialized");
  assert.deepEqual((after[factName(0)] as ReturnType<typeof readyFact>).former, ["66"]);
});

Deno.test("a life of a minute is used for half of it: no upload is begun for ever", async () => {
  await using server = fakeX();
  takingX(server);
  server.answer("initialize", uploaded("700", { expires_after_secs: 60 }));
  assert.equal(namesOf((await prepareAll(workWith(server, [mediaOf("image/png", 3)]))).acts).at(-1), "ready");
});

Deno.test("what was known of another file is not believed", async () => {
  await using server = fakeX();
  takingX(server);
  for (const fact of [readyFact("66", { bytes: 4 }), { id: "66" }, "66", null]) {
    const { acts } = await prepareAll(
      workWith(server, [mediaOf("image/png", 3)], { facts: { [factName(0)]: fact } }),
    );
    assert.equal(namesOf(acts)[0], "media_initialized");
  }
});

Deno.test("after a commit that failed a file is looked at once, and handed in again where X has it no more", async () => {
  await using server = fakeX();
  takingX(server);
  const facts = { [factName(0)]: readyFact("66"), ready_at: "2026-11-27T03:00:00.000Z" };
  const work = workWith(server, [mediaOf("image/png", 3)], {
    facts,
    committedAt: "2026-11-27T03:00:01+00:00",
  });
  server.answer("status", uploaded("66"));
  assert.deepEqual(namesOf((await prepareAll(work)).acts), ["media_seen", "ready"]);
  server.answer("status", OFF);
  const { acts, facts: after } = await prepareAll(work);
  assert.deepEqual(namesOf(acts).slice(0, 2), ["media_lost", "media_initialized"]);
  assert.equal(after.ready_at, facts.ready_at, "what was committed before may still be found");
});

Deno.test("alternative text that X refuses is no reason not to publish; weather is one to wait", async () => {
  await using server = fakeX();
  takingX(server);
  server.answer("metadata", problem(400, { detail: "alt_text is too long." }));
  const { acts, facts } = await prepareAll(workWith(server, [IMAGE]));
  assert.deepEqual(namesOf(acts).slice(-2), ["alt_text_refused", "ready"]);
  assert.equal((facts[factName(0)] as ReturnType<typeof readyFact>).alt_refusal, "alt_text is too long.");
  server.answer("metadata", problem(503));
  const { failure, isUnreachable } = await errorOf(prepareAll(workWith(server, [IMAGE])));
  assert.deepEqual([failure.class, isUnreachable], ["wait", true]);
});

Deno.test("an upload that is forbidden without a word lacks media.write, which is named", async () => {
  await using server = fakeX();
  takingX(server);
  server.answer("initialize", problem(403, { title: "Forbidden", detail: "Forbidden" }));
  const connection = { externalId: "1001", displayName: null, settings: {}, scopes: [] };
  const { failure } = await errorOf(prepareAll(workWith(server, [IMAGE], { connection })));
  assert.deepEqual([failure.class, failure.scope, failure.code], [
    "reconnect",
    "connection",
    "missing_scope",
  ]);
  assert.match(failure.message, /media\.write/);
  // A connection that is known to have it is refused for something else.
  const known = (await errorOf(prepareAll(workWith(server, [IMAGE])))).failure;
  assert.deepEqual([known.class, known.code], ["never", "forbidden"]);
});

Deno.test("a connection that is known to lack media.write is told before anything is sent; a text needs none", async () => {
  await using server = fakeX();
  const connection = { externalId: "1001", displayName: null, settings: {}, scopes: ["tweet.write"] };
  const { failure } = await errorOf(prepareAll(workWith(server, [IMAGE], { connection })));
  assert.deepEqual([failure.class, failure.code], ["reconnect", "missing_scope"]);
  assert.deepEqual(namesOf((await prepareAll(workWith(server, [], { connection }))).acts), ["ready"]);
  assert.equal(server.requests.length, 0);
});

for (
  const [what, media, code] of [
    ["of a type that X does not take", mediaOf("image/tiff", 3), "media_refused"],
    ["without a byte", mediaOf("image/png", 0), "media_refused"],
    [
      "that is shorter than it was said to be",
      mediaOf("image/png", 9, { range: () => Promise.resolve(bytesOf(0, 3)) }),
      "media_refused",
    ],
  ] as const
) {
  Deno.test(`a file ${what} is refused for good`, async () => {
    await using server = fakeX();
    takingX(server);
    const { failure } = await errorOf(prepareAll(workWith(server, [media])));
    assert.deepEqual([failure.class, failure.code], ["never", code]);
    assert.equal(server.asked("append").length, 0);
  });
}

Deno.test("what X says of a file that it refuses is the file's fault; of the limit, money or access, not", async () => {
  const said: readonly (readonly [Response, string])[] = [
    [
      problem(400, { type: kindOf("invalid-request"), detail: "Bad media_type" }),
      "never publication media_refused",
    ],
    [problem(413), "never publication media_refused"],
    [problem(431), "never publication media_refused"],
    [problem(429), "wait connection rate_limited"],
    [problem(402), "pause platform credits_depleted"],
    [problem(401), "reconnect connection access_refused"],
    [problem(500), "wait publication http_500"],
  ];
  for (const [answer, verdict] of said) {
    await using server = fakeX();
    server.answer("initialize", answer);
    const { failure, isAmbiguous } = await errorOf(prepareAll(workWith(server, [IMAGE])));
    assert.equal(`${failure.class} ${failure.scope} ${failure.code}`, verdict);
    assert.equal(isAmbiguous, false);
  }
});
