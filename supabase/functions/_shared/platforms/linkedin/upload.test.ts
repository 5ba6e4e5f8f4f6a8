/** Files on their way to LinkedIn: what is sent where, where a worker that dies goes on, and what is begun anew. */
import fc from "fast-check";
import assert from "node:assert/strict";
import { jsonOf } from "../../runtime/fake_runtime.ts";
import type { FakePlatform } from "../kit/fake_platform.ts";
import { ACCESS_TOKEN, bytesOf, errorOf, mediaOf } from "../kit/work_fixture.ts";
import type { PublicationWork } from "../platform.ts";
import {
  fakeLinkedIn,
  type LinkedInEndpoint,
  linkedInWork,
  namesOf,
  ORGANIZATION,
  PERSON,
  prepareAll,
  problem,
  readyFact,
} from "./fake_linkedin.ts";
import { factName, FAILED, mediaFactOf, partsName } from "./media_facts.ts";
import { preparePublication } from "./prepare.ts";

const IMAGE = mediaOf("image/png", 3, { name: "a.png" });
const PDF = mediaOf("application/pdf", 9_000_000, { name: "a.pdf" });
const FILM = mediaOf("video/mp4", 10, { name: "film.mp4" });
const never = new AbortController().signal;
const GRACE = { media_grace_seconds: 0 };

function workWith(
  server: { url: string },
  media: PublicationWork["media"],
  { settings = {}, ...work }: Partial<PublicationWork> & { settings?: Record<string, unknown> } = {},
): PublicationWork {
  const mediaFiles = media.map(({ name, bytes, contentType }) => ({
    ...{ name, size: bytes, type: contentType, path: name },
  }));
  const all = linkedInWork(server.url, { ...work, media, content: { mediaFiles } });
  return { ...all, app: { ...all.app, settings: { ...all.app.settings, ...settings } } };
}

/** A LinkedIn that takes files as documented, in parts of so many bytes; each part's bytes by its number. */
function taking(
  server: FakePlatform<LinkedInEndpoint>,
  partBytes = 4,
  life = 3_600_000,
): Map<number, Uint8Array> {
  const parts = new Map<number, Uint8Array>();
  let files = 0;
  const urlOf = (n: number) => `${server.url}/uploads/${n}`;
  server.answer("initialize", (request) => {
    const kind = request.path.replace("/rest/", "").replace(/s$/, "");
    const urn = `urn:li:${kind}:C4x${++files}`;
    const body = jsonOf(request) as { initializeUploadRequest: { fileSizeBytes?: number } };
    const { fileSizeBytes: size } = body.initializeUploadRequest;
    const ends = Date.now() + life;
    if (size === undefined) {
      return Response.json({ value: { [kind]: urn, uploadUrl: urlOf(0), uploadUrlExpiresAt: ends } });
    }
    const uploadInstructions = Array.from({ length: Math.ceil(size / partBytes) }, (_, n) => ({
      uploadUrl: urlOf(n),
      firstByte: n * partBytes,
      lastByte: Math.min((n + 1) * partBytes, size) - 1,
    }));
    return Response.json({
      value: { video: urn, uploadToken: "t", uploadUrlsExpireAt: ends, uploadInstructions },
    });
  });
  server.answer("part", ({ path, bytes }) => {
    const n = Number(path.split("/").at(-1));
    parts.set(n, bytes);
    return new Response(null, { status: 200, headers: { etag: `"/ambry/part-${n}"` } });
  });
  server.answer("finalize", new Response(null, { status: 200 }));
  server.answer("status", { status: "AVAILABLE" });
  return parts;
}

