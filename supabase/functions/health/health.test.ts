import assert from "node:assert/strict";
import { errorBody } from "../../../shared/errors/error_body.ts";
import {
  deepHealthResponse,
  healthResponse,
  outsideCheck,
} from "../../../shared/requests/requests_service.ts";
import { databaseError, fakeSupabase } from "../_shared/engine/fake_supabase.ts";
import { recordLogs } from "../_shared/runtime/fake_runtime.ts";
import { app } from "./index.ts";

recordLogs();
const project = fakeSupabase();
const KEY = { apikey: "sb_secret_test" };

const WELL = { status: "ok", schema: "0.3.0", tick_age_seconds: 3.1, problems: [] };
const DEAD = {
  ...WELL,
  status: "broken",
  problems: [
    {
      code: "cron_dead",
      level: "error",
      subject: "pg_cron",
      detail: "pg_cron runs nothing.",
      since: "2030-01-01",
    },
    { code: "part_failing", level: "warn", detail: "The part esteira-ask fails: broken" },
  ],
};

async function ask(path = "", headers: Record<string, string> = {}) {
  const response = await app.fetch(new Request(`http://functions.example/health${path}`, { headers }));
  return { status: response.status, body: await response.json() };
}

/** As ask, with a key, of a project whose database says this of itself and whose Storage answers. */
async function askDeep(database: unknown, path = "/deep") {
  project.answers.deep_health = () => database;
  return await ask(path, KEY);
}

Deno.test("it is well while the database answers", async () => {
  const { status, body } = await ask();
  assert.deepEqual([status, healthResponse.parse(body).status], [200, "ok"]);
});

Deno.test("it says what is wrong: the database is not there, or raises an error", async () => {
  project.answers.lanes = new Response("<html>", { status: 502 });
  const gone = await ask();
  assert.deepEqual([gone.status, errorBody.parse(gone.body).error.code], [503, "database_unavailable"]);
  project.answers.lanes = databaseError();
  const broken = await ask();
  assert.deepEqual([broken.status, errorBody.parse(broken.body).error.code], [500, "internal_error"]);
});

Deno.test("nobody looks deeper without a secret key, which may come as a bearer's token", async () => {
  project.answers.deep_health = WELL;
  project.answers.metrics = [];
  for (const path of ["/deep", "/metrics"]) {
    for (
      const [name, value] of [["x", ""], ["apikey", "sb_publishable_test"], [
        "authorization",
        "Bearer sb_secret_other",
      ]]
    ) {
      assert.equal((await ask(path, { [name ?? ""]: value ?? "" })).status, 401, path);
    }
  }
  assert.deepEqual(project.called(), []);
  assert.equal((await ask("/deep", { authorization: "Bearer sb_secret_test" })).status, 200);
});

Deno.test("while nothing is broken it tells how everything is", async () => {
  const { status, body } = await askDeep(WELL);
  const { checks, ms: _, ...rest } = deepHealthResponse.parse(body);
  assert.deepEqual([status, rest], [200, { ...WELL, version: rest.version }]);
  assert.deepEqual(checks.map(({ name, verdict }) => [name, verdict]), [["Storage", "ok"]]);
  const degraded = await askDeep({ ...WELL, status: "degraded", problems: DEAD.problems.slice(1) });
  assert.deepEqual([degraded.status, degraded.body.status], [200, "degraded"]);
});

Deno.test("it answers 503 when somebody must act, the worst first, and with all that it saw", async () => {
  const { status, body } = await askDeep(DEAD);
  const { error } = errorBody.parse(body);
  assert.deepEqual([status, error.code, error.message], [
    503,
    "unhealthy",
    "cron_dead: pg_cron runs nothing.",
  ]);
  assert.deepEqual(deepHealthResponse.parse(error.details).problems, DEAD.problems);
});

Deno.test("Storage that does not answer is broken, too", async () => {
  project.bucketsAnswer = () => Response.json({ message: "out of order" }, { status: 500 });
  const { status, body } = await askDeep(WELL);
  assert.deepEqual([status, errorBody.parse(body).error.code], [503, "unhealthy"]);
  assert.match(errorBody.parse(body).error.message, /^Storage: /);
});

Deno.test("with setup it looks at how Auth signs, and at Realtime", async () => {
  const look = async () => {
    const { body } = await askDeep(WELL, "/deep?setup=true");
    const checks = outsideCheck.array().parse(body.checks ?? body.error.details.checks);
    return Object.fromEntries(checks.map(({ name, verdict }) => [name, verdict]));
  };
  project.other = ({ path }) =>
    path.endsWith("jwks.json") ? Response.json({ keys: [{ kty: "EC" }] }) : undefined;
  project.answers.me = { role: "admin" };
  assert.deepEqual(await look(), {
    Storage: "ok",
    Auth: "ok",
    "schema ops_api": "ok",
    Realtime: "unknown",
    "address for providers": "ok",
  });
  project.other = ({ path }) => path.endsWith("jwks.json") ? Response.json({ keys: [] }) : undefined;
  assert.equal((await look()).Auth, "error");
  project.answers.me = Response.json({ code: "PGRST106", message: "Invalid schema: ops_api" }, {
    status: 406,
  });
  assert.equal((await look())["schema ops_api"], "warn");
  project.other = () => undefined;
  Deno.env.set("ESTEIRA_PUBLIC_URL", "http://api.example");
  assert.equal((await look())["address for providers"], "warn");
  Deno.env.delete("ESTEIRA_PUBLIC_URL");
  assert.equal((await ask("/deep?setup=perhaps", KEY)).status, 422);
});

Deno.test("metrics are text, in the format that is asked for", async () => {
  project.answers.metrics = [{
    name: "esteira_broken",
    kind: "gauge",
    help: "1: act.",
    labels: {},
    value: 0,
  }];
  for (
    const [accept, type, end] of [
      ["*/*", "text/plain; version=0.0.4; charset=utf-8", "esteira_broken 0\n"],
      [
        "application/openmetrics-text",
        "application/openmetrics-text; version=1.0.0; charset=utf-8",
        "# EOF\n",
      ],
    ] as const
  ) {
    const headers = { ...KEY, accept };
    const response = await app.fetch(new Request("http://functions.example/health/metrics", { headers }));
    assert.deepEqual([response.status, response.headers.get("content-type")], [200, type]);
    const text = await response.text();
    assert.ok(text.startsWith("# HELP esteira_broken 1: act.\n") && text.endsWith(end), text);
  }
});
