import assert from "node:assert/strict";
import { errorBody } from "../../../shared/errors/error_body.ts";
import { ticketResponse } from "../../../shared/requests/requests_events.ts";
import { fakeSupabase, refusal } from "../_shared/engine/fake_supabase.ts";
import { signedIn, USER_ID } from "../_shared/http/caller_fixture.ts";
import { fakeEdgeRuntime, recordLogs } from "../_shared/runtime/fake_runtime.ts";
import { app } from "./index.ts";
import { MOST_STREAMS } from "./places.ts";
import { signTicket, ticketKey } from "./ticket.ts";

const logs = recordLogs();
const edge = fakeEdgeRuntime();
const project = fakeSupabase();
const headersOf = signedIn();
const SESSION = "0199d2c4-8a6b-7c3d-9e4f-5a6b7c8d9e0f";
const PROJECT = "1b4e28ba-2fa1-4c1d-883f-0016d3cca427";

Deno.test.beforeEach(() => {
  project.answers.open_stream = null;
});

async function ask(method: string, path: string, headers: Record<string, string> = {}): Promise<Response> {
  return await app.fetch(new Request(`http://functions.example/events${path}`, { method, headers }));
}

async function refusedWith(response: Response): Promise<[number, string]> {
  return [response.status, errorBody.parse(await response.json()).error.code];
}

async function ticket(): Promise<string> {
  const headers = await headersOf({ session_id: SESSION });
  return ticketResponse.parse(await (await ask("POST", "/ticket", headers)).json()).ticket;
}

Deno.test("a stream is one, and is not compressed, kept or waited for by anybody in between", async () => {
  const response = await ask("GET", "/stream", await headersOf({ session_id: SESSION }));
  assert.equal(response.status, 200);
  assert.equal(response.headers.get("content-type"), "text/event-stream");
  assert.equal(response.headers.get("cache-control"), "no-store, no-transform");
  await response.body?.cancel();
  assert.deepEqual(project.callsOf("open_stream"), [
    { p_user_id: USER_ID, p_session_id: SESSION, p_projects: [], p_lanes: [] },
  ]);
});

Deno.test("it tells of the projects and lanes that are asked for, each once", async () => {
  const query = `?project=${PROJECT}&project=${PROJECT.toUpperCase()}&lane=kie&lane=fal&lane=kie`;
  const response = await ask("GET", `/stream${query}`, await headersOf());
  await response.body?.cancel();
  const [{ p_projects, p_lanes } = {}] = project.callsOf("open_stream");
  assert.deepEqual([p_projects, p_lanes], [[PROJECT], ["kie", "fal"]]);
});

Deno.test("what the database refuses is refused, and takes no place", async () => {
  const headers = await headersOf();
  project.answers.open_stream = refusal(404, "not_found", "You have no such project.", '{"project":"x"}');
  for (let n = 0; n <= MOST_STREAMS; n++) {
    const response = await ask("GET", `/stream?project=${PROJECT}`, headers);
    const { error } = errorBody.parse(await response.json());
    assert.deepEqual([response.status, error.code, error.details.project], [404, "not_found", "x"]);
  }
});

// @acceptance 001:160-169
Deno.test("a page of any origin may ask for a stream, and come back to it", async () => {
  const asked = { origin: "https://app.example", "access-control-request-method": "GET" };
  const names = "authorization,apikey,last-event-id";
  const response = await ask("OPTIONS", "/stream", { ...asked, "access-control-request-headers": names });
  assert.equal(response.headers.get("access-control-allow-origin"), "*");
  const allowed = (response.headers.get("access-control-allow-headers") ?? "").toLowerCase().split(",");
  assert.deepEqual(names.split(",").filter((name) => !allowed.includes(name)), []);
});

Deno.test("nobody streams without token or ticket, or with a bad one of either", async () => {
  const good = await ticket();
  for (
    const [path, headers] of [
      ["/stream", {}],
      ["/stream", { authorization: "Bearer x" }],
      [`/stream?ticket=${good}`, { authorization: "Bearer x" }],
      [`/stream?ticket=${"x".repeat(20)}.${"A".repeat(43)}`, {}],
    ] as const
  ) assert.deepEqual(await refusedWith(await ask("GET", path, headers)), [401, "unauthenticated"], path);
  for (
    const query of [
      "ticket=x",
      "ticket=",
      "project=x",
      "lane=Kie",
      "other=1",
      `ticket=${good}&ticket=${good}`,
    ]
  ) {
    const response = await ask("GET", `/stream?${query}`, await headersOf());
    assert.deepEqual(await refusedWith(response), [422, "invalid_input"], query);
  }
});

