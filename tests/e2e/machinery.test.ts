/** What moves every job, broken on purpose with the real functions and pg_net: the verdicts, the checks and the health that tell. */
import { freePort } from "@esteira/local-supabase/ports";
import { readProject } from "@esteira/local-supabase/project";
import { eventually } from "@esteira/local-supabase/testing";
import assert from "node:assert/strict";
import parsePrometheus from "parse-prometheus-text-format";
import { errorBody } from "../../shared/errors/error_body.ts";
import { deepHealthResponse } from "../../shared/requests/requests_service.ts";
import { SUPABASE } from "../../scripts/paths.ts";
import { VERSION } from "../../shared/version.ts";
import { callFunction } from "../world/api.ts";
import { type Environment, startEnvironment } from "../world/environment.ts";

const OURS = { ignore: Deno.env.get("ESTEIRA_STACK") === "supabase" }; // not ours to break

const deep = (environment: Environment, query = "") =>
  callFunction(environment, `health/deep${query}`, {
    method: "GET",
    apiKey: environment.deployment.secretKey,
  });

/** The lines of a deployment's check, once the functions have answered. */
async function setup({ sql }: Environment) {
  await sql`delete from private.throttles where name = 'setup'`;
  return await eventually(async () => {
    const lines = await sql`select area, name, verdict, detail, repair from ops.setup_check()`;
    return lines.some(({ verdict }) => verdict === "asked") ? undefined : lines;
  }, { what: "the functions to answer", timeoutMs: 30_000 });
}

/** A job whose message nobody reads although it could be read for a minute, after the worker was called anew. */
async function unread({ sql }: Environment, userId: string): Promise<string> {
  const [job] = await sql`select id from public.create_job(${userId}, 'image', '{"prompt": "unread"}')`;
  await sql`update private.throttles set passed_at = passed_at - interval '2 seconds' where name like 'poke:%'`;
  await sql`select private.poke('kie')`;
  const [request] = await sql`select request_ids[1] as id from private.throttles where name = 'poke:kie'`;
  await eventually(async () => (await sql`select from net._http_response where id = ${request?.id}`)[0], {
    what: "an answer to the call of the worker",
    timeoutMs: 15_000,
  });
  await sql`update pgmq.q_kie_queue set vt = clock_timestamp() - interval '1 minute'`;
  return job?.id;
}

const first = async ({ sql }: Environment, id: string) =>
  (await sql`select code, level, evidence, detail from ops.diagnose(${id}) where rank = 1`)[0];

