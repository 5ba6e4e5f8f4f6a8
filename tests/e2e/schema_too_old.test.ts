/** Functions that were deployed before the migrations they need: they say so, and go on when the migrations are there. */
import { eventually } from "@esteira/local-supabase/testing";
import assert from "node:assert/strict";
import { VERSION } from "../../shared/version.ts";
import { callFunction, codeOf } from "../world/api.ts";
import { startEnvironment } from "../world/environment.ts";

Deno.test({
  name: "functions refuse to work on an older schema, say what to run, and go on without a restart",
  ignore: Deno.env.get("ESTEIRA_STACK") === "supabase", // its log is not ours to read
  fn: refuseAndGoOn,
});

async function refuseAndGoOn(): Promise<void> {
  const log: string[] = [];
  const environment = await startEnvironment({ onLog: (line) => log.push(line) });
  const { sql, deployment } = environment;
  const schemaIs = async (version: string) =>
    void await sql.unsafe(
      `create or replace function public.esteira_version() returns text language sql immutable set search_path = ''
       as $$ select '${version}' $$`,
    );
  try {
    const user = await environment.signUp();
    const calls: [string, Parameters<typeof callFunction>[2]][] = [
      ["health", { method: "GET" }],
      ["jobs", { token: user.accessToken, body: { tool: "upscaler", input: {} } }],
      ["models", { method: "GET", token: user.accessToken }],
      ["worker", { apiKey: deployment.secretKey, body: {} }],
      ["workers-api/claim", { apiKey: deployment.secretKey, body: { lane: "external", worker: "w" } }],
      ...["runninghub", "kie", "fal", "replicate", "astria"].map((provider) =>
        [`${provider}-webhook/${crypto.randomUUID()}/${crypto.randomUUID()}`, { body: {} }] as [
          string,
          object,
        ]
      ),
    ];

    await schemaIs("0.1.9");
    for (const [path, options] of calls) {
      const answer = await callFunction(environment, path, options);
      assert.deepEqual([path, answer.status, codeOf(answer)], [path, 503, "schema_too_old"]);
    }
    const line = await eventually(() => log.find((entry) => entry.includes("schema_too_old")));
    assert.match(line, /schema 0\.1\.9; these functions need .* or newer/);
    assert.match(line, /supabase db push/);

    // As before 0.2.0, when the schema did not know its version.
    await sql`drop function public.esteira_version()`;
    const answer = await callFunction(environment, "health", { method: "GET" });
    assert.deepEqual([answer.status, codeOf(answer)], [503, "schema_too_old"]);

    await schemaIs(VERSION);
    await sql`grant execute on function public.esteira_version() to service_role`;
    const { status } = await eventually(async () => {
      const good = await callFunction(environment, "health", { method: "GET" });
      return good.status === 200 ? good : undefined;
    });
    assert.equal(status, 200);
    const models = await callFunction(environment, "models", { method: "GET", token: user.accessToken });
    assert.equal(models.status, 200);

    // Health looks each time; the others looked once and know.
    await schemaIs("0.1.9");
    assert.equal((await callFunction(environment, "health", { method: "GET" })).status, 503);
  } finally {
    await environment.close();
  }
}
