import assert from "node:assert/strict";
import { HTTPException } from "hono/http-exception";
import { errorBody } from "../../../../shared/errors/error_body.ts";
import { EsteiraError } from "../../../../shared/errors/errors.ts";
import { unwrap } from "../engine/database.ts";
import { createApp } from "./app.ts";
import { recordLogs } from "../runtime/fake_runtime.ts";

const logs = recordLogs();

const app = createApp("shop");
app.get("/refused", () => {
  throw new EsteiraError(
    "insufficient_credits",
    "You have 2 credits, this costs 5.",
    { field: "tool", balance: 2 },
  );
});
app.get("/too-often", (context) => {
  const retryAt = context.req.query("at") ??
    new Date(Date.now() + Number(context.req.query("in"))).toISOString();
  throw new EsteiraError("too_many_refunds", "Not before tomorrow.", { limit: 50, retryAt });
});
app.get("/down", () => {
  throw new EsteiraError("database_unavailable", "no route to the database");
});
app.get("/database", () => {
  const error = {
    code: "23514",
    message: 'new row for relation "jobs" violates check constraint "secret_rule"',
  };
  throw unwrap({ data: null, error });
});
app.get("/unknown", () => {
  throw new TypeError("password=hunter2 is not a function");
});
app.get("/signed-out", () => {
  throw new HTTPException(401, { message: "bad", cause: { code: "INVALID_CREDENTIALS" } });
});
app.get("/signed-out-without-a-cause", () => {
  throw new HTTPException(401);
});
app.get("/upstream", () => {
  throw new HTTPException(503, { message: "JWKS at http://kong:8000 cannot be fetched" });
});
app.post("/things", (context) => context.json({}, 201));

async function ask(path: string, init: RequestInit = {}) {
  logs.length = 0;
  const response = await app.fetch(new Request(`http://functions.example/shop${path}`, init));
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    text,
    error: () => errorBody.parse(JSON.parse(text)).error,
  };
}

Deno.test("who has to wait is told how long where HTTP clients look for it", async () => {
  const { status, headers, error } = await ask("/too-often?in=4500000");
  assert.deepEqual([status, error().details.limit], [429, 50]);
  // A second may pass between the two.
  const seconds = Number(headers.get("retry-after"));
  assert(seconds === 4500 || seconds === 4499, `${seconds}`);
  assert.equal((await ask("/too-often?in=10")).headers.get("retry-after"), "1", "rounded up");
  assert.equal(
    (await ask("/too-often?in=-60000")).headers.get("retry-after"),
    "1",
    "never less than a second",
  );
  assert.equal((await ask("/too-often?at=tomorrow")).headers.get("retry-after"), null);
  assert.equal((await ask("/refused")).headers.get("retry-after"), null);
});

Deno.test("an EsteiraError is answered with its status, code, message and details", async () => {
  const { status, headers, text } = await ask("/refused");
  assert.equal(status, 402);
  assert.match(headers.get("content-type") ?? "", /^application\/json/);
  assert.deepEqual(JSON.parse(text), {
    error: {
      code: "insufficient_credits",
      message: "You have 2 credits, this costs 5.",
      details: { field: "tool", balance: 2 },
    },
  });
  assert.deepEqual(logs, [], "what a caller did wrong is not an error of ours");
});

Deno.test("more than an app takes at once are told when to come again, before anything is done for them; later they are taken", async () => {
  const small = createApp("shop", 1);
  const open = Promise.withResolvers<void>();
  let served = 0;
  small.get("/", async (context) => {
    served++;
    await open.promise;
    return context.json({});
  });
  const come = async () => await small.fetch(new Request("http://functions.example/shop"));
  const first = come();
  logs.length = 0;
  const second = await come();
  assert.deepEqual([second.status, errorBody.parse(await second.json()).error.code], [503, "overloaded"]);
  assert.match(second.headers.get("retry-after") ?? "", /^[1-5]$/);
  assert.equal(second.headers.get("access-control-allow-origin"), "*", "a browser may read it");
  assert.match(logs.join("\n"), /\[shop\].*overloaded.*"refused":1/);
  open.resolve();
  assert.equal((await first).status, 200);
  assert.equal((await come()).status, 200);
  assert.equal(served, 2);
});

