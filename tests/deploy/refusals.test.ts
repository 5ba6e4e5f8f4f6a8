/** What `npm run deploy` cannot deploy to: it says why and how to go on, and changes nothing. */
import assert from "node:assert/strict";
import { freePort } from "@esteira/local-supabase/ports";
import { freshHosted, REF } from "./hosted.ts";
import { type Remote, startRemote } from "./remote.ts";

interface Refusal {
  readonly name: string;
  /** Makes it so. */
  make(remote: Remote): unknown;
  /** What is said: of the step, the reason and the way on. */
  readonly said: readonly RegExp[];
}

const refuse = (line: string, status: number, message: string) => (remote: Remote) => {
  remote.api.instead = (asked) => asked.line === line ? Response.json({ message }, { status }) : undefined;
};
const signs = (...keys: [algorithm: string, status: string][]) => ({ api: { hosted } }: Remote) => {
  const times = { created_at: "2026-01-01T00:00:00Z", updated_at: "2026-01-01T00:00:00Z" };
  hosted.signingKeys = keys.map(([algorithm, status]) => ({
    id: crypto.randomUUID(),
    algorithm,
    status,
    ...times,
  }));
};
const history = (...versions: string[]) => async ({ sql }: Remote) => {
  await sql`create schema if not exists supabase_migrations`;
  await sql`create table if not exists supabase_migrations.schema_migrations
    (version text primary key, statements text[], name text)`;
  for (const version of versions) {
    await sql`insert into supabase_migrations.schema_migrations (version) values (${version})`;
  }
};

