import assert from "node:assert/strict";
import { EsteiraError } from "../../../shared/errors/errors.ts";
import { fakeLink } from "../testing/fake_link.ts";
import { fakeServer, type Request } from "../testing/fake_server.ts";
import { manualClock, settle } from "../testing/manual_clock.ts";
import type { Call } from "./call.ts";
import { createHttp } from "./http.ts";

/** @param answers what the server does with each request in turn; the last goes on */
function setUp(...answers: ((request: Request) => Response | Promise<Response>)[]) {
  const clock = manualClock();
  const link = fakeLink();
  const server = fakeServer(() => clock.now());
  let n = 0;
  server.fate = (request) => answers[Math.min(n++, answers.length - 1)]!(request);
  const http = createHttp({ supabase: server.supabase, link, surroundings: clock });
  /** Calls, and lets time pass until there is an outcome; how long that took. */
  async function call(call: Call) {
    let outcome: { body?: unknown; isSame?: boolean; error?: EsteiraError } | undefined;
    const begun = clock.now();
    http.call(call).then((answer) => outcome = answer, (error) => outcome = { error });
    for (let i = 0; i < 10_000 && !outcome; i++) await clock.pass(i === 0 ? 0 : 100);
    return { ...outcome, took: clock.now() - begun };
  }
  return { clock, link, server, http, call };
}

const say = (body: unknown, status = 200, headers: Record<string, string> = {}) => () =>
  new Response(status === 304 ? null : typeof body === "string" ? body : JSON.stringify(body), {
    status,
    headers,
  });
const refuse = (code: string, status: number, details = {}, headers = {}) =>
  say({ error: { code, message: `no: ${code}`, details } }, status, headers);
const unreachable = () => {
  throw new TypeError("Failed to fetch");
};

Deno.test("each refusal is an EsteiraError with the server's code, status and details, asked for once", async () => {
  const { call, server } = setUp(refuse("insufficient_credits", 402, { balance: 1, price: 5 }));
  const { error } = await call({ method: "POST", path: "jobs", body: {}, isRepeatable: true });
  assert.ok(error instanceof EsteiraError);
  assert.deepEqual(
    [error.code, error.status, error.message, error.details],
    ["insufficient_credits", 402, "no: insufficient_credits", { balance: 1, price: 5 }],
  );
  assert.equal(server.requests.length, 1);
});

for (
  const [what, answer, expected] of [
    ["a network that is down", unreachable, ["network", 0]],
    ["a page of a portal", say("<html>Wi-Fi</html>"), ["malformed_answer", 0]],
    ["the gateway's own 404", say({ message: "Requested function was not found" }, 404), [
      "platform_error",
      404,
    ]],
    ["the gateway's own 429", say("slow down", 429), ["too_many_requests", 429]],
    ["a worker that was killed", say("", 546), ["platform_error", 546]],
    ["an error of ours", refuse("database_unavailable", 503), ["database_unavailable", 503]],
  ] as const
) {
  Deno.test(`${what} is an EsteiraError too`, async () => {
    const { error } = await setUp(answer).call({ path: "jobs" });
    assert.ok(error instanceof EsteiraError);
    assert.deepEqual([error.code, error.status], expected);
  });
}

Deno.test("a read is asked for again, up to four times, with pauses that grow", async () => {
  const { call, server } = setUp(unreachable);
  const { took } = await call({ path: "jobs" });
  assert.equal(server.requests.length, 4);
  assert.ok(took >= 1700 && took <= 2000, `half of 0.5, 1 and 2 s: ${took}`);
  const well = setUp(unreachable, refuse("internal_error", 500), say({ jobs: [] }));
  assert.deepEqual((await well.call({ path: "jobs" })).body, { jobs: [] });
});

Deno.test("what may not be repeated is not", async () => {
  const { call, server } = setUp(unreachable);
  assert.equal((await call({ method: "POST", path: "jobs/uploads", body: {} })).error?.code, "network");
  assert.equal(server.requests.length, 1);
});

Deno.test("a server that says when to come back is left alone until then, or told on if that is long", async () => {
  const soon = setUp(refuse("too_many_creates", 429, {}, { "retry-after": "4" }), say({ job: {} }));
  const { body, took } = await soon.call({ method: "POST", path: "jobs", body: {}, isRepeatable: true });
  assert.deepEqual(body, { job: {} });
  assert.ok(took >= 4000, `${took}`);
  const late = setUp(refuse("too_many_creates", 429, { retryAt: "2026-11-26T13:00:00Z" }));
  assert.equal((await late.call({ path: "jobs" })).error?.code, "too_many_creates");
  assert.equal(late.server.requests.length, 1);
});