Deno.test({
  name: "what moves every job tells what is wrong with it",
  ...OURS,
  async fn(t) {
    const environment = await startEnvironment();
    const { sql, deployment } = environment;
    try {
      const { userId } = await environment.signUp(10);

      await t.step("a deployment that is well says so, line by line", async () => {
        const lines = await setup(environment);
        const bad = lines.filter(({ verdict }) => verdict === "error");
        assert.deepEqual(bad, []);
        const functions = lines.filter(({ area }) => area === "functions");
        const { config } = await readProject(SUPABASE);
        const names = functions.map(({ name }) => name).toSorted();
        assert.deepEqual(names, Object.keys(config.functions).toSorted(), "every function, and no other");
        const answers = functions.map(({ verdict, detail }) => [verdict, detail]);
        assert.deepEqual(answers, functions.map(() => ["ok", `It answers, in version ${VERSION}.`]));
        const outside = Object.fromEntries(
          lines.filter(({ area }) => area === "outside").map(({ name, verdict }) => [name, verdict]),
        );
        assert.deepEqual(outside, {
          worker_secret_key: "ok",
          "schema worker": "ok",
          "schema ops_api": "ok",
          Storage: "ok",
          Auth: "ok",
          Realtime: "warn", // a new project's takes public channels until that is switched off, and so does the local one's
          "address for providers": "ok",
        });
      });

      await t.step("something outside is told how everything is, and how much of it", async () => {
        await sql`select private.tick()`;
        const health = deepHealthResponse.parse((await deep(environment)).body);
        assert.notEqual(health.status, "broken");
        const answer = await fetch(`${deployment.apiUrl}/functions/v1/health/metrics`, {
          headers: { authorization: `Bearer ${deployment.secretKey}` },
        });
        assert.equal(answer.status, 200);
        const families: { name: string; metrics: { value: string; labels?: { part?: string } }[] }[] =
          parsePrometheus(await answer.text());
        const beats = families.find(({ name }) => name === "esteira_part_beats_total");
        assert.ok(beats?.metrics.some(({ labels }) => labels?.part === "esteira-tick"));
        assert.ok(families.some(({ name }) => name === "esteira_jobs_waiting"));
      });

      await t.step("functions that cannot be reached", async () => {
        await sql`select ops.set_secret('project_url', ${`http://127.0.0.1:${freePort()}`})`;
        const id = await unread(environment, userId);
        const verdict = await first(environment, id);
        assert.deepEqual([verdict?.code, verdict?.level], ["functions_unreachable", "error"]);
        assert.match(verdict?.detail, /connect/i);
        const lines = await setup(environment);
        assert.ok(
          lines.some(({ area, verdict, detail }) =>
            area === "functions" && verdict === "error" && /cannot be reached/.test(detail)
          ),
        );
        await sql`select ops.set_secret('project_url', ${deployment.apiUrl})`;
      });

      await t.step("a key that is none of the project's", async () => {
        await sql`select ops.set_secret('worker_secret_key', 'sb_secret_of_another_project')`;
        const id = await unread(environment, userId);
        const verdict = await first(environment, id);
        assert.deepEqual([verdict?.code, verdict?.level, verdict?.evidence.status], [
          "worker_key_wrong",
          "error",
          401,
        ]);
        const why = await sql`select words from public.why(${id})`.catch(() => []);
        assert.deepEqual(why.filter(({ words }) => JSON.stringify(words).includes("sb_secret")), []);
        const line = (await setup(environment)).find(({ area, name }) =>
          area === "outside" && name === "worker_secret_key"
        );
        assert.equal(line?.verdict, "error");
        await sql`select ops.set_secret('worker_secret_key', ${deployment.secretKey})`;
      });

      await t.step("pg_cron that is dead is told of by what is not pg_cron", async () => {
        await sql`select cron.alter_job(jobid, active => false) from cron.job`;
        await eventually(async () => {
          // Whatever still runs beats once more.
          await sql`update private.heartbeats set beat_at = clock_timestamp() - interval '20 minutes'`;
          await sql`update private.heartbeats set beat_at = clock_timestamp() - interval '3 days' where name = 'esteira-cleanup'`;
          return (await deep(environment)).status === 503 || undefined;
        }, { what: "health to be bad" });
        const { error } = errorBody.parse((await deep(environment)).body);
        assert.equal(error.code, "unhealthy");
        assert.equal(deepHealthResponse.parse(error.details).problems[0]?.code, "cron_dead");
        await sql`select cron.alter_job(jobid, active => true) from cron.job`;
        await sql`select private.run(schedule) from (select distinct schedule from private.parts()) s`;
        await eventually(async () => (await deep(environment)).status === 200 || undefined, {
          what: "health to be good again",
        });
      });
    } finally {
      await environment.close();
    }
  },
});

Deno.test({
  name: "a schema that is not exposed is named by the functions, the check and the job",
  ...OURS,
  async fn() {
    const environment = await startEnvironment({ exposedSchemas: ["public"] });
    try {
      const { userId } = await environment.signUp(10);
      const answer = await callFunction(environment, "jobs/tools", { method: "GET" });
      assert.equal(answer.status, 503);
      assert.deepEqual(errorBody.parse(answer.body).error.details, { reason: "schema_not_exposed" });
      const lines = await setup(environment);
      assert.equal(lines.find(({ name }) => name === "schema worker")?.verdict, "error");
      const verdict = await first(environment, await unread(environment, userId));
      assert.deepEqual([verdict?.code, verdict?.level], ["schema_not_exposed", "error"]);
    } finally {
      await environment.close();
    }
  },
});