Deno.test("a ticket streams for its user until it is over, and is asked about each time", async () => {
  const answer = await ask("POST", "/ticket", await headersOf({ session_id: SESSION }));
  const { url, ticket, expiresAt } = ticketResponse.parse(await answer.json());
  assert.equal(answer.status, 201);
  const lifeMs = Date.parse(expiresAt) - Date.now();
  assert.ok(lifeMs > 59 * 60_000 && lifeMs <= 60 * 60_000);
  assert.equal(url, `${project.url}/functions/v1/events/stream?ticket=${ticket}`);
  project.calls.length = 0;
  const response = await ask("GET", `/stream?ticket=${ticket}`);
  assert.equal(response.status, 200);
  await response.body?.cancel();
  assert.deepEqual(project.callsOf("open_stream")[0], {
    p_user_id: USER_ID,
    p_session_id: SESSION,
    p_projects: [],
    p_lanes: [],
  });
  project.answers.open_stream = refusal(401, "unauthenticated", "gone");
  assert.deepEqual(await refusedWith(await ask("GET", `/stream?ticket=${ticket}`)), [401, "unauthenticated"]);
  const over = { userId: USER_ID, sessionId: SESSION, expiresAt: Date.now() - 1 };
  const old = await signTicket(over, await ticketKey("sb_secret_test"));
  assert.deepEqual(await refusedWith(await ask("GET", `/stream?ticket=${old}`)), [401, "unauthenticated"]);
});

Deno.test("a ticket gets no ticket, and opens no other function", async () => {
  const good = await ticket();
  const tries: Record<string, string>[] = [{}, { authorization: `Bearer ${good}` }, { apikey: good }];
  for (const headers of tries) {
    const response = await ask("POST", `/ticket?ticket=${good}`, headers);
    assert.deepEqual(await refusedWith(response), [401, "unauthenticated"]);
  }
});

Deno.test("no ticket is given for a token without a session, which could not be taken back", async () => {
  assert.deepEqual(await refusedWith(await ask("POST", "/ticket", await headersOf())), [403, "forbidden"]);
  project.answers.open_stream = refusal(401, "unauthenticated", "signed out");
  const headers = await headersOf({ session_id: SESSION });
  assert.deepEqual(await refusedWith(await ask("POST", "/ticket", headers)), [401, "unauthenticated"]);
});

Deno.test("a user has so many streams at a time and no more; who hangs up makes room", async () => {
  const headers = await headersOf();
  const streams = await Promise.all(
    Array.from({ length: MOST_STREAMS }, () => ask("GET", "/stream", headers)),
  );
  assert.ok(streams.every(({ status }) => status === 200));
  const refused = await ask("GET", "/stream", headers);
  assert.ok(Number(refused.headers.get("retry-after")) > 0);
  assert.deepEqual(await refusedWith(refused), [429, "too_many_streams"]);
  await streams[0]?.body?.cancel();
  const next = await ask("GET", "/stream", headers);
  assert.equal(next.status, 200);
  for (const { body } of [...streams.slice(1), next]) await body?.cancel();
});

Deno.test("without a secret key there are no tickets, neither given nor taken", async () => {
  const good = await ticket();
  const keys = Deno.env.get("SUPABASE_SECRET_KEYS") ?? "";
  try {
    Deno.env.set("SUPABASE_SECRET_KEYS", "{}");
    assert.deepEqual(await refusedWith(await ask("GET", `/stream?ticket=${good}`)), [503, "misconfigured"]);
  } finally {
    Deno.env.set("SUPABASE_SECRET_KEYS", keys);
  }
});

Deno.test("a worker is kept for as long as somebody listens, and no longer", async () => {
  let isIdle = false;
  const response = await ask("GET", "/stream", await headersOf());
  const idle = edge.idle().then(() => isIdle = true);
  await (await ask("HEAD", "/stream", await headersOf())).body?.cancel();
  assert.equal(isIdle, false);
  await response.body?.cancel();
  await idle;
});

Deno.test("who asks for the head alone takes no place", async () => {
  const headers = await headersOf();
  for (let n = 0; n <= MOST_STREAMS; n++) {
    const response = await ask("HEAD", "/stream", headers);
    assert.deepEqual([response.status, response.headers.get("content-type")], [200, "text/event-stream"]);
  }
});

Deno.test("no ticket is ever logged", async () => {
  const good = await ticket();
  project.answers.open_stream = Response.json({ code: "XX000", message: "odd" }, { status: 500 });
  const response = await ask("GET", `/stream?ticket=${good}`);
  assert.equal(response.status, 500);
  await response.body?.cancel();
  assert.ok(logs.length > 0 && !logs.some((line) => line.includes(good.slice(0, 20))), logs.join("\n"));
});