Deno.test("a film is begun, sent in its own parts to their own addresses, put together by their names, and awaited", async () => {
  await using server = fakeLinkedIn();
  const parts = taking(server);
  const { acts, facts } = await prepareAll(workWith(server, [FILM]));
  assert.deepEqual(namesOf(acts), [
    ...["media_initialized", "media_part_sent", "media_part_sent", "media_part_sent"],
    ...["media_finalized", "media_ready", "ready"],
  ]);
  assert.deepEqual(jsonOf(server.asked("initialize")[0]!), {
    initializeUploadRequest: {
      owner: ORGANIZATION,
      fileSizeBytes: 10,
      uploadCaptions: false,
      uploadThumbnail: false,
    },
  });
  assert.deepEqual([...parts].map(([n, bytes]) => [n, ...bytes]), [
    [0, ...bytesOf(0, 4)],
    [1, ...bytesOf(4, 8)],
    [2, ...bytesOf(8, 10)],
  ]);
  for (const { headers } of server.asked("part")) {
    assert.equal(headers.get("content-type"), "application/octet-stream");
    assert.equal(headers.get("authorization"), null);
  }
  assert.deepEqual(jsonOf(server.asked("finalize")[0]!), {
    finalizeUploadRequest: {
      video: "urn:li:video:C4x1",
      uploadToken: "t",
      uploadedPartIds: ["/ambry/part-0", "/ambry/part-1", "/ambry/part-2"],
    },
  });
  assert.equal(server.asked("status")[0]?.path, "/rest/videos/urn%3Ali%3Avideo%3AC4x1");
  // Where its parts went is not kept once it is there.
  assert.deepEqual(Object.keys(facts).sort(), [factName(0), "ready_at"]);
});

Deno.test("an image and a document come in one, with the access, and a document of megabytes is not read at once", async () => {
  await using server = fakeLinkedIn();
  const parts = taking(server);
  const reads: number[] = [];
  const pdf = {
    ...PDF,
    range: (from: number, to: number) => (reads.push(to - from), Promise.resolve(bytesOf(from, to))),
  };
  const { acts } = await prepareAll(workWith(server, [IMAGE, pdf]));
  assert.deepEqual(namesOf(acts), [
    ...["media_initialized", "media_part_sent", "media_initialized", "media_part_sent"],
    ...["media_ready", "media_ready", "ready"],
  ]);
  assert.deepEqual(server.asked("initialize").map(jsonOf), [
    { initializeUploadRequest: { owner: ORGANIZATION } },
    { initializeUploadRequest: { owner: ORGANIZATION } },
  ]);
  assert.deepEqual(server.asked("initialize").map(({ path }) => path), ["/rest/images", "/rest/documents"]);
  assert.equal(parts.get(0)?.length, PDF.bytes);
  assert.deepEqual(parts.get(0), bytesOf(0, PDF.bytes));
  assert.ok(reads.length === 3 && Math.max(...reads) === 4_194_304);
  for (const { headers } of server.asked("part")) {
    assert.equal(headers.get("authorization"), `Bearer ${ACCESS_TOKEN}`);
  }
  assert.equal(server.asked("part")[1]?.headers.get("content-length"), String(PDF.bytes));
});

Deno.test("wherever a worker dies another goes on, and each part is there once in its place", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.boolean(), { minLength: 12, maxLength: 30 }), async (deaths) => {
      await using server = fakeLinkedIn();
      const parts = taking(server);
      const { acts, facts } = await prepareAll(workWith(server, [FILM]), {
        isKept: (n) => deaths[n] !== true,
      });
      assert.equal(acts.at(-1)?.state, "ready");
      const whole = [...parts].sort(([one], [other]) => one - other).flatMap(([, bytes]) => [...bytes]);
      assert.deepEqual(whole, [...bytesOf(0, 10)]);
      assert.equal(mediaFactOf(facts, 0)?.upload, 1);
      const died = deaths.filter((died) => died).length;
      assert.ok(server.asked("part").length <= 3 + died);
    }),
    { numRuns: 20 },
  );
});

Deno.test("addresses that have ended are asked for anew, and that is no failure of the file", async () => {
  await using server = fakeLinkedIn();
  taking(server, 4, 0);
  const work = workWith(server, [FILM]);
  const first = await preparePublication(work, never);
  const second = await preparePublication({ ...work, facts: first.facts ?? {} }, never);
  assert.equal(second.state === "more" && second.name, "media_initialized");
  const fact = mediaFactOf(second.facts ?? {}, 0);
  assert.deepEqual([fact?.upload, fact?.former], [1, ["urn:li:video:C4x1"]]);
});