const REFUSALS: readonly Refusal[] = [
  {
    name: "no login",
    make: ({ env }) => env.SUPABASE_ACCESS_TOKEN = "",
    said: [/step "login" failed: .*neither SUPABASE_ACCESS_TOKEN nor/, /dashboard\/account\/tokens/],
  },
  {
    name: "what is no token",
    make: ({ env }) => env.SUPABASE_ACCESS_TOKEN = "eyJhbGciOi",
    said: [/step "login" failed: .*does not look like one/],
  },
  {
    name: "a token that was revoked",
    make: ({ env }) => env.SUPABASE_ACCESS_TOKEN = `sbp_${"f".repeat(40)}`,
    said: [/step "project" failed: Supabase refuses the access token/, /Make another/],
  },
  {
    name: "a token without the right",
    make: refuse("GET /postgrest", 403, "Your account does not have the necessary privileges"),
    said: [/step "exposure" failed: .*may not do GET .*necessary privileges/, /owner or administrator/],
  },
  {
    name: "a ref that the token does not reach",
    make: refuse("GET ", 404, "Project not found"),
    said: [new RegExp(`reaches no project ${REF}\\. It reaches production`), /Say the right ref/],
  },
  {
    name: "a paused project",
    make: ({ api: { hosted } }) => hosted.project.status = "INACTIVE",
    said: [/production is paused \(INACTIVE\)/, /Restore it in the Dashboard/],
  },
  {
    name: "a project that is being made",
    make: ({ api: { hosted } }) => hosted.project.status = "COMING_UP",
    said: [/production is not up: COMING_UP/, /Wait until it is/],
  },
  {
    name: "PostgreSQL 15",
    make: ({ api: { hosted } }) =>
      Object.assign(hosted.project.database, { postgres_engine: "15", version: "15.8.1" }),
    said: [/runs PostgreSQL 15; 17 or newer/],
  },
  {
    name: "legacy keys alone",
    make: ({ api: { hosted } }) => hosted.apiKeys = hosted.apiKeys.filter(({ type }) => type === "legacy"),
    said: [/not both kinds of new API keys/, /API Keys: create them/],
  },
  {
    name: "secret keys that the token may not see",
    make: ({ api: { hosted } }) =>
      hosted.apiKeys = hosted.apiKeys.map((key) =>
        key.type === "secret" ? { ...key, api_key: "sb_secret_ab···" } : key
      ),
    said: [/may not see the project's secret keys/, /api_gateway_keys_secret_read/],
  },
  {
    name: "tokens signed with a shared secret",
    make: signs(["HS256", "in_use"]),
    said: [/signs users' tokens with a shared secret/, /create a standby key and rotate/],
  },
  {
    name: "an asymmetric key that is not used yet",
    make: signs(["HS256", "in_use"], ["ES256", "standby"]),
    said: [/with a shared secret/, /rotate to the standby key/],
  },
  {
    name: "no signing keys at all",
    make: refuse("GET /config/auth/signing-keys", 404, "Not found"),
    said: [/with a shared secret/],
  },
  {
    name: "a Data API that is off",
    make: ({ api: { hosted } }) => hosted.postgrest.db_schema = "",
    said: [/step "exposure" failed: The Data API is switched off/],
  },
  {
    name: "migrations that are not here",
    make: history("20250101000000"),
    said: [
      /migrations that are not in supabase\/migrations here: 20250101000000/,
      /Do not mark them as reverted/,
    ],
  },
  {
    name: "a newer schema",
    make: async (remote) => {
      await history("20261101000000")(remote);
      await remote
        .sql`create function public.esteira_version() returns text language sql as $$ select '99.0.0' $$`;
    },
    said: [/has schema 99\.0\.0; this checkout is/, /Check out 99\.0\.0 or newer/],
  },
  {
    name: "migrations that sort between those that are applied",
    make: history("20261127120000"),
    said: [/sort before the last one the project has, 20261127120000/, /--include-all/],
  },
  {
    name: "a database that refuses statements",
    make: refuse(
      "POST /database/query",
      400,
      "Failed to run sql query: ERROR:  25006: read-only transaction",
    ),
    said: [/step "schema" failed: The database refused a statement: .*25006/],
  },
  {
    name: "an answer in another shape",
    make: (remote) =>
      remote.api.instead = ({ line }) =>
        line === "GET /postgrest" ? Response.json({ schemas: [] }) : undefined,
    said: [/step "exposure" failed: .*another shape/, /by hand/],
  },
];

/** As it was on its first day. */
async function renew({ api, env, sql }: Remote, usualEnv: Record<string, string>): Promise<void> {
  Object.assign(api.hosted, freshHosted());
  api.instead = () => undefined;
  Object.assign(env, usualEnv);
  await sql`truncate supabase_migrations.schema_migrations`.catch(() => {});
  await sql`drop function if exists public.esteira_version()`;
}

Deno.test("what cannot be deployed to is not changed, and it is said why", async (t) => {
  await using remote = await startRemote({ withoutStack: true });
  const usualEnv = { ...remote.env };
  for (const { name, make, said } of REFUSALS) {
    await t.step(name, async () => {
      await renew(remote, usualEnv);
      const from = remote.api.requests.length;
      await make(remote);
      const { code, text } = await remote.deploy("--yes");
      assert.equal(code, 1, text);
      for (const expected of said) assert.match(text, expected);
      assert.match(text, /This run has changed nothing\./);
      const changing = /^(PATCH|PUT)|deploy$|login-role$/;
      assert.deepEqual(remote.api.requests.slice(from).filter(({ line }) => changing.test(line)), []);
    });
  }
});

Deno.test("an API that cannot be reached is told, after some tries", async () => {
  await using remote = await startRemote({ withoutStack: true });
  const profile = remote.env.SUPABASE_PROFILE ?? "";
  const text = await Deno.readTextFile(profile);
  await Deno.writeTextFile(profile, text.replaceAll(remote.api.url, `http://127.0.0.1:${freePort()}`));
  const ended = await remote.deploy("--yes");
  assert.equal(ended.code, 1);
  assert.match(
    ended.text,
    /step "project" failed: http:\S+ cannot be reached: .*\n.*nothing\.\nRun the same command/,
  );
});

Deno.test("a login to the database that cannot be had: the password is asked for by its variable", async () => {
  await using remote = await startRemote({ withoutStack: true });
  refuse("POST /cli/login-role", 403, "Forbidden")(remote);
  const { code, text } = await remote.deploy("--yes");
  assert.equal(code, 1, text);
  assert.match(text, /The step "schema" failed: supabase db push --remote=\w+ --skip-vault said:/);
  assert.match(text, /Done, and left as it is: link\./);
  assert.match(text, /Put the database's password into SUPABASE_DB_PASSWORD/);
});

Deno.test("a command line that cannot be meant ends with 2", async () => {
  await using remote = await startRemote({ withoutStack: true });
  const { code, text } = await remote.deploy("--yse");
  assert.equal(code, 2);
  assert.match(text, /Usage: npm run deploy/);
});
