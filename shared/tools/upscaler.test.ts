import assert from "node:assert/strict";
import { upscalerInput } from "./upscaler.ts";

const issue = (value: unknown) => upscalerInput.safeParse(value).error?.issues[0];

Deno.test("an upscale is of people near by, by two, unless something else is asked for", () => {
  const image = "u/photo.png";
  assert.deepEqual(upscalerInput.parse({ image }), { image, variant: "near", scale: 2 });
  const input = { image, variant: "food", scale: 4, detail: 0.3, resolution: 4096, prompt: "soup" };
  assert.deepEqual(upscalerInput.parse(input), input);
});

Deno.test("there are six variants", () => {
  for (const variant of ["near", "far", "old_photo", "food", "logo", "render_3d"]) {
    assert.equal(issue({ image: "u/photo.png", variant }), undefined, variant);
  }
  for (const variant of ["", "Near", "constructor", "__proto__", null, 1]) {
    assert.deepEqual(issue({ image: "u/photo.png", variant })?.path, ["variant"], String(variant));
  }
});

Deno.test("detail, resolution and prompt are refused where no app could take them", () => {
  const wrong = {
    detail: [-0.1, 1.1, "0.5", NaN, null],
    resolution: [1024, 8192, "2048"],
    prompt: ["", "  ", "x".repeat(2001)],
  };
  for (const [field, values] of Object.entries(wrong)) {
    for (const value of values) {
      assert.deepEqual(issue({ image: "u/photo.png", [field]: value })?.path, [field], `${field}: ${value}`);
    }
  }
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
