/** For property tests of every provider's `verify`: deliveries that somebody has changed. */
import assert from "node:assert/strict";
import fc from "fast-check";
import type { Delivery, Verdict } from "../provider.ts";
import { inText, inTree, place, splice } from "./damage_fixture.ts";
import { RUNS, type Template, wholeBodies } from "./webhook_bodies_fixture.ts";

/** How a provider signs, for `refusesForgeries`. */
export interface Signing {
  templates: readonly Template[];
  ids: fc.Arbitrary<string>;
  /** The delivery as the provider would send it. */
  sign(body: string): Delivery | Promise<Delivery>;
  verify(delivery: Delivery): Verdict | Promise<Verdict>;
  /** The headers that the signature is in or covers. */
  headers: readonly string[];
  /** What the signature vouches for, as one text: two deliveries with the same text may both be accepted. */
  vouchedFor(delivery: Delivery): string;
}

type Forgery = (delivery: Delivery) => Delivery;

const withHeader = (delivery: Delivery, name: string, value: string | null): Delivery => {
  const headers = new Headers(delivery.headers);
  if (value === null) headers.delete(name);
  else headers.set(name, value);
  return { ...delivery, headers };
};

function forgeries(names: readonly string[]): fc.Arbitrary<Forgery> {
  const ascii = fc.string({ unit: fc.constantFrom(..."0123456789abcdefABCDEF+/=-_,. v"), maxLength: 3 });
  const header = fc.tuple(fc.constantFrom(...names), place, fc.nat(3), ascii)
    .map(([name, at, less, more]): Forgery => (delivery) =>
      withHeader(delivery, name, splice(delivery.headers.get(name) ?? "", at, less, more))
    );
  const whole = fc.tuple(
    fc.constantFrom(...names),
    fc.constantFrom(null, "", "0", "null", "Infinity", "v1,", "-1", "1e9"),
  )
    .map(([name, value]): Forgery => (delivery) => withHeader(delivery, name, value));
  const swapped = fc.tuple(fc.constantFrom(...names), fc.constantFrom(...names))
    .map(([to, from]): Forgery => (delivery) => withHeader(delivery, to, delivery.headers.get(from)));
  const body = fc.oneof(inTree, inText).map((damage): Forgery => (delivery) => ({
    ...delivery,
    rawBody: damage(delivery.rawBody),
  }));
  return fc.oneof({ weight: 3, arbitrary: header }, { weight: 3, arbitrary: body }, whole, swapped);
}

/**
 * Checks that what the provider signed is accepted, that `verify` throws at nothing, and that after one to three
 * changes of headers and body nothing is accepted unless the signature still vouches for all of it.
 */
export async function refusesForgeries(signing: Signing, runs = RUNS): Promise<void> {
  let refused = 0;
  const forged = fc.array(forgeries(signing.headers), { minLength: 1, maxLength: 3 });
  await fc.assert(
    fc.asyncProperty(wholeBodies(signing.templates, signing.ids), forged, async ({ body }, changes) => {
      const delivery = await signing.sign(body);
      assert.equal((await signing.verify(delivery)).ok, true, `what was signed is refused: ${body}`);
      const altered = changes.reduce((delivery, change) => change(delivery), delivery);
      const verdict = await signing.verify(altered);
      if (verdict.ok) assert.equal(signing.vouchedFor(altered), signing.vouchedFor(delivery));
      else refused++;
    }),
    { numRuns: runs },
  );
  assert.ok(
    refused > runs / 4,
    `only ${refused} forgeries of ${runs} were refused: there is nothing to this test`,
  );
}
