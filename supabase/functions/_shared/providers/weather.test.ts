/** Weather: a provider that is down or cannot be reached, told by every provider in the same way, whatever is asked. */
import fc from "fast-check";
import assert from "node:assert/strict";
import { toldToOwner } from "../engine/endings.ts";
import type { WorkItem } from "../engine/work_item.ts";
import { fakeServer, nobodysUrl, rudeServer } from "../runtime/fake_runtime.ts";
import { callsBesides, type Case, everyProvider, submit } from "./every_provider_fixture.ts";
import { ProviderError } from "./provider.ts";

async function errorOf(call: Promise<unknown>): Promise<ProviderError> {
  const error: unknown = await call.then(
    (answer) => assert.fail(`answered ${JSON.stringify(answer)}`),
    (error) => error,
  );
  assert.ok(error instanceof ProviderError, String(error));
  return error;
}

/** What a call says of the weather, and of the task. */
const sky = (
  { failure, isAmbiguous, isUnreachable }: ProviderError,
) => [failure.retryClass, isAmbiguous, isUnreachable];
const WEATHER = ["wait", false, true];
const WEATHER_IN_DOUBT = ["wait", true, true];

/** Checks every call besides the submit. `says`: what each error says, if it is known. */
async function isWeather({ provider }: Case, work: WorkItem, says?: string): Promise<void> {
  for (const [name, call] of callsBesides(provider)) {
    const error = await errorOf(call(work));
    assert.deepEqual(sky(error), WEATHER, `${name}: ${error}`);
    assert.equal(error.failure.message, says ?? error.failure.message, name);
    hasNoAddress(error, work);
  }
}

/** What its owner reads of a job names no machine of ours; what the kit says of a connection does not even before. */
function hasNoAddress({ failure }: ProviderError, work: WorkItem): void {
  const message = failure.code === "unreachable" ? failure.message : toldToOwner(failure.message);
  const { host, hostname, port } = new URL(work.account.settings?.base_url ?? "");
  for (const part of [host, hostname, ...port ? [port] : []]) assert.ok(!message.includes(part), message);
  assert.doesNotMatch(message, /\d+\.\d+\.\d+\.\d+|localhost|https?:/);
}

/** Runs `body` with calls that time out after `milliseconds` and not as long as they really may take. */
async function withShortTimeouts(milliseconds: number, body: () => Promise<void>): Promise<void> {
  const real = AbortSignal.timeout;
  AbortSignal.timeout = () => real.call(AbortSignal, milliseconds);
  try {
    await body();
  } finally {
    AbortSignal.timeout = real;
  }
}

