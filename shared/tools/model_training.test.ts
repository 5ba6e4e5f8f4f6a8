import assert from "node:assert/strict";
import { modelTrainingInput } from "./model_training.ts";

const images = ["u/1.png", "u/2.png", "u/3.png", "u/4.png"];
const fieldAtFault = (value: unknown) => modelTrainingInput.safeParse(value).error?.issues[0]?.path[0];

Deno.test("a training has a name, a subject and four pictures or more", () => {
  const input = { name: "Ana", subject: "woman", images, characteristics: { eye_color: "blue eyes" } };
  assert.deepEqual(modelTrainingInput.parse(input), input);
});

Deno.test("a training without one of them is refused by name", () => {
  assert.equal(fieldAtFault({ name: "", subject: "woman", images }), "name");
  assert.equal(fieldAtFault({ name: "Ana", subject: "person", images }), "subject");
  assert.equal(fieldAtFault({ name: "Ana", subject: "woman", images: images.slice(1) }), "images");
  assert.equal(fieldAtFault({ name: "Ana", subject: "woman", images: Array(21).fill("u/1.png") }), "images");
});
