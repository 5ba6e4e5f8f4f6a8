import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { decode } from "fast-png";
import { generatedPng, writeRandomFile } from "./generated_files.ts";

Deno.test("a seed always gives the same valid PNG, another seed another one", () => {
  const image = generatedPng("a", 64);
  const { width, height } = decode(image, { checkCrc: true });
  assert.deepEqual([width, height], [64, 64]);
  assert.ok(Buffer.from(image).equals(generatedPng("a", 64)));
  assert.ok(!Buffer.from(image).equals(generatedPng("b", 64)));
});

Deno.test("a random file has the size, the digest and the first bytes it should, and depends on the seed", async () => {
  const directory = await Deno.makeTempDir({ prefix: "generated-test-" });
  const signal = new AbortController().signal;
  try {
    const bytes = 3 * 64 * 1024 + 5;
    const digest = await writeRandomFile(`${directory}/a`, { seed: "a", bytes, signal });
    const content = await Deno.readFile(`${directory}/a`);
    assert.equal(content.length, bytes);
    assert.equal(createHash("sha256").update(content).digest("hex"), digest);
    assert.deepEqual([...content.subarray(0, 8)], [137, 80, 78, 71, 13, 10, 26, 10]);
    assert.equal(await writeRandomFile(`${directory}/again`, { seed: "a", bytes, signal }), digest);
    assert.notEqual(await writeRandomFile(`${directory}/b`, { seed: "b", bytes, signal }), digest);
    await writeRandomFile(`${directory}/short`, { seed: "a", bytes: 3, signal });
    assert.deepEqual([...await Deno.readFile(`${directory}/short`)], [137, 80, 78]);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});
