import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import fc from "fast-check";
import { lookAt } from "./media_look.ts";
import { jpeg, mp4 } from "./sign_in_fixture.ts";

Deno.test("files are known by their first bytes, and JPEGs say how large they are", () => {
  assert.deepEqual(lookAt(jpeg(1080, 1350)), { type: "image/jpeg", size: { width: 1080, height: 1350 } });
  assert.deepEqual(lookAt(mp4()), { type: "video/mp4" });
  const png = Buffer.from("89504e470d0a1a0a0000000d49484452000000100000002008", "hex");
  assert.deepEqual(lookAt(png), { type: "image/png", size: { width: 16, height: 32 } });
  assert.deepEqual(lookAt(Buffer.from("GIF89a\x10\x00\x20\x00", "latin1")), {
    type: "image/gif",
    size: { width: 16, height: 32 },
  });
});

Deno.test("whatever comes is looked at", () =>
  fc.assert(fc.property(
    fc.constantFrom(
      "",
      "\xff\xd8\xff",
      "\xff\xd8\xff\xc0",
      "\x89PNG\r\n\x1a\n",
      "GIF89a",
      "RIFF",
      "0000ftyp",
    ),
    fc.uint8Array({ maxLength: 200 }),
    (start, rest) => void lookAt(Buffer.concat([Buffer.from(start, "latin1"), rest])),
  )));
