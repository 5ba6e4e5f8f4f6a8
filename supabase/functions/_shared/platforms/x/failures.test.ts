/** Each error of X's documentation, and those that others have seen, with its class (docs/platforms/x.md#errors). */
import assert from "node:assert/strict";
import { ACCESS_TOKEN, errorOf } from "../kit/work_fixture.ts";
import { fakeX, kindOf, problem, SCOPES, xWork } from "./fake_x.ts";
import { preparePost } from "./post.ts";

type Said = Parameters<typeof problem>[1];

/** The error that a post makes of an answer, there being no posts. */
async function refusedPost(answer: Response, work: Parameters<typeof xWork>[1] = {}) {
  await using server = fakeX();
  server.answer("post", answer);
  return await errorOf(preparePost(xWork(server.url, work)).send(new AbortController().signal));
}

const DOCUMENTED: readonly (readonly [number, Said, string])[] = [
  // What is documented as a kind.
  [400, { type: kindOf("invalid-request"), title: "Invalid Request" }, "never publication invalid_request"],
  [
    404,
    { type: kindOf("resource-not-found"), title: "Not Found Error" },
    "never publication resource_not_found",
  ],
  [403, { type: kindOf("not-authorized-for-resource") }, "never publication not_authorized_for_resource"],
  [403, { type: kindOf("not-authorized-for-field") }, "never publication not_authorized_for_field"],
  [403, { type: kindOf("field-unauthorized") }, "never publication not_authorized_for_field"],
  [403, { type: kindOf("disallowed-resource") }, "never publication disallowed_resource"],
  [
    403,
    { type: kindOf("client-forbidden"), reason: "client-not-enrolled" },
    "pause platform client_forbidden",
  ],
  [403, { type: kindOf("oauth1-permissions") }, "pause platform client_forbidden"],
  [403, { type: kindOf("unsupported-authentication") }, "reconnect connection access_refused"],
  [403, { title: "Unsupported Authentication" }, "reconnect connection access_refused"],
  [403, { type: kindOf("user-suspended") }, "never publication user_suspended"],
  [429, { type: kindOf("usage-capped"), title: "UsageCapExceeded" }, "pause platform usage_capped"],
  [403, { type: kindOf("usage-capped") }, "pause platform usage_capped"],
  [403, { title: "UsageCapExceeded" }, "pause platform usage_capped"],
  [429, { type: kindOf("rate-limit-exceeded") }, "wait connection rate_limited"],
  [429, { title: "Too Many Requests" }, "wait connection rate_limited"],
  [402, { title: "CreditsDepleted", type: kindOf("credits") }, "pause platform credits_depleted"],
  [402, {}, "pause platform credits_depleted"],
  [403, { title: "SpendCapReached" }, "pause platform spend_cap_reached"],
  [426, { type: kindOf("unsupported-version") }, "pause platform version_sunset"],
  [426, {}, "pause platform version_sunset"],
  [401, { title: "Unauthorized", detail: "Unauthorized" }, "reconnect connection access_refused"],
  [400, {}, "never publication invalid_request"],
  [403, { title: "Forbidden", detail: "Forbidden" }, "never publication forbidden"],
  [409, {}, "backoff publication http_409"],
  [413, {}, "never publication http_413"],
  [418, {}, "never publication http_418"],
  // What is told by words alone.
  [403, { detail: "You are not permitted to perform this action." }, "never publication not_permitted"],
  [403, { detail: "A Tweet can have a maximum of 4 items." }, "never publication too_many_media"],
  [403, { detail: "A Tweet can have a maximum of one cashtag." }, "never publication too_many_cashtags"],
  [403, vague("A Tweet can have a maximum of 4 items."), "never publication too_many_media"],
  [400, vague("Your media IDs are invalid."), "backoff publication media_gone"],
  [
    403,
    { detail: "Your account is suspended and is not permitted to access this feature." },
    "never publication user_suspended",
  ],
  [403, { detail: "Your account is temporarily locked." }, "reconnect connection account_locked"],
  [
    403,
    { detail: "Reply to this conversation is not allowed because you have not been mentioned" },
    "never publication reply_refused",
  ],
  [403, { detail: "User is over daily status update limit." }, "wait connection update_limit"],
  [403, { reason: "The token was not granted the scope tweet.write." }, "reconnect connection missing_scope"],
  // The codes of the older API.
  ...[
    [32, "reconnect connection access_refused"],
    [64, "never publication user_suspended"],
    [88, "wait connection rate_limited"],
    [89, "reconnect connection access_refused"],
    [185, "wait connection update_limit"],
    [186, "never publication text_too_long"],
    [226, "wait connection looks_automated"],
    [261, "pause platform client_forbidden"],
    [324, "never publication media_refused"],
    [325, "backoff publication media_gone"],
    [326, "reconnect connection account_locked"],
    [386, "never publication too_many_media"],
    [433, "never publication reply_refused"],
  ].map(([code, verdict]) => [403, { errors: [{ code, message: "…" }] }, verdict] as [number, Said, string]),
];