Deno.test("an address that is refused has the file begun anew: once for what it says of the file, else four times", async () => {
  for (const [status, uploads] of [[413, 2], [415, 2], [400, 2], [403, 5], [404, 5], [410, 5]] as const) {
    await using server = fakeLinkedIn();
    taking(server);
    server.answer("part", new Response("URL has expired", { status }));
    const error = await errorOf(prepareAll(workWith(server, [FILM])));
    assert.deepEqual([error.failure.class, error.failure.code], ["never", "media_refused"]);
    assert.equal(server.asked("initialize").length, uploads, String(status));
  }
});

Deno.test("whoever dies between a file and its note, again and again, finds its address over, and it is posted all the same", async () => {
  await using server = fakeLinkedIn();
  taking(server);
  const work = workWith(server, [IMAGE], { settings: GRACE });
  let facts = work.facts;
  let deaths = 0;
  for (let turn = 0; turn < 30; turn++) {
    const step = await preparePublication({ ...work, facts }, never);
    if (step.state !== "more") break;
    if (step.name === "media_part_sent" && deaths < 3) { // what it came to is forgotten, and the address is over
      deaths++;
      server.answer("part", new Response("Not Found", { status: 404 }));
      const lost = await preparePublication({ ...work, facts }, never);
      assert.equal(lost.state === "more" && lost.name, "media_lost");
      facts = { ...facts, ...lost.facts };
      taking(server);
      continue;
    }
    facts = { ...facts, ...step.facts };
  }
  const fact = mediaFactOf(facts, 0);
  assert.deepEqual([fact?.state, fact?.upload], ["ready", 4]);
});

Deno.test("a server's trouble, a limit and an access that is gone say nothing of the file", async () => {
  for (const [status, expected] of [[503, "wait"], [429, "wait"], [401, "reconnect"]] as const) {
    await using server = fakeLinkedIn();
    taking(server);
    server.answer("part", problem(status));
    const { failure } = await errorOf(prepareAll(workWith(server, [IMAGE])));
    assert.equal(failure.class, expected);
    assert.equal(server.asked("initialize").length, 1);
  }
});

Deno.test("a part without a name cannot be put together: it is sent again", async () => {
  await using server = fakeLinkedIn();
  taking(server);
  server.answer("part", new Response(null, { status: 200 }));
  const { failure, isUnreachable } = await errorOf(prepareAll(workWith(server, [FILM])));
  assert.deepEqual([failure.class, isUnreachable], ["wait", true]);
});

const PARTS: readonly (readonly [what: string, value: Record<string, unknown>])[] = [
  ["none", { video: "urn:li:video:1", uploadInstructions: [] }],
  ["a gap", { video: "urn:li:video:1", uploadInstructions: [part(0, 3), part(5, 9)] }],
  ["a part twice", { video: "urn:li:video:1", uploadInstructions: [part(0, 3), part(0, 3), part(4, 9)] }],
  ["too few", { video: "urn:li:video:1", uploadInstructions: [part(0, 3)] }],
  ["too many", { video: "urn:li:video:1", uploadInstructions: [part(0, 9), part(10, 12)] }],
  ["another's place", {
    video: "urn:li:video:1",
    uploadInstructions: [part(0, 9, "https://evil.example/linkedin.com")],
  }],
  ["a place that only looks right", {
    video: "urn:li:video:1",
    uploadInstructions: [part(0, 9, "https://notlinkedin.com/u")],
  }],
  ["no name", { uploadInstructions: [part(0, 9)] }],
];

function part(firstByte: number, lastByte: number, uploadUrl = "https://www.linkedin.com/dms-uploads/1") {
  return { uploadUrl, firstByte, lastByte };
}

for (const [what, value] of PARTS) {
  Deno.test(`parts that are ${what} are not sent`, async () => {
    await using server = fakeLinkedIn();
    server.answer("initialize", { value });
    const { failure } = await errorOf(preparePublication(workWith(server, [FILM]), never));
    assert.deepEqual([failure.class, failure.code], ["backoff", "malformed_answer"]);
  });
}

Deno.test("a file that cannot be processed is handed in once more, and then refused with LinkedIn's words", async () => {
  await using server = fakeLinkedIn();
  taking(server);
  server.answer("status", { status: "PROCESSING_FAILED", processingFailureReason: "Too long" }, {
    status: "AVAILABLE",
  });
  const { acts } = await prepareAll(workWith(server, [FILM]));
  assert.equal(namesOf(acts).filter((name) => name === "media_failed").length, 1);
  server.answer("status", { status: "PROCESSING_FAILED", processingFailureReason: "Too long" });
  const { failure } = await errorOf(prepareAll(workWith(server, [FILM])));
  assert.deepEqual([failure.code, failure.message], ["media_refused", "film.mp4: Too long"]);
});

