import assert from "node:assert/strict";
import fc from "fast-check";
import { isOlder, VERSION } from "./version.ts";

const version = fc.tuple(fc.nat(99), fc.nat(99), fc.nat(99));
const text = (parts: number[]) => parts.join(".");

Deno.test("versions are ordered by their numbers, not as texts", () => {
  assert.ok(isOlder("0.9.0", "0.10.0"));
  assert.ok(isOlder("0.2.9", "0.3.0"));
  assert.ok(isOlder("0.2.0", "1.0.0"));
  assert.ok(!isOlder("0.10.0", "0.9.9"));
});

Deno.test("of two versions one is older, unless they are the same", () => {
  fc.assert(fc.property(version, version, (a, b) => {
    const isSame = text(a) === text(b);
    assert.equal(Number(isOlder(text(a), text(b))) + Number(isOlder(text(b), text(a))), isSame ? 0 : 1);
  }));
});

Deno.test("what is no version is older than any, and than nothing else", () => {
  assert.ok(isOlder("", "0.0.0"));
  assert.ok(isOlder("0.2", "0.1.0"));
  assert.ok(!isOlder("0.1.0", "none"));
  assert.ok(!isOlder("none", "none"));
});

Deno.test("package.json names the same version", async () => {
  const { version } = JSON.parse(await Deno.readTextFile(new URL("../package.json", import.meta.url)));
  assert.equal(version, VERSION);
});
