import assert from "node:assert/strict";
import fc from "fast-check";
import { EsteiraError } from "../../../../shared/errors/errors.ts";
import { Gate } from "./gate.ts";

const isOverloaded = (error: unknown) => error instanceof EsteiraError && error.code === "overloaded";

/** Somebody who comes to a gate: what it is, and how many turns its work takes. */
const coming = fc.record({ isUrgent: fc.boolean(), turns: fc.nat(6), fails: fc.boolean() });

Deno.test("never more than its width are through, those first who are urgent, and all of them in the end", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(coming, { maxLength: 30 }),
      fc.integer({ min: 1, max: 5 }),
      async (all, width) => {
        const gate = new Gate(width);
        const begun: number[] = [];
        let inside = 0;
        const outcomes = await Promise.allSettled(
          all.map(({ isUrgent, turns, fails }, n) =>
            gate.pass(async () => {
              begun.push(n);
              assert.ok(++inside <= width);
              assert.ok(gate.state.inside >= inside && gate.state.inside <= width);
              for (let turn = 0; turn <= turns; turn++) await Promise.resolve();
              inside--;
              if (fails) throw n;
              return n;
            }, { isUrgent })
          ),
        );
        assert.deepEqual(
          outcomes.map((one) => one.status === "fulfilled" ? one.value : one.reason),
          all.map((_, n) => n),
        );
        // Those who found room, then the urgent, then the others, each in the order of their coming.
        const rest = all.map((_, n) => n).slice(width);
        assert.deepEqual(begun, [
          ...all.keys().take(width),
          ...rest.filter((n) => all[n]?.isUrgent),
          ...rest.filter((n) => !all[n]?.isUrgent),
        ]);
        assert.deepEqual(gate.state, { inside: 0, waiting: 0 });
      },
    ),
  );
});

Deno.test("who has waited for as long as they would is refused, nothing of it is done, and the place goes to another", async () => {
  const gate = new Gate(1);
  const held = Promise.withResolvers<void>();
  const holder = gate.pass(() => held.promise);
  const impatient = gate.pass(() => assert.fail("it was given up"), { patienceMs: 1 });
  const patient = gate.pass(() => Promise.resolve("done"), { patienceMs: 60_000 });
  await assert.rejects(impatient, isOverloaded);
  assert.deepEqual(gate.state, { inside: 1, waiting: 1 });
  held.resolve();
  await holder;
  assert.equal(await patient, "done");
  assert.deepEqual(gate.state, { inside: 0, waiting: 0 });
});
