import { decode, encode } from "fast-png";
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { withHub } from "./runninghub_client_fixture.ts";
import type { TestHub } from "./runninghub_client_fixture.ts";

const SOURCE = { width: 3, height: 2, channels: 4, data: new Uint8Array(24).map((_, n) => n * 10) };
const PNG = new Uint8Array(encode(SOURCE));

async function resultFor(hub: TestHub, fieldValue: string) {
  const nodeInfoList = [
    { nodeId: "1", fieldName: "prompt", fieldValue: "sharper" },
    { nodeId: "39", fieldName: "image", fieldValue },
  ];
  const task = await hub.ended(await hub.started({ nodeInfoList }));
  assert.ok(task.result, JSON.stringify(task.failure));
  const response = await fetch(task.result.fileUrl);
  assert.equal(response.status, 200);
  return { task, result: task.result, response, content: await response.bytes() };
}

Deno.test("the result is the uploaded PNG with every pixel doubled in both directions", () =>
  withHub({}, async (hub) => {
    const { content } = await resultFor(hub, await hub.uploaded(PNG));
    const image = decode(content, { checkCrc: true });
    assert.deepEqual([image.width, image.height, image.channels], [6, 4, 4]);
    for (let y = 0; y < 4; y++) {
      for (let x = 0; x < 6; x++) {
        const from = ((y >> 1) * SOURCE.width + (x >> 1)) * 4;
        const at = (y * 6 + x) * 4;
        assert.deepEqual([...image.data.slice(at, at + 4)], [...SOURCE.data.slice(from, from + 4)]);
      }
    }
  }));

Deno.test("a task view has the size and digest of the very file that is served", () =>
  withHub({}, async (hub) => {
    const { result, response, content } = await resultFor(hub, await hub.uploaded(PNG));
    assert.equal(result.bytes, content.length);
    assert.equal(result.sha256, createHash("sha256").update(content).digest("hex"));
    assert.equal(response.headers.get("content-type"), "image/png");
    assert.equal(response.headers.get("content-length"), String(content.length));
    assert.match(new URL(result.fileUrl).pathname, /^\/files\/[0-9a-f]{32}\/output\/[\w.]+\.png$/);
  }));

Deno.test("HEAD says how large a result is, without the result", () =>
  withHub({}, async (hub) => {
    const { result } = await resultFor(hub, await hub.uploaded(PNG));
    const response = await fetch(result.fileUrl, { method: "HEAD" });
    assert.equal(response.headers.get("content-length"), String(result.bytes));
    assert.equal((await response.bytes()).length, 0);
  }));

Deno.test("another input than PNG gives a generated PNG of 64 x 64, the same for the same input", () =>
  withHub({}, async (hub) => {
    const jpeg = new Uint8Array([0xff, 0xd8, 0xff, 0xe0, 1, 2, 3]);
    const webp = new Uint8Array([..."RIFF0000WEBP"].map((character) => character.charCodeAt(0)));
    const digests: string[] = [];
    for (
      const [content, name] of [[jpeg, "a.jpg"], [jpeg, "b.jpg"], [jpeg, "c.png"], [webp, "d.webp"]] as const
    ) {
      const { content: bytes, result } = await resultFor(hub, await hub.uploaded(content, name));
      const { width, height } = decode(bytes, { checkCrc: true });
      assert.deepEqual([width, height], [64, 64], name);
      digests.push(result.sha256);
    }
    assert.equal(digests[0], digests[1]);
    assert.equal(new Set(digests).size, 3);
  }));

Deno.test("a link that was never given out is 404", () =>
  withHub({}, async (hub) => {
    const { result } = await resultFor(hub, await hub.uploaded(PNG));
    for (
      const path of ["/files/0/output/a.png", new URL(result.fileUrl).pathname.replace("output", "other")]
    ) {
      const response = await fetch(hub.simulator.url + path);
      assert.ok(response.status === 404 || (await response.clone().json()).code === 412, path);
      await response.body?.cancel();
    }
    const elsewhere = await fetch(result.fileUrl.replace(".png", "x.png"));
    assert.equal(elsewhere.status, 404);
    await elsewhere.body?.cancel();
  }));

Deno.test("big_output has the size that was asked for, whatever the input, and the same bytes each time", () =>
  withHub({}, async (hub) => {
    const bytes = 2_000_003;
    hub.simulator.misbehave({ fault: { kind: "big_output", bytes } });
    const fieldValue = await hub.uploaded(PNG);
    const { result, content, response } = await resultFor(hub, fieldValue);
    assert.equal(content.length, bytes);
    assert.equal(result.bytes, bytes);
    assert.equal(result.sha256, createHash("sha256").update(content).digest("hex"));
    assert.deepEqual([...content.subarray(0, 8)], [137, 80, 78, 71, 13, 10, 26, 10]);
    assert.equal(response.headers.get("content-type"), "image/png");
    assert.equal((await resultFor(hub, fieldValue)).result.sha256, result.sha256);
  }));
