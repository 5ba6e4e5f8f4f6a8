/** Every refusal of astria.md#errors, and what is done about it. */
import assert from "node:assert/strict";
import type { RetryClass } from "../../engine/failure.ts";
import { submitBy } from "../kit/fake_provider.ts";
import { ProviderError } from "../provider.ts";
import { astria } from "./astria.ts";
import { fakeAstria, PICTURES, trainingFor } from "./fake_astria.ts";

/** The failure of a submit that is answered so, and whether there may be a tune all the same. */
async function refusal(response: Response): Promise<ProviderError> {
  await using server = fakeAstria();
  server.answer("submit", response);
  const submitted = submitBy(astria, trainingFor(server.url), {
    callbackUrl: "https://x",
    files: { images: PICTURES },
  });
  const error: unknown = await submitted.then(() => assert.fail("it was accepted"), (error) => error);
  assert.ok(error instanceof ProviderError, String(error));
  return error;
}

const TABLE: readonly [status: number, retryClass: RetryClass, isAmbiguous: boolean][] = [
  [400, "never", false],
  [401, "pause", false],
  [402, "pause", false],
  [403, "pause", false],
  [404, "never", false],
  [413, "never", false],
  [422, "never", false],
  [429, "wait", false],
  [418, "backoff", false],
  [408, "wait", true],
  [500, "wait", true],
  [502, "wait", true],
  [503, "wait", true],
  [504, "wait", true],
];

for (const [status, retryClass, isAmbiguous] of TABLE) {
  Deno.test(`HTTP ${status} to a submit is ${retryClass}${isAmbiguous ? ", and leaves open whether there is a tune" : ""}`, async () => {
    const error = await refusal(Response.json({ error: "No can do" }, { status }));
    assert.deepEqual(
      [error.failure.retryClass, error.failure.code, error.failure.message, error.isAmbiguous],
      [retryClass, `http_${status}`, "No can do", isAmbiguous],
    );
    assert.equal(error.isUnreachable, isAmbiguous, "what leaves it open is weather");
  });
}

Deno.test("errors by field are shown as Astria wrote them", async () => {
  const errors = { images: ["can't be blank"], title: ["is too long (maximum is 255 characters)"] };
  const { failure } = await refusal(Response.json(errors, { status: 422 }));
  assert.equal(failure.message, JSON.stringify(errors));
  assert.deepEqual(failure.raw, errors);
});

Deno.test("an error without words is named by its status", async () => {
  for (const body of ["", "<html>gateway</html>", '"x"', "null", "7"]) {
    const { failure } = await refusal(new Response(body, { status: 422 }));
    assert.equal(failure.message, "Astria answered HTTP 422", body);
  }
});

Deno.test("a hint how long to wait is honoured", async () => {
  const { failure } = await refusal(new Response("{}", { status: 429, headers: { "retry-after": "90" } }));
  assert.equal(failure.retryAfterMs, 90_000);
});
