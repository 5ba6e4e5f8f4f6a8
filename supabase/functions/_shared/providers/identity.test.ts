/** The identity of a task: the answer to a submit and every webhook give it the same name, be it text or a number there. */
import fc from "fast-check";
import assert from "node:assert/strict";
import { fakeServer } from "../runtime/fake_runtime.ts";
import { callsBesides, everyProvider, submit } from "./every_provider_fixture.ts";

/** JSON about a task, whose id is written as it is here: with quotes, or bare. */
type Said = (id: string) => string;

/** For each provider its answer to a submit, and webhooks, which name the task in all the places where it can stand. */
const SAID: Readonly<Record<string, { answer: Said; webhooks: readonly Said[] }>> = {
  astria: {
    answer: (id) => `{"id":${id},"title":"t"}`,
    webhooks: [
      (id) => `{"tune":{"id":${id},"trained_at":"2026-01-01"}}`,
      (id) => `{"id":${id},"trained_at":"2026-01-01"}`,
      (id) => `[{"tune":{"id":${id}}}]`,
      (id) => `{"prompt":{"id":1,"tune_id":${id},"text":"x"}}`,
    ],
  },
  fal: {
    answer: (id) => `{"status":"IN_QUEUE","request_id":${id}}`,
    webhooks: [
      (id) => `{"request_id":${id},"gateway_request_id":"g","status":"OK","payload":{}}`,
      (id) => `{"request_id":${id},"gateway_request_id":"g","status":"ERROR","error":"no"}`,
    ],
  },
  kie: {
    answer: (id) => `{"code":200,"msg":"success","data":{"taskId":${id}}}`,
    webhooks: [
      (id) => `{"code":200,"msg":"","data":{"taskId":${id},"state":"success"}}`,
      (id) => `{"code":501,"msg":"","data":{"taskId":${id},"state":"fail"}}`,
      (id) => `{"code":200,"msg":"","data":{"task_id":${id},"callbackType":"complete"}}`,
    ],
  },
  replicate: {
    answer: (id) => `{"id":${id},"status":"starting"}`,
    webhooks: [(id) => `{"id":${id},"status":"succeeded","output":["https://a.example"]}`],
  },
  runninghub: {
    answer: (id) => `{"code":0,"msg":"success","data":{"taskId":${id},"taskStatus":"RUNNING"}}`,
    webhooks: [
      (id) => `{"event":"TASK_END","taskId":${id},"eventData":"{\\"code\\":0,\\"data\\":[]}"}`,
      (id) => `{"event":"TASK_END","taskId":${id},"eventData":{"status":"FAILED"}}`,
      (id) => `{"event":"TASK_END","eventData":{"taskId":${id},"status":"SUCCESS"}}`,
      (id) => `{"taskId":${id},"status":"SUCCESS","results":[]}`,
    ],
  },
};

const ids = fc.oneof(
  fc.integer({ min: 10, max: Number.MAX_SAFE_INTEGER }).map(String),
  fc.bigInt({ min: 10n ** 15n, max: 10n ** 20n }).map(String),
);
const written = (id: string) => [`"${id}"`, id];

for (const { provider, workAt } of everyProvider()) {
  const { name } = provider;
  if (callsBesides(provider).length === 0) continue; // its answer is the end: it has no tasks to name
  const { answer, webhooks } = SAID[name] ?? assert.fail(`say what ${name} says of a task`);

  Deno.test(`${name}: a task is the same by its submit and by its webhooks, as text or as a number`, async () => {
    let body = "";
    await using server = fakeServer(() =>
      new Response(body, { status: 201, headers: { "content-type": "application/json" } })
    );
    await fc.assert(
      fc.asyncProperty(ids, async (id) => {
        for (const one of written(id)) {
          body = answer(one);
          const submitted = await submit(provider, workAt(server.url)) as { externalId: string };
          assert.equal(submitted.externalId, id, body);
          for (const webhook of webhooks) {
            assert.equal(provider.parse(webhook(one)).externalId, id, webhook(one));
          }
        }
      }),
      { numRuns: 50 },
    );
  });

  Deno.test(`${name}: another task has another name, also where a JavaScript number could not tell them apart`, () =>
    fc.assert(fc.property(fc.bigInt({ min: 10n, max: 10n ** 20n }), (id) => {
      for (const webhook of webhooks) {
        const [one, other] = [id, id + 1n].map((n) => provider.parse(webhook(String(n))).externalId);
        assert.deepEqual([one, other], [String(id), String(id + 1n)]);
      }
    })));

  Deno.test(`${name}: what is no id is none, rather than another task's`, () => {
    for (const none of ["null", "{}", "[]", "true", '""', "-1", "1.5", "[7]", '{"id":7}']) {
      for (const webhook of webhooks) {
        assert.equal(provider.parse(webhook(none)).externalId, null, webhook(none));
      }
    }
  });
}
