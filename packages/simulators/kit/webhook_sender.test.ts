import assert from "node:assert/strict";
import { serveLocally } from "./http_server.ts";
import { type WebhookAttempt, WebhookSender, type WebhookSenderOptions } from "./webhook_sender.ts";

interface Exchange {
  readonly url: string;
  readonly bodies: string[];
  readonly attempts: { attempt: WebhookAttempt; retry: number }[];
  readonly sender: WebhookSender;
  /** Sends `{"n":1}` and resolves after as many attempts. */
  sendUntil(attempts: number): Promise<void>;
}

async function withReceiver(
  answer: (n: number) => Response | Promise<Response>,
  options: WebhookSenderOptions,
  test: (exchange: Exchange) => Promise<void>,
): Promise<void> {
  const bodies: string[] = [];
  const attempts: Exchange["attempts"] = [];
  const server = serveLocally(async (request) => {
    assert.equal(request.method, "POST");
    assert.equal(request.headers.get("content-type"), "application/json");
    bodies.push(await request.text());
    return await answer(bodies.length);
  });
  const sender = new WebhookSender(options);
  const sendUntil = async (count: number) => {
    const enough = Promise.withResolvers<void>();
    await sender.send({
      url: server.url,
      body: '{"n":1}',
      onAttempt(attempt, retry) {
        attempts.push({ attempt, retry });
        if (attempts.length === count) enough.resolve();
      },
    });
    await enough.promise;
  };
  try {
    await test({ url: server.url, bodies, attempts, sender, sendUntil });
  } finally {
    await sender.close();
    await server.close();
  }
}

const FAST: WebhookSenderOptions = { retryDelaysMs: [1, 1, 1], timeoutMs: 5_000 };

Deno.test("an accepted webhook is sent once, and its answer is kept", () =>
  withReceiver(
    () => new Response("thanks", { status: 201 }),
    FAST,
    async ({ attempts, bodies, sendUntil }) => {
      await sendUntil(1);
      const only = attempts[0]?.attempt;
      assert.ok(only?.kind === "answered");
      assert.deepEqual([only.status, only.body], [201, "thanks"]);
      assert.deepEqual(bodies, ['{"n":1}']);
    },
  ));

Deno.test("a refused webhook is sent again until it is accepted, and not after that", () =>
  withReceiver((n) => new Response(null, { status: n < 3 ? 500 : 200 }), FAST, async (exchange) => {
    await exchange.sendUntil(3);
    await exchange.sender.idle();
    assert.deepEqual(exchange.attempts.map(({ retry }) => retry), [0, 1, 2]);
    assert.deepEqual(exchange.bodies, Array(3).fill('{"n":1}'));
  }));

Deno.test("a webhook that is never accepted is given up after the last delay", () =>
  withReceiver(() => new Response(null, { status: 404 }), FAST, async (exchange) => {
    await exchange.sendUntil(4);
    await exchange.sender.idle();
    assert.equal(exchange.bodies.length, 4);
  }));

Deno.test("the delays of the schedule are kept between attempts", () =>
  withReceiver(
    () => new Response(null, { status: 503 }),
    { retryDelaysMs: [20, 60], timeoutMs: 5_000 },
    async ({ attempts, sendUntil }) => {
      await sendUntil(3);
      const times = attempts.map(({ attempt }) => attempt.at.getTime());
      const [first = 0, second = 0, third = 0] = times;
      assert.ok(second - first >= 19, `${second - first} ms`);
      assert.ok(third - second >= 59, `${third - second} ms`);
    },
  ));

Deno.test("a receiver that does not answer in time is a failed attempt, and tried again", async () => {
  const release = Promise.withResolvers<void>();
  await withReceiver(
    async (n) => {
      if (n === 1) await release.promise;
      return new Response("late");
    },
    { retryDelaysMs: [1], timeoutMs: 150 },
    async ({ attempts, sendUntil }) => {
      await sendUntil(2);
      release.resolve();
      assert.deepEqual(attempts.map(({ attempt }) => attempt.kind), ["failed", "answered"]);
      const first = attempts[0]?.attempt;
      assert.ok(first?.kind === "failed" && first.error === "Read timed out");
    },
  );
});

Deno.test("a redirect is a refusal and is not followed", () =>
  withReceiver(
    () => new Response(null, { status: 302, headers: { location: "/elsewhere" } }),
    { retryDelaysMs: [], timeoutMs: 5_000 },
    async ({ attempts, bodies, sendUntil }) => {
      await sendUntil(1);
      const only = attempts[0]?.attempt;
      assert.ok(only?.kind === "answered" && only.status === 302);
      assert.equal(bodies.length, 1);
    },
  ));

Deno.test("nobody listening is a failed attempt", async () => {
  const closed = serveLocally(() => new Response());
  await closed.close();
  const sender = new WebhookSender({ retryDelaysMs: [], timeoutMs: 5_000 });
  const kinds: string[] = [];
  await sender.send({ url: closed.url, body: "{}", onAttempt: (attempt) => void kinds.push(attempt.kind) });
  await sender.close();
  assert.deepEqual(kinds, ["failed"]);
});

Deno.test("close ends a long wait between attempts and an attempt under way", async () => {
  const release = Promise.withResolvers<void>();
  await withReceiver(
    async (n) => {
      if (n === 2) await release.promise;
      return new Response(null, { status: 500 });
    },
    { retryDelaysMs: [600_000], timeoutMs: 600_000 },
    async ({ attempts, bodies, sender, sendUntil, url }) => {
      await sendUntil(1);
      let reported = false;
      const second = sender.send({ url, body: "{}", onAttempt: () => void (reported = true) });

      const deadline = Date.now() + 5_000;
      while (bodies.length < 2 && Date.now() < deadline) {
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
      await sender.close();
      await second;
      release.resolve();
      assert.equal(bodies.length, 2);
      assert.equal(attempts.length, 1);
      assert.equal(reported, false, "an attempt that was given up is not reported");
    },
  );
});
