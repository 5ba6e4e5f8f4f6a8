import assert from "node:assert/strict";
import { upscalerInput } from "./upscaler.ts";

const issue = (value: unknown) => upscalerInput.safeParse(value).error?.issues[0];

Deno.test("an upscale is by two unless by four", () => {
  assert.deepEqual(upscalerInput.parse({ image: "u/photo.png" }), { image: "u/photo.png", scale: 2 });
  assert.deepEqual(upscalerInput.parse({ image: "u/photo.png", scale: 4 }), {
    image: "u/photo.png",
    scale: 4,
  });
});

Deno.test("another scale is refused", () => {
  for (const scale of [0, 1, 3, 8, -2, 2.5, "2", null, true]) {
    assert.deepEqual(issue({ image: "u/photo.png", scale })?.path, ["scale"], String(scale));
  }
});

Deno.test("an image is named by a path", () => {
  for (const image of [undefined, null, "", 7, ["u/photo.png"], "x".repeat(1025)]) {
    assert.deepEqual(issue({ image })?.path, ["image"], String(image));
  }
});

Deno.test("a field that the tool does not have is refused by name", () => {
  const found = issue({ image: "u/photo.png", denoise: true });
  assert.deepEqual(found?.code === "unrecognized_keys" && found.keys, ["denoise"]);
});