Deno.test("what may be over in a moment says when to ask again", async () => {
  const { status, headers, error } = await ask("/down");
  assert.deepEqual([status, error().code], [503, "database_unavailable"]);
  assert.match(headers.get("retry-after") ?? "", /^[1-5]$/);
  assert.equal((await ask("/unknown")).headers.get("retry-after"), null);
});

Deno.test("what is our fault is logged", async () => {
  assert.equal((await ask("/down")).status, 503);
  assert.match(logs.join("\n"), /\[shop\].*no route to the database/);
});

Deno.test("an error that nobody foresaw is an internal_error that says nothing; the log says all", async () => {
  const { status, text, error } = await ask("/unknown");
  assert.equal(status, 500);
  assert.equal(error().code, "internal_error");
  assert.deepEqual(error().details, {});
  assert.doesNotMatch(text, /hunter2|TypeError|http\.test/);
  assert.match(logs.join("\n"), /TypeError.*hunter2/);
});

Deno.test("what the database says of its own failure goes to the log and not to the caller", async () => {
  const { status, text, error } = await ask("/database");
  assert.equal(status, 500);
  assert.equal(error().code, "internal_error");
  assert.match(logs.join("\n"), /secret_rule/);
  assert.doesNotMatch(text, /secret_rule|relation/);
});

Deno.test("a caller who is not signed in is told so, and why", async () => {
  const { status, error } = await ask("/signed-out");
  assert.equal(status, 401);
  assert.equal(error().code, "unauthenticated");
  assert.deepEqual(error().details, { reason: "INVALID_CREDENTIALS" });
  assert.deepEqual((await ask("/signed-out-without-a-cause")).error().details, { reason: null });
});

Deno.test("another exception of the framework leaks nothing", async () => {
  const { status, text, error } = await ask("/upstream");
  assert.equal(status, 500);
  assert.equal(error().code, "internal_error");
  assert.doesNotMatch(text, /kong/);
});

Deno.test("an address with nothing at it is a 404 of the same shape", async () => {
  for (const path of ["/nothing", "", "/things/1"]) {
    const { status, error } = await ask(path);
    assert.equal(status, 404, path);
    assert.equal(error().code, "not_found");
  }
  assert.equal((await ask("/things", { method: "PATCH" })).status, 404);
});

Deno.test("a browser is allowed to ask, with the headers that supabase-js sends", async () => {
  const { status, headers } = await ask("/things", {
    method: "OPTIONS",
    headers: {
      origin: "https://app.example",
      "access-control-request-method": "POST",
      "access-control-request-headers": "authorization,apikey,content-type",
    },
  });
  assert.equal(status, 204);
  assert.equal(headers.get("access-control-allow-origin"), "*");
  const allowed = (headers.get("access-control-allow-headers") ?? "")
    .toLowerCase().split(/\s*,\s*/);
  for (const header of ["authorization", "apikey", "content-type", "x-client-info", "if-none-match"]) {
    assert.ok(allowed.includes(header), `${header} is not among ${allowed}`);
  }
  for (const method of ["GET", "POST", "DELETE"]) {
    assert.ok(headers.get("access-control-allow-methods")?.split(",").includes(method), method);
  }
});

Deno.test("each answer says when it was given, an error and one without a body too, and a browser may read that", async () => {
  for (const path of ["/things", "/refused", "/unknown", "/nothing", "/signed-out"]) {
    const before = Date.now();
    const { headers } = await ask(path, path === "/things" ? { method: "POST" } : {});
    const time = headers.get("esteira-time") ?? "";
    assert.match(time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/, path);
    assert.ok(Date.parse(time) >= before && Date.parse(time) <= Date.now(), path);
    const exposed = headers.get("access-control-expose-headers")?.toLowerCase().split(",");
    for (const name of ["etag", "retry-after", "esteira-time"]) assert.ok(exposed?.includes(name), name);
  }
});

Deno.test("a browser may read errors as well", async () => {
  for (const path of ["/refused", "/unknown", "/signed-out", "/nothing"]) {
    assert.equal((await ask(path)).headers.get("access-control-allow-origin"), "*", path);
  }
});