function vague(message: string): Said {
  const detail = "One or more parameters to your request was invalid.";
  return {
    title: "Invalid Request",
    type: kindOf("invalid-request"),
    detail,
    errors: [{ parameters: {}, message }],
  };
}

for (const [status, said, verdict] of DOCUMENTED) {
  Deno.test(`${status} ${JSON.stringify(said)} is ${verdict}, and no post`, async () => {
    const { failure, isAmbiguous, isUnreachable } = await refusedPost(problem(status, said));
    assert.equal(`${failure.class} ${failure.scope} ${failure.code}`, verdict);
    assert.deepEqual([isAmbiguous, isUnreachable], [false, false]);
    assert.ok(failure.message.length > 0);
  });
}

Deno.test("what a person is told is what X says was wrong, not only that something was", async () => {
  const { failure } = await refusedPost(problem(400, vague("Your media IDs are invalid.")));
  assert.equal(failure.message, "Your media IDs are invalid.");
});

for (const status of [500, 502, 503, 504, 522, 408]) {
  Deno.test(`${status} leaves a post in doubt and is weather, whatever is said`, async () => {
    const answers = [
      new Response("<html>", { status }),
      new Response("", { status }),
      problem(status, { title: "Service Unavailable" }),
      problem(status, { type: kindOf("internal-error") }),
      problem(status, { detail: "You are not allowed to create a Tweet with duplicate content." }),
    ];
    for (const answer of answers) {
      const { failure, isAmbiguous, isUnreachable } = await refusedPost(answer);
      assert.deepEqual([failure.class, isAmbiguous, isUnreachable], ["unknown", true, true]);
    }
  });
}

for (
  const [what, answer] of [
    ["a success without a post", Response.json({}, { status: 201 })],
    ["a success that is a page", new Response("<html>", { status: 200 })],
    ["nothing at all", new Response(null, { status: 204 })],
    ["a redirect", new Response(null, { status: 302, headers: { location: "https://x.com/login" } })],
  ] as const
) {
  Deno.test(`${what} leaves a post in doubt: it may be there`, async () => {
    const { failure, isAmbiguous, isUnreachable } = await refusedPost(answer);
    assert.deepEqual([failure.class, isAmbiguous, isUnreachable], ["unknown", true, false]);
  });
}

Deno.test("the page of somebody between refuses nothing: it is tried again, and no account is disconnected for it", async () => {
  for (const status of [400, 401, 402, 403, 404]) {
    const { failure, isAmbiguous } = await refusedPost(new Response("<html>Blocked</html>", { status }));
    assert.deepEqual([failure.class, failure.code, isAmbiguous], ["backoff", `http_${status}`, false]);
  }
});

/** Headers of a 429, and whom it holds for how long. */
const WINDOWS: readonly (readonly [Record<string, string>, string, number])[] = [
  [{}, "connection", 900_000],
  [{ "retry-after": "7" }, "connection", 7_000],
  [{ "x-rate-limit-remaining": "0", "x-rate-limit-reset": inSeconds(120) }, "connection", 121_000],
  [{ "x-rate-limit-remaining": "12", "x-rate-limit-reset": inSeconds(120) }, "connection", 900_000],
  [
    { "x-user-limit-24hour-remaining": "0", "x-user-limit-24hour-reset": inSeconds(7_200) },
    "connection",
    7_201_000,
  ],
  [
    { "x-app-limit-24hour-remaining": "0", "x-app-limit-24hour-reset": inSeconds(7_200) },
    "platform",
    7_201_000,
  ],
];

function inSeconds(seconds: number): string {
  return String(Math.floor(Date.now() / 1000) + seconds);
}

for (const [headers, scope, ms] of WINDOWS) {
  Deno.test(`too many requests with ${JSON.stringify(Object.keys(headers))} hold the ${scope} for ${ms} ms`, async () => {
    const { failure } = await refusedPost(problem(429, { headers }));
    assert.deepEqual([failure.class, failure.scope], ["wait", scope]);
    const off = Math.abs((failure.retryAfterMs ?? 0) - ms);
    assert.ok(off <= 10_000, `${failure.retryAfterMs}`);
  });
}

Deno.test("no word of a refusal holds the token", async () => {
  const { failure } = await refusedPost(
    problem(401, { detail: `Bad token ${ACCESS_TOKEN}`, [ACCESS_TOKEN]: 1 }),
    {
      connection: { externalId: "1001", displayName: null, settings: {}, scopes: SCOPES },
    },
  );
  assert.doesNotMatch(JSON.stringify(failure), new RegExp(ACCESS_TOKEN));
});
