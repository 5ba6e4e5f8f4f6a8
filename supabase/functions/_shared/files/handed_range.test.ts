import assert from "node:assert/strict";
import { ClassifiedError } from "../engine/failure.ts";
import { fakeServer, rudeServer } from "../runtime/fake_runtime.ts";
import { handedRange } from "./handed_range.ts";

const KEY = "3f2b8c1d-4e5f-4a6b-8c7d-9e0f1a2b3c4d/5e1d3c2b-6a7f-4b8c-9d0e-1f2a3b4c5d6e.mp4";
const FILE = Uint8Array.from({ length: 100 }, (_, index) => index);
Deno.env.set("SUPABASE_SECRET_KEYS", JSON.stringify({ default: "sb_secret_test" }));
Deno.env.set("SUPABASE_PUBLISHABLE_KEYS", JSON.stringify({ default: "sb_publishable_test" }));

function storageAt(url: string): void {
  Deno.env.set("SUPABASE_URL", url);
}
const part = (bytes: Uint8Array<ArrayBuffer>, range: string, status = 206) =>
  new Response(bytes, { status, headers: { "content-range": range } });

async function failureOf(from: number, to: number) {
  const error = await handedRange(KEY, from, to).then(() => null, (error) => error);
  assert.ok(error instanceof ClassifiedError, String(error));
  return [error.failure.retryClass, error.failure.code];
}

Deno.test("a part of a copy is exactly the bytes that were asked for, as they lie in Storage", async () => {
  await using storage = fakeServer(({ headers }) => {
    const [, from = 0, last = 0] = headers.get("range")?.match(/^bytes=(\d+)-(\d+)$/)?.map(Number) ?? [];
    return part(FILE.slice(from, last + 1), `bytes ${from}-${last}/100`);
  });
  storageAt(storage.url);
  assert.deepEqual(await handedRange(KEY, 10, 20), FILE.slice(10, 20));
  assert.deepEqual(await handedRange(KEY, 0, 100), FILE);
  assert.deepEqual(await handedRange(KEY, 7, 7), new Uint8Array());
  const [request] = storage.requests;
  assert.equal(request?.path, `/storage/v1/object/authenticated/handed/${KEY}`);
  assert.equal(request?.headers.get("accept-encoding"), "identity");
  assert.equal(storage.requests.length, 2, "nothing is asked for nothing");
});

Deno.test("whatever is not these bytes is trouble of Storage's, and passes", async () => {
  const answers: Record<string, () => Response> = {
    "the whole file": () => new Response(FILE),
    "another part": () => part(FILE.slice(0, 10), "bytes 0-9/100"),
    "fewer bytes than it says": () => part(FILE.slice(10, 15), "bytes 10-19/100"),
    "more bytes than it says": () => part(FILE.slice(10, 30), "bytes 10-19/100"),
    "no range at all": () => new Response(FILE.slice(10, 20), { status: 206 }),
    "an error": () => new Response("out of order", { status: 500 }),
    "a range that is not there": () => new Response(null, { status: 416 }),
  };
  for (const [what, answer] of Object.entries(answers)) {
    await using storage = fakeServer(answer);
    storageAt(storage.url);
    assert.deepEqual(await failureOf(10, 20), ["wait", "storage_unavailable"], what);
  }
  for (const manners of ["hangs up", "breaks off"] as const) {
    await using storage = rudeServer(manners);
    storageAt(storage.url);
    assert.deepEqual(await failureOf(10, 20), ["wait", "storage_unavailable"], manners);
  }
});

Deno.test("a copy that is gone does not come back", async () => {
  await using storage = fakeServer(() =>
    Response.json({ statusCode: "404", error: "not_found" }, { status: 400 })
  );
  storageAt(storage.url);
  assert.deepEqual(await failureOf(10, 20), ["never", "input_gone"]);
});
