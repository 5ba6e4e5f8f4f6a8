import assert from "node:assert/strict";
import fc from "fast-check";
import { isOneOfTypes, mediaType } from "./media_types.ts";

Deno.test("a type is the same however it is written", () => {
  for (
    const type of [
      "image/jpeg",
      "image/jpg",
      "IMAGE/JPEG",
      "image/jpeg; charset=utf-8",
      " Image/Jpg;q=1",
      "image/pjpeg",
    ]
  ) {
    assert.equal(mediaType(type), "image/jpeg", type);
    assert.ok(isOneOfTypes(type, ["image/png", "IMAGE/JPG"]), type);
  }
  assert.equal(mediaType("video/mp4"), "video/mp4");
  for (const none of ["", " ", ";", "; charset=utf-8", null, undefined]) assert.equal(mediaType(none), null);
  assert.equal(mediaType("constructor"), "constructor");
  assert.ok(!isOneOfTypes("image/jpegs", ["image/jpeg"]));
  assert.ok(!isOneOfTypes("", [""]));
});

Deno.test("written once, it stays", () => {
  fc.assert(fc.property(fc.string(), (text) => assert.equal(mediaType(mediaType(text)), mediaType(text))));
});
