import assert from "node:assert/strict";
import { messageFor } from "../../engine/work_item_fixture.ts";
import { mapInput } from "./map_input.ts";

const workWith = (input: Record<string, unknown>) =>
  messageFor("http://127.0.0.1:1", { job: { input } }).item;

Deno.test("fields go by the provider's names, and those it has none for stay here", () => {
  assert.deepEqual(
    mapInput(workWith({ prompt: "a cat", aspect_ratio: "1:1", secret: 7 }), { files: {} }, {
      prompt: "text",
      aspect_ratio: "image_size",
    }),
    { text: "a cat", image_size: "1:1" },
  );
});

Deno.test("values go by the provider's words, where it has others", () => {
  const fields = { output_format: { name: "format", values: { jpeg: "jpg" } } };
  assert.deepEqual(mapInput(workWith({ output_format: "jpeg" }), { files: {} }, fields), { format: "jpg" });
  assert.deepEqual(mapInput(workWith({ output_format: "png" }), { files: {} }, fields), { format: "png" });
});

Deno.test("files go as they were handed over, in their order, one or many as the input has it", () => {
  const files = { images: ["https://a/1", "https://a/2"], mask: ["https://a/3"] };
  const work = workWith({ images: ["u/1.png", "u/2.png"], mask: "u/3.png" });
  assert.deepEqual(mapInput(work, { files }, { images: "image_urls", mask: "mask_url" }), {
    image_urls: ["https://a/1", "https://a/2"],
    mask_url: "https://a/3",
  });
});

Deno.test("what the user left out is left out", () => {
  const work = workWith({ prompt: "a cat", images: [], seed: null });
  assert.deepEqual(mapInput(work, { files: {} }, { prompt: "prompt", images: "image_urls", seed: "seed" }), {
    prompt: "a cat",
  });
});
