import assert from "node:assert/strict";
import {
  assertMimeTypeAllowed,
  fileSizeLimitOf,
  validBucketName,
  validKey,
  validMimeTypes,
} from "./limits.ts";

Deno.test("keys of storage-api's characters pass, dot segments among them, and others do not", () => {
  const odd = ["..", "a/../b", "./a", "a//b", "a/", "/a", "a?b"];
  for (const key of ["a", "a/b c.png", "_!-.*'()&$@=;:+,?", "a..b/..c", "x".repeat(1024), ...odd]) {
    assert.equal(validKey(key), key);
  }
  for (
    const key of ["", "ação", "a\\b", "a%2fb", "a#b", "a\nb", "~", "x".repeat(1025)]
  ) {
    assert.throws(() => validKey(key), { code: "InvalidKey" }, key);
  }
});

Deno.test("bucket names have no slash and no blank at the ends", () => {
  assert.equal(validBucketName("my bucket.1"), "my bucket.1");
  for (const name of ["", "a/b", " a", "a ", "ç", "x".repeat(101)]) {
    assert.throws(() => validBucketName(name), { code: "InvalidBucketName" }, name);
  }
});

Deno.test("size limits are bytes or text with a unit, and never above the cap", () => {
  assert.equal(fileSizeLimitOf(10, 100), 10);
  assert.equal(fileSizeLimitOf("1.5kb", 1e6), 1500);
  assert.equal(fileSizeLimitOf("20MB", 1e9), 20e6);
  assert.throws(() => fileSizeLimitOf("20", 100), { code: "InvalidRequest" });
  assert.throws(() => fileSizeLimitOf("1KB", 999), { code: "EntityTooLarge" });
});

Deno.test("a content type is allowed by itself or its family, letter by letter", () => {
  const allowed = (type: string, ...list: string[]) => () => assertMimeTypeAllowed(type, list);
  assert.doesNotThrow(() => assertMimeTypeAllowed("anything", null));
  assert.doesNotThrow(allowed("anything"));
  assert.doesNotThrow(allowed("image/png", "image/*"));
  assert.doesNotThrow(allowed("text/plain;charset=UTF-8", "text/plain", "text/plain;charset=UTF-8"));
  assert.throws(allowed("text/plain;charset=UTF-8", "text/plain"), { code: "InvalidMimeType" });
  assert.throws(allowed("IMAGE/PNG", "image/png"), { code: "InvalidMimeType" });
  assert.throws(allowed("image/png", "*", "*/*"), { code: "InvalidMimeType" });
  assert.throws(allowed("image/png", "video/*", "image/jpeg"), { code: "InvalidMimeType" });
  assert.throws(allowed("imagex", "*"), { code: "InvalidMimeType" });
  assert.throws(() => validMimeTypes(["image/png", "nonsense"]), { code: "InvalidMimeType" });
});
