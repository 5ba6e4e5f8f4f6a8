import assert from "node:assert/strict";
import { asPythonWrites } from "./python_json.ts";
import { withToy } from "./toy_client_fixture.ts";

Deno.test("the first object has numbers that JSON has no words for, the rest is as it was", () => {
  const numbers = '"score": NaN, "loudest": Infinity, "quietest": -Infinity';
  assert.equal(asPythonWrites('{"a":{"b":1}}'), `{${numbers}, "a":{"b":1}}`);
  assert.equal(asPythonWrites("{ }"), `{${numbers}}`);
  assert.equal(asPythonWrites('[{"a":1},{}]'), `[{${numbers}, "a":1},{}]`);
  assert.equal(asPythonWrites("[]"), "[]");
});

Deno.test("python_json: neither webhook nor reading is JSON, and both are but for such numbers", () =>
  withToy({}, async (toy) => {
    toy.under({ kind: "python_json" });
    const id = await toy.submitted();
    await toy.ended(id);
    const { body } = await toy.receiver.got(2);
    const read = await (await fetch(`${toy.simulator.url}/tasks/${id}`)).text();
    for (const text of [body, read]) {
      assert.throws(() => JSON.parse(text), SyntaxError);
      assert.deepEqual(JSON.parse(text.replaceAll(/-?\b(NaN|Infinity)\b/g, "null")).id, id);
    }
  }));