for (const one of everyProvider()) {
  const { provider, workAt } = one;
  const { name } = provider;
  const isOnceAnswered = callsBesides(provider).length === 0;

  Deno.test(`${name}: a connection that was never made carried no submit: the job waits, nothing is in doubt`, async () => {
    await using plain = rudeServer("hangs up");
    const unreachable = {
      "it refused the connection": nobodysUrl(),
      "its name has no address": "http://no-such-host.invalid",
      "no secure connection": plain.url.replace("http:", "https:"),
    };
    for (const [why, url] of Object.entries(unreachable)) {
      const work = workAt(url);
      const error = await errorOf(submit(provider, work));
      assert.deepEqual(sky(error), WEATHER, url);
      assert.deepEqual([error.failure.code, error.failure.message], [
        "unreachable",
        `The provider could not be reached: ${why}`,
      ]);
      assert.ok(String(error.cause).includes(new URL(url).host), "the operator is told where");
      hasNoAddress(error, work);
      await isWeather(one, work);
    }
  });

  Deno.test(`${name}: a connection that broke, or silence, leaves a submit in doubt, and nothing else`, async () => {
    for (const manners of ["hangs up", "breaks off", "says nothing"] as const) {
      await using server = rudeServer(manners);
      const work = workAt(server.url);
      await withShortTimeouts(40, async () => {
        const error = await errorOf(submit(provider, work, AbortSignal.timeout(40)));
        assert.deepEqual(sky(error), WEATHER_IN_DOUBT, manners);
        hasNoAddress(error, work);
        // Who waits for ever is hung up on in the end, which says something else.
        const says = manners === "says nothing" ? "The provider did not answer in time" : undefined;
        assert.equal(error.failure.message, says ?? error.failure.message);
        await isWeather(one, work, says);
      });
    }
  });

  Deno.test(`${name}: a submit that we gave up is in doubt, and says nothing of the weather; before it was sent, not even that`, async () => {
    await using server = rudeServer("says nothing");
    const given = new AbortController();
    const sending = errorOf(submit(provider, workAt(server.url), given.signal));
    setTimeout(() => given.abort(), 40);
    const { isAmbiguous, isUnreachable, failure } = await sending;
    assert.deepEqual([isAmbiguous, isUnreachable, failure.code], [true, false, "unreachable"]);
    await using untouched = fakeServer(() => new Response(""));
    const unsent = await errorOf(submit(provider, workAt(untouched.url), AbortSignal.abort()));
    assert.deepEqual(sky(unsent), ["wait", false, false]);
    assert.equal(untouched.requests.length, 0);
  });

  Deno.test(`${name}: a server's error is weather, whatever it says; a submit is in doubt`, async () => {
    let answer = () => new Response("");
    await using server = fakeServer(() => answer());
    const work = workAt(server.url);
    const said = fc.oneof(
      fc.constantFrom("", "<html>502 Bad Gateway</html>", "null", "[]", '"no"'),
      fc.constantFrom("upstream 10.0.0.7:8080 failed", `no answer from ${server.url}`).chain((text) =>
        fc.constantFrom(
          text,
          ...["detail", "error", "message", "msg", "title"].map((key) => JSON.stringify({ [key]: text })),
        )
      ),
    );
    const status = fc.oneof(fc.integer({ min: 500, max: 599 }), fc.constant(isOnceAnswered ? 500 : 408));
    await fc.assert(
      fc.asyncProperty(status, said, fc.nat(7_200), async (status, body, seconds) => {
        answer = () => new Response(body, { status, headers: { "retry-after": String(seconds) } });
        const error = await errorOf(submit(provider, work));
        // The class is nobody's concern while it is in doubt.
        assert.deepEqual(
          sky(error).slice(isOnceAnswered ? 1 : 0),
          WEATHER_IN_DOUBT.slice(isOnceAnswered ? 1 : 0),
        );
        assert.equal(
          error.failure.retryAfterMs,
          seconds === 0 ? undefined : Math.min(seconds * 1000, 3_600_000),
        );
        hasNoAddress(error, work);
        await isWeather(one, work);
      }),
      { numRuns: 40 },
    );
  });

  Deno.test(`${name}: too many requests is no weather: the job waits, as long as the provider asks for`, async () => {
    const headers = { "retry-after": "120000" };
    await using server = fakeServer(() =>
      Response.json({ code: 429, msg: "Slow down" }, { status: 429, headers })
    );
    const work = workAt(server.url);
    for (
      const [, call] of [
        ["submit", (work: WorkItem) => submit(provider, work)] as const,
        ...callsBesides(provider),
      ]
    ) {
      const error = await errorOf(call(work));
      assert.deepEqual(sky(error), ["wait", false, false]);
      assert.equal(error.failure.retryAfterMs, 3_600_000);
    }
  });

  Deno.test(`${name}: a wait that is told in words or in a field is kept as well`, async () => {
    const told = [
      { detail: "Request was throttled. Expected available in 61 seconds." },
      { code: 429, msg: "Too many requests, try again in 1 minute and 1 second" },
      { error: { message: "Rate limit reached. Please try again in 1m1s.", type: "tokens" } },
      { error: "Slow down: wait 61 s" },
      { title: "Throttled", detail: "Slow down", retry_after: 61 },
    ];
    for (const body of told) {
      await using server = fakeServer(() => Response.json(body, { status: 429 }));
      const error = await errorOf(submit(provider, workAt(server.url)));
      assert.deepEqual([...sky(error), error.failure.retryAfterMs], ["wait", false, false, 61_000]);
    }
  });
}
