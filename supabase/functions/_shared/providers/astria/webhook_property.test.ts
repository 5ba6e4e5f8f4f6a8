/** Thousands of callbacks, whole and damaged: none is misread, none throws. */
import fc from "fast-check";
import { digitIds, keepsEveryDigit, readsAnything, type Template } from "../kit/webhook_bodies_fixture.ts";
import { parseWebhook } from "./webhook.ts";

const TIMES = {
  trained_at: "2023-10-02T14:32:40.363Z",
  started_training_at: "2023-10-02T14:32:05.229Z",
  created_at: "2023-10-02T14:32:05.067Z",
  updated_at: "2023-10-02T14:32:40.363Z",
};
// astria.md#tunes and #callbacks.
const tune = (id: string) => ({ id, title: "a title", name: "woman", steps: null, ...TIMES });
const prompt = (id: string) => ({
  id: 901,
  text: "ohwx",
  tune_id: id,
  ...TIMES,
  images: ["https://x/0.jpg"],
});
const TEMPLATES: readonly Template[] = [
  tune,
  (id) => ({ tune: tune(id) }),
  (id) => [tune(id)],
  prompt,
  (id) => ({ prompt: prompt(id) }),
  (id) => [prompt(id), { ...prompt(id), id: 902 }],
];
const ids = fc.oneof(digitIds, fc.integer({ min: 1, max: 99_999_999 }).map(String));

Deno.test("every whole callback names its tune, to the last digit", () =>
  keepsEveryDigit(parseWebhook, TEMPLATES, ids));

Deno.test("a damaged callback throws nothing and names no tune that is not in it", () =>
  readsAnything(parseWebhook, TEMPLATES, digitIds));
