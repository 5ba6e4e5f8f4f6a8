import assert from "node:assert/strict";
import { API_KEY, messageFor, TOKEN } from "../../engine/work_item_fixture.ts";
import { type Provider, ProviderError } from "../provider.ts";
import { submitBy } from "./fake_provider.ts";
import { withoutSecrets } from "./without_secrets.ts";

const { item: work } = messageFor("http://127.0.0.1:9");
const said = `refused ${API_KEY} for https://abc.example/hook/${TOKEN}`;
const cleaned = "refused [redacted] for https://abc.example/hook/[redacted]";
const fail = (isAmbiguous: boolean) => () =>
  Promise.reject(
    new ProviderError({ retryClass: "wait", code: TOKEN, message: said, retryAfterMs: 7 }, {
      isAmbiguous,
      isUnreachable: !isAmbiguous,
      cause: `at 10.0.0.1, ${said}`,
    }),
  );
const context = { callbackUrl: "", files: {} };
const file = { stream: new Blob([]).stream(), name: "a", contentType: "image/png", bytes: 0 };

/** A provider all of whose calls fail. */
const failing: Provider = {
  name: "failing",
  resubmit: "idempotent",
  parse: () => ({ externalId: null, state: "unknown", dedupeKey: "x", details: {} }),
  upload: fail(false),
  prepare: () => ({ send: fail(true) }),
  findTasks: fail(false),
  fetchOutcome: fail(false),
  fetchOutcomes: fail(false),
  cancel: fail(false),
};

Deno.test("no error of a provider's says a secret, and the rest of it stays", async () => {
  const provider = withoutSecrets(failing);
  const calls = [
    [() => submitBy(provider, work, context), true],
    [() => submitBy(withoutSecrets({ ...failing, prepare: fail(false) }), work, context), false],
    [() => provider.fetchOutcome(work, "1"), false],
    [async () => await provider.upload?.(work, file), false],
    [async () => await provider.findTasks?.(work, context), false],
    [async () => await provider.cancel?.(work, "1"), false],
  ] as const;
  for (const [call, isAmbiguous] of calls) {
    await assert.rejects(call, (error) => {
      assert.ok(error instanceof ProviderError);
      assert.deepEqual([error.isAmbiguous, error.isUnreachable], [isAmbiguous, !isAmbiguous]);
      assert.equal(error.cause, `at 10.0.0.1, ${cleaned}`);
      assert.deepEqual(error.failure, {
        retryClass: "wait",
        code: "[redacted]",
        message: cleaned,
        retryAfterMs: 7,
      });
      return true;
    });
  }
});

Deno.test("no outcome says a secret", async () => {
  const failure = { retryClass: "never" as const, code: "1", message: said };
  for (
    const outcome of [{ state: "failed", failure, raw: 1 }, {
      state: "unknown",
      reason: said,
      raw: 1,
    }] as const
  ) {
    const provider = withoutSecrets({ ...failing, fetchOutcome: () => Promise.resolve(outcome) });
    const cleanedOutcome = JSON.parse(JSON.stringify(outcome).replaceAll(said, cleaned));
    assert.deepEqual(await provider.fetchOutcome(work, "1"), cleanedOutcome);
  }
});

Deno.test("nor does the end that an answer to a submit tells, nor one of many outcomes", async () => {
  const failure = { retryClass: "never" as const, code: "1", message: said };
  const outcome = { state: "failed", failure, raw: 1 } as const;
  const error = new ProviderError(failure, { isUnreachable: true });
  const provider = withoutSecrets({
    ...failing,
    prepare: () => ({ send: () => Promise.resolve(outcome) }),
    fetchOutcomes: () => Promise.resolve([outcome, error]),
  });
  const ended = await (await provider.prepare(work, context)).send(new AbortController().signal);
  assert.deepEqual(ended, { ...outcome, failure: { ...failure, message: cleaned } });
  const asked = { work, externalId: "1" };
  const [first, second] = await provider.fetchOutcomes?.([asked, asked]) ?? [];
  assert.deepEqual(first, ended);
  assert.ok(second instanceof ProviderError && second.isUnreachable);
  assert.equal(second.failure.message, cleaned);
});

Deno.test("what the provider cannot do it still cannot, and other errors pass as they are", async () => {
  const { upload: _, findTasks: __, cancel: ___, fetchOutcomes: ____, ...rest } = failing;
  const broken = new TypeError("a mistake of ours");
  const provider = withoutSecrets({ ...rest, prepare: () => Promise.reject(broken) });
  const { upload, findTasks, cancel, fetchOutcomes } = provider;
  assert.deepEqual([upload, findTasks, cancel, fetchOutcomes], Array(4).fill(undefined));
  await assert.rejects(submitBy(provider, work, context), broken);
});
