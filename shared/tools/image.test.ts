import assert from "node:assert/strict";
import { imageInput } from "./image.ts";

const fieldAtFault = (value: unknown) => imageInput.safeParse(value).error?.issues[0]?.path[0];

Deno.test("words alone are enough for an image, a PNG", () => {
  assert.deepEqual(imageInput.parse({ prompt: "  a lighthouse " }), {
    prompt: "a lighthouse",
    images: [],
    output_format: "png",
  });
});

Deno.test("images are edited by their paths, five at the most", () => {
  const images = ["u/1.png", "u/2.png", "u/3.png", "u/4.png", "u/5.png"];
  assert.deepEqual(imageInput.parse({ prompt: "in winter", images }).images, images);
  assert.equal(fieldAtFault({ prompt: "in winter", images: [...images, "u/6.png"] }), "images");
  assert.equal(fieldAtFault({ prompt: "in winter", images: [""] }), "images");
});

Deno.test("what a model would refuse is refused before it is paid for", () => {
  assert.equal(fieldAtFault({ prompt: "   " }), "prompt");
  assert.equal(fieldAtFault({ prompt: "x".repeat(5001) }), "prompt");
  assert.equal(fieldAtFault({ prompt: "x", aspect_ratio: "7:1" }), "aspect_ratio");
  assert.equal(fieldAtFault({ prompt: "x", output_format: "gif" }), "output_format");
});
