/** More webhooks than can be stored: what is taken is stored once, the rest is asked to come again, and then is taken. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { errorBody } from "../../../../shared/errors/error_body.ts";
import { fakeSupabase } from "../engine/fake_supabase.ts";
import { TOKEN } from "../engine/work_item_fixture.ts";
import { runninghubReceiver } from "../providers/runninghub/receiver.ts";
import { fakeEdgeRuntime, recordLogs } from "../runtime/fake_runtime.ts";
import { webhookApp } from "./webhook_app.ts";
import { webhookLimits } from "./webhook_limits.ts";

const logs = recordLogs();
const edge = fakeEdgeRuntime();
const project = fakeSupabase();

/** How busy the database is with webhooks, and has been at most. */
const busy = { now: 0, most: 0 };
/** Answers after a while, as a database that has much to do. */
const slowly = (answer: unknown) => async () => {
  busy.most = Math.max(busy.most, ++busy.now);
  await new Promise((resolve) => setTimeout(resolve, 2));
  busy.now--;
  return answer;
};

function startFlood() {
  Object.assign(busy, { now: 0, most: 0 });
  project.answers.webhook_account = slowly({ settings: {}, webhook_secret: null });
  project.answers.webhook = slowly({ verdict: "duplicate" });
}

const idOf = (n: number) => `0199d2c4-8a6b-7c3d-9e4f-${String(n).padStart(12, "0")}`;

function requestOf(n: number): Request {
  const address = `https://abc.supabase.co/runninghub-webhook/${idOf(n)}/${TOKEN}`;
  return new Request(address, {
    method: "POST",
    body: JSON.stringify({ event: "TASK_END", taskId: String(n) }),
  });
}

/** Sends webhook `n`. Whether it was taken; if it was not, it was asked to come again, and nothing of it was read. */
async function send(app: ReturnType<typeof webhookApp>, n: number): Promise<boolean> {
  const request = requestOf(n);
  const response = await app.fetch(request);
  const body = await response.json();
  if (response.status === 200) return true;
  const { code, details } = errorBody.parse(body).error;
  assert.deepEqual([response.status, code, request.bodyUsed], [503, "overloaded", false]);
  const seconds = Number(response.headers.get("retry-after"));
  assert.ok(seconds >= 1 && seconds <= 5, `${seconds}`);
  assert.ok(Date.parse(String(details.retryAt)) > Date.now());
  return false;
}

const storedIds = () => project.callsOf("webhook").map(({ p_job_id }) => String(p_job_id)).toSorted();

Deno.test("however they come, the database is asked so much at once, and each is stored once who comes again", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 3 }),
      fc.integer({ min: 1, max: 12 }),
      fc.integer({ min: 1, max: 5 }),
      async (waves, atOnce, calls) => {
        project.reset();
        startFlood();
        const app = webhookApp(runninghubReceiver, { atOnce, calls, patienceMs: 60_000 });
        let count = 0;
        let refused: number[] = [];
        const sendAll = async (some: readonly number[]) => {
          const taken = await Promise.all(some.map((n) => send(app, n)));
          assert.ok(
            taken.filter(Boolean).length >= Math.min(atOnce, some.length),
            "as many as there is room for",
          );
          refused = some.filter((_, at) => !taken[at]);
        };
        for (const size of waves) {
          const wave = Array.from({ length: size }, () => count++);
          await sendAll([...refused, ...wave]);
        }
        while (refused.length > 0) await sendAll(refused);
        assert.ok(busy.most <= Math.min(calls, atOnce), `${busy.most} at once`);
        assert.deepEqual(storedIds(), Array.from({ length: count }, (_, n) => idOf(n)));
        await edge.idle();
      },
    ),
    { numRuns: 25 },
  );
});

Deno.test("who finds no way to the database in time is asked to come again, and nothing of it is read", async () => {
  project.reset();
  const free = Promise.withResolvers<void>();
  project.answers.webhook_account = async () => {
    await free.promise;
    return { settings: {}, webhook_secret: null };
  };
  project.answers.webhook = { verdict: "duplicate" };
  const app = webhookApp(runninghubReceiver, { atOnce: 10, calls: 1, patienceMs: 20 });
  const first = send(app, 0);
  assert.equal(await send(app, 1), false);
  free.resolve();
  assert.deepEqual([await first, await send(app, 1)], [true, true]);
});

Deno.test("a Data API without a connection that is free, or a database without one, is 503 with Retry-After", async () => {
  for (const [code, status] of [["PGRST003", 504], ["53300", 503], ["57P03", 503], ["08006", 503]] as const) {
    project.reset();
    project.answers.webhook = Response.json({ code, message: "no connection" }, { status });
    const response = await webhookApp(runninghubReceiver).fetch(requestOf(0));
    const { error } = errorBody.parse(await response.json());
    assert.deepEqual([response.status, error.code], [503, "database_unavailable"], code);
    assert.ok(Number(response.headers.get("retry-after")) >= 1, code);
  }
});

Deno.test("an operator may let more or fewer be under way; what is no number is not heeded", () => {
  const { atOnce } = webhookLimits();
  try {
    for (
      const [text, most] of [["0", 0], [" 250 ", 250], ["many", atOnce], ["-1", atOnce], [
        "",
        atOnce,
      ]] as const
    ) {
      Deno.env.set("ESTEIRA_WEBHOOKS_AT_ONCE", text);
      assert.equal(webhookLimits().atOnce, most, text);
    }
  } finally {
    Deno.env.delete("ESTEIRA_WEBHOOKS_AT_ONCE");
  }
});

Deno.test("a flood that is refused is told in the log, and not once for each", async () => {
  logs.length = 0;
  const app = webhookApp(runninghubReceiver, { atOnce: 0, calls: 1, patienceMs: 1 });
  await Promise.all(Array.from({ length: 50 }, (_, n) => send(app, n)));
  assert.deepEqual(logs.filter((line) => line.includes("overloaded")).length, 1);
});
