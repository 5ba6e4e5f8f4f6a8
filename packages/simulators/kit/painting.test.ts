import assert from "node:assert/strict";
import { Output, taskOutputs } from "./output.ts";
import { painted, type PaintWish } from "./painting.ts";

const task = { id: "t", texts: ["a lighthouse"], files: [Uint8Array.of(7)] };
const worked = new Output({ name: "up.png", type: "image/png", bytes: 1, blocks: () => [Uint8Array.of(1)] });

Deno.test("random outputs are painted, each by its own seed; those that were worked out stay", async () => {
  const wishes: PaintWish[] = [];
  const end = {
    status: "succeeded",
    outputs: [worked, ...taskOutputs("t", "image/png", { count: 2 })],
  } as const;
  const picture = { bytes: Uint8Array.of(1, 2, 3), type: "image/jpeg" } as const;
  const after = await painted(end, (wish) => {
    wishes.push(wish);
    return Promise.resolve(wishes.length === 1 ? picture : undefined);
  }, task);
  assert.ok(after.status === "succeeded");
  const [first, second, third] = after.outputs;
  assert.equal(first, worked);
  assert.deepEqual([second?.name, second?.type, second?.bytes], ["output-0.jpg", "image/jpeg", 3]);
  assert.deepEqual([...second?.blocks() ?? []], [picture.bytes]);
  assert.equal(third, end.outputs[2]);
  assert.deepEqual(wishes, [
    { type: "image/png", texts: task.texts, seed: "t/1", files: task.files },
    { type: "image/png", texts: task.texts, seed: "t/2", files: task.files },
  ]);
});

Deno.test("outputs of a wanted size, and tasks without any, stay as they are", async () => {
  const never = () => assert.fail("nothing is to be painted");
  const big = { status: "succeeded", outputs: taskOutputs("t", "image/png", { bytes: 9 }) } as const;
  const after = await painted(big, never, task);
  assert.deepEqual(after, big);
  assert.deepEqual(await painted({ status: "cancelled" }, never, task), { status: "cancelled" });
});
