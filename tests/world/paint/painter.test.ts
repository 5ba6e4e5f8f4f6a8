import assert from "node:assert/strict";
import { decode, encode } from "fast-png";
import { paint } from "./painter.ts";

const wish = { type: "image/png", texts: ["a lighthouse"], seed: "task/0", files: [] };
const bytesOf = async (change: Partial<Parameters<typeof paint>[0]>) =>
  (await paint({ ...wish, ...change }))?.bytes;
const png = (red: number) =>
  encode({ width: 2, height: 2, channels: 3, data: new Uint8Array(12).fill(red) }).slice();

Deno.test("the same task has the same picture, another one another", async () => {
  const first = await bytesOf({}) ?? assert.fail();
  assert.equal(decode(first).width, 512);
  assert.deepEqual(await bytesOf({}), first);
  assert.notDeepEqual(await bytesOf({ seed: "other/0" }), first);
});

Deno.test("a film and a photograph come back as they were handed in", async () => {
  const film = new TextEncoder().encode("\0\0\0\x18ftypmp42");
  assert.deepEqual(await paint({ ...wish, type: "video/mp4", files: [film] }), {
    bytes: film,
    type: "video/mp4",
  });
  const photograph = Uint8Array.of(0xff, 0xd8, 0xff, 0xe0);
  assert.deepEqual(await paint({ ...wish, files: [photograph] }), { bytes: photograph, type: "image/jpeg" });
});

Deno.test("of two pictures both are seen; what cannot be read is no reason to fail", async () => {
  const { data, width } = decode(await bytesOf({ files: [png(255), png(10)] }) ?? assert.fail());
  const at = (x: number, y: number) => data[(y * width + x) * 3];
  assert.deepEqual([at(20, 20), at(420, 420)], [10, 255]);
  assert.ok(await bytesOf({ files: [png(255), Uint8Array.of(1, 2, 3)] }));
});

Deno.test("what nobody looks at stays random", async () => {
  assert.equal(await paint({ ...wish, type: "audio/mpeg" }), undefined);
});
