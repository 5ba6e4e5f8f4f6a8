import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { outputBytes } from "./output.ts";
import { OTHER_CONTENTS } from "./other_contents.ts";
import { type TestToy, withToy } from "./toy_client_fixture.ts";

/** The first output of a task that has ended: its task's id, its address and what it should be. */
async function made(toy: TestToy): Promise<{ id: string; url: string; content: Uint8Array }> {
  const id = await toy.submitted();
  await toy.ended(id);
  const { outputs: [url = ""] } = await toy.poll(id);
  return { id, url, content: outputBytes(id, "image/png", 0) };
}

const get = async (url: string, headers: Record<string, string> = {}) => {
  const response = await fetch(url, { headers });
  return { response, bytes: Buffer.from(await response.arrayBuffer()) };
};

Deno.test("a part of an output can be had, as long as it is still that output", () =>
  withToy({}, async (toy) => {
    const { id, url, content } = await made(toy);
    const whole = await get(url);
    const etag = whole.response.headers.get("etag") ?? "";
    assert.match(etag, /^"[0-9a-f]{32}"$/);
    assert.equal(whole.response.headers.get("accept-ranges"), "bytes");
    const { response, bytes } = await get(url, { range: "bytes=100-199", "if-range": etag });
    assert.deepEqual([response.status, response.headers.get("content-range")], [
      206,
      `bytes 100-199/${content.length}`,
    ]);
    assert.ok(bytes.equals(content.subarray(100, 200)));
    assert.equal((await get(url, { range: "bytes=100-", "if-range": '"x"' })).response.status, 200);
    assert.equal((await get(url, { range: `bytes=${content.length}-` })).response.status, 416);
    assert.equal(toy.view(id).outputs[0]?.sentBytes, 2 * content.length + 100);
  }));

Deno.test("parts of a big output are those of the whole", () =>
  withToy({}, async (toy) => {
    toy.under({ kind: "big_output", bytes: 300_000 });
    const { url } = await made(toy);
    const { bytes: whole } = await get(url);
    for (const [from, to] of [[0, 1], [65_530, 65_540], [131_072, 299_999], [299_999, 300_000]] as const) {
      const { bytes } = await get(url, { range: `bytes=${from}-${to}` });
      assert.ok(bytes.equals(whole.subarray(from, to + 1)), `${from}-${to}`);
    }
  }));

Deno.test("no_ranges: whoever asks for a part is sent the whole", () =>
  withToy({}, async (toy) => {
    toy.under({ kind: "no_ranges" });
    const { url, content } = await made(toy);
    const { response, bytes } = await get(url, { range: "bytes=100-" });
    assert.deepEqual([response.status, response.headers.get("accept-ranges")], [200, null]);
    assert.ok(bytes.equals(content));
  }));

const LOOKS: Record<string, [number, string | null, RegExp]> = {
  empty: [200, "image/png", /^$/],
  accepted: [202, null, /^$/],
  html: [200, "text/html; charset=utf-8", /^<!doctype html>/],
  xml: [200, "application/xml", /<Code>SlowDown<\/Code>/],
  json: [200, "application/json", /^\{"error":/],
  zip: [200, "application/zip", /^PK/],
};

for (const says of OTHER_CONTENTS) {
  Deno.test(`other_output: the first look finds ${says}, the next one the file`, () =>
    withToy({}, async (toy) => {
      toy.under({ kind: "other_output", says, times: 1 });
      const { url, content } = await made(toy);
      const { response, bytes } = await get(url);
      const [status, type, look] = LOOKS[says] ?? [0, "", /$./];
      assert.deepEqual([response.status, response.headers.get("content-type")], [status, type]);
      assert.match(bytes.toString("latin1"), look);
      assert.ok((await get(url)).bytes.equals(content));
    }));
}

Deno.test("cut_output: the connection breaks in the middle, and the rest can be had", () =>
  withToy({}, async (toy) => {
    toy.under({ kind: "cut_output", times: 1 }, { kind: "big_output", bytes: 200_000 });
    const { url } = await made(toy);
    const response = await fetch(url);
    const parts: Uint8Array[] = [];
    await assert.rejects(async () => {
      for await (const part of response.body ?? []) parts.push(part);
    });
    const first = Buffer.concat(parts);
    assert.ok(first.length > 0 && first.length <= 100_000);
    const { bytes: rest } = await get(url, { range: `bytes=${first.length}-` });
    assert.ok(Buffer.concat([first, rest]).equals((await get(url)).bytes));
  }));

Deno.test("slow_output: it comes as slowly as it is told", () =>
  withToy({}, async (toy) => {
    toy.under({ kind: "slow_output", bytesPerS: 5_000 });
    const { url, content } = await made(toy);
    const before = performance.now();
    assert.ok((await get(url)).bytes.equals(content));
    assert.ok(performance.now() - before >= 100);
  }));
