import assert from "node:assert/strict";
import { mp4 } from "../social/sign_in_fixture.ts";
import { filmOf } from "./facebook_client_fixture.ts";
import { mp4Size } from "./mp4_size.ts";

Deno.test("a film's size is read where it says it, and nowhere else", () => {
  assert.deepEqual(mp4Size(filmOf(1080, 1920)), { width: 1080, height: 1920 });
  assert.equal(mp4Size(filmOf(0, 0)), undefined);
  assert.equal(mp4Size(mp4()), undefined);
  // It is cut off before it says so.
  assert.equal(mp4Size(filmOf(1080, 1920).subarray(0, 100)), undefined);
});