Deno.test("a word that nobody knows, and processing, are asked after again in seconds", async () => {
  await using server = fakeLinkedIn();
  taking(server);
  for (const status of ["PROCESSING", "BAKING", "WAITING_UPLOAD", null]) {
    server.answer("status", { status });
    const facts = { [factName(0)]: readyFact("urn:li:video:C4x1", { bytes: 10, state: "processing" }) };
    const act = await preparePublication(workWith(server, [FILM], { facts }), never);
    assert.deepEqual([act.state === "more" && act.name, act.state === "more" && act.seconds], [
      "media_processing",
      5,
    ]);
  }
});

Deno.test("what nobody may ask after is given its time: a person's, and what is forbidden", async () => {
  const facts = { [factName(0)]: readyFact("urn:li:video:C4x1", { bytes: 10, state: "processing" }) };
  await using server = fakeLinkedIn();
  const connection = { externalId: PERSON, displayName: "Ana", settings: {}, scopes: ["w_member_social"] };
  const act = await preparePublication(workWith(server, [FILM], { facts, connection }), never);
  assert.equal(act.state === "more" && act.name, "media_waited_for");
  assert.ok(act.state === "more" && (act.seconds ?? 0) >= 29 && (act.seconds ?? 0) <= 30);
  assert.equal(server.asked("status").length, 0);
  server.answer("status", problem(403, { message: "Accessing this video resource is forbidden." }));
  const seen = await preparePublication(workWith(server, [FILM], { facts, settings: GRACE }), never);
  assert.equal(seen.state === "more" && seen.name, "media_ready");
  assert.equal(mediaFactOf(seen.facts ?? {}, 0)?.unseen, true);
  assert.deepEqual(seen.state === "more" && seen.forget, [partsName(0)]);
});

Deno.test("after a commit that failed a file is looked at once; one that it was refused for is handed in anew", async () => {
  await using server = fakeLinkedIn();
  taking(server);
  const urn = "urn:li:video:C4x9";
  const facts = { [factName(0)]: readyFact(urn, { bytes: 10 }), ready_at: "2026-11-27T03:00:00Z" };
  const committedAt = "2026-11-27T03:01:00.000Z";
  const { acts, facts: after } = await prepareAll(workWith(server, [FILM], { facts, committedAt }));
  assert.deepEqual(namesOf(acts), ["media_ready", "ready"]);
  assert.equal(mediaFactOf(after, 0)?.seen_after, committedAt);
  const refused = { ...after, [FAILED]: [urn] };
  const again = await prepareAll(workWith(server, [FILM], { facts: refused, committedAt }));
  assert.equal(namesOf(again.acts)[0], "media_failed");
  assert.deepEqual(mediaFactOf(again.facts, 0)?.former, [urn]);
});

Deno.test("an organization that may not be posted for, and a file of a kind that nobody takes, send nothing", async () => {
  await using server = fakeLinkedIn();
  const connection = {
    externalId: ORGANIZATION,
    displayName: null,
    settings: {},
    scopes: ["w_member_social"],
  };
  const { failure } = await errorOf(preparePublication(workWith(server, [IMAGE], { connection }), never));
  assert.deepEqual([failure.class, failure.code], ["reconnect", "missing_scope"]);
  assert.match(failure.message, /w_organization_social/);
  const sound = mediaOf("audio/mpeg", 3);
  assert.equal(
    (await errorOf(preparePublication(workWith(server, [sound]), never))).failure.code,
    "media_refused",
  );
  assert.deepEqual(server.requests, []);
});

Deno.test("a file that is shorter than it was said to be is refused before it is sent", async () => {
  await using server = fakeLinkedIn();
  taking(server);
  const short = { ...FILM, range: (from: number, to: number) => Promise.resolve(bytesOf(from, to - 1)) };
  const { failure } = await errorOf(prepareAll(workWith(server, [short])));
  assert.deepEqual([failure.code, server.asked("part").length], ["media_refused", 0]);
});