Deno.test("a try that takes longer than 15 s is given up, and aborted", async () => {
  let signal: AbortSignal | undefined;
  const { call, server } = setUp((request) => {
    signal = (request as unknown as { signal: AbortSignal }).signal;
    return new Promise<Response>(() => {});
  });
  const { error } = await call({ path: "jobs", tries: 1 });
  assert.deepEqual([error?.code, server.requests.length, signal?.aborted], ["timed_out", 1, true]);
});

Deno.test("a caller's signal ends the call at once, whatever it waits for", async () => {
  for (const answer of [unreachable, () => new Promise<Response>(() => {})]) {
    const { http, clock } = setUp(answer);
    const controller = new AbortController();
    const asked = http.call({ path: "jobs", signal: controller.signal });
    asked.catch(() => {});
    await clock.pass(10);
    const reason = new Error("left");
    controller.abort(reason);
    await assert.rejects(asked, reason);
    assert.equal(clock.timers(), 0, "no timer is left");
  }
});

// @acceptance 000:65
Deno.test("a token that is refused is changed once, then the refusal is told", async () => {
  const { call, server, link } = setUp(refuse("unauthenticated", 401), say({ jobs: [] }));
  let tokens = 0;
  link.token = () => Promise.resolve(`token ${++tokens}`);
  assert.deepEqual((await call({ path: "jobs" })).body, { jobs: [] });
  assert.notEqual(server.requests[0]?.headers.Authorization, server.requests[1]?.headers.Authorization);
  const revoked = setUp(refuse("unauthenticated", 401));
  let refreshed = 0;
  Object.assign(revoked.server.supabase, { auth: { refreshSession: () => Promise.resolve(refreshed++) } });
  assert.equal((await revoked.call({ path: "jobs" })).error?.status, 401);
  assert.deepEqual([revoked.server.requests.length, refreshed], [2, 1]);
});

Deno.test("who is not signed in is told so, and nothing is sent", async () => {
  const { call, server, link } = setUp(say({}));
  link.token = () => Promise.resolve(null);
  const { error } = await call({ path: "jobs" });
  assert.deepEqual([error?.code, error?.status, server.requests.length], ["unauthenticated", 401, 0]);
});

Deno.test("an address that is polled is asked with its ETag, and 304 is the last answer", async () => {
  const { call, server, link } = setUp(
    say({ jobs: [1] }, 200, { etag: '"a"' }),
    say(null, 304),
    say({ jobs: [2] }, 200, { etag: '"b"' }),
  );
  const first = await call({ path: "jobs", isPolled: true });
  const second = await call({ path: "jobs", isPolled: true });
  assert.deepEqual([first.isSame, second.isSame, second.body === first.body], [false, true, true]);
  assert.equal(server.requests[1]?.headers["If-None-Match"], '"a"');
  link.signIn("user-2");
  await call({ path: "jobs", isPolled: true });
  assert.equal(server.requests[2]?.headers["If-None-Match"], undefined, "what another user saw is forgotten");
});

Deno.test("what one user has asked for is given up when another one signs in", async () => {
  const { http, link } = setUp(() => new Promise<Response>(() => {}));
  const asked = http.call({ path: "jobs" });
  asked.catch(() => {});
  await settle();
  link.signIn("user-2");
  await assert.rejects(asked, { code: "user_changed" });
});

Deno.test("the server's clock is known from its answers, within half of how long they took", async () => {
  const { http, clock } = setUp(async () => {
    await new Promise<void>((resolve) => clock.setTimeout(resolve, 200));
    return say({}, 200, { "esteira-time": new Date(clock.now() + 3_600_000 - 100).toISOString() })();
  });
  assert.equal(http.clock.now(), null);
  const asked = http.call({ path: "jobs" });
  await clock.pass(200);
  const { askedAt } = await asked;
  assert.equal(http.clock.now(), clock.now() + 3_600_000);
  assert.equal(askedAt, clock.now() + 3_600_000 - 200, "when it was asked, by the server's clock");
});

Deno.test("a token that cannot be had because the network is down is asked for again, like all else", async () => {
  const { link, clock, http } = setUp(say({ job: {} }));
  let isAway = true;
  link.token = () =>
    isAway ? Promise.reject(new Error("the session cannot be renewed")) : Promise.resolve("token");
  const asked = http.call({ method: "POST", path: "jobs", body: {}, isRepeatable: true, isPatient: true });
  asked.catch(() => {});
  await clock.pass(600_000);
  isAway = false;
  clock.tell("online");
  await clock.pass(0);
  assert.deepEqual((await asked).body, { job: {} });
});
