/** What a newcomer wants to know when everything is up: where it is, and how to call it. */
import type { Environment } from "../../tests/world/environment.ts";
import { SOCIAL } from "../../tests/world/simulators.ts";
import type { AppServer } from "./app/serve_app.ts";
import type { DevUser } from "./dev_user.ts";
import { PORT_RANGES } from "../program/ports.ts";

/** What there is to show besides addresses and keys. */
export interface Shown {
  /** A user to sign in as. */
  user: DevUser;
  /** The demo app, which is signed in as that user. */
  app: AppServer;
  /** The operators' console, which is signed in as an admin. */
  operators: AppServer;
  /** A job to look at. */
  jobId?: string;
}

/** The AI providers that have a simulator. */
const PROVIDERS = ["runninghub", "kie", "fal", "replicate", "astria", "openai"] as const;

/** Prints addresses, keys and example calls. */
export function printGuide(environment: Environment, { user, app, operators, jobId }: Shown): void {
  const { deployment } = environment;
  const { apiUrl, publishableKey, secretKey, databaseUrl } = deployment;
  const simulators = ([...PROVIDERS, ...SOCIAL] as const)
    .map((name) => `${name} ${environment[name].url}`);
  const { email, password } = user;
  const api = new URL(apiUrl).port === String(PORT_RANGES.api.fallback) ? "" : `SUPABASE_URL=${apiUrl} `;
  const databasePort = new URL(databaseUrl).port;
  const database = databasePort === String(PORT_RANGES.database.fallback)
    ? ""
    : `${PORT_RANGES.database.variable}=${databasePort} `;
  console.log(`
  API          ${apiUrl}            REST, Auth, Storage, Realtime and Functions below it
  Database     ${databaseUrl}
  Simulators   ${simulators.join("\n               ")}
  Publishable  ${publishableKey}
  Secret       ${secretKey}
  User         ${email}, password "${password}", ${user.balance} credits

  ┃ Open ${app.url} in a browser: upscale, dress, train, and a canvas. You are signed in as the user above.
  ┃ Open ${operators.url} to see what runs, what waits, and why: the console, signed in as an operator.

Try it:

  curl ${apiUrl}/functions/v1/health

  # the user's token
  TOKEN=$(curl -s '${apiUrl}/auth/v1/token?grant_type=password' -H 'apikey: ${publishableKey}' -H 'content-type: application/json' \\
    -d '{"email":"${email}","password":"${password}"}' | sed 's/.*"access_token":"\\([^"]*\\)".*/\\1/')

  # an image, made by KIE's simulator
  curl ${apiUrl}/functions/v1/jobs -H "authorization: Bearer $TOKEN" -H 'apikey: ${publishableKey}' \\
    -H 'content-type: application/json' -d '{"tool":"image","input":{"prompt":"a lighthouse in the rain"}}'

  # credits
  ${database}npm run grant -- ${email} 50

  # ${jobId ? "the demo's job" : "the newest job"}, as an operator sees it
  psql ${databaseUrl} -c "select status, current_step, jsonb_pretty(step_history) from public.jobs ${
    jobId ? `where id = '${jobId}'` : "order by created_at desc limit 1"
  }"

  # a first app: one file that signs up, uploads, creates, listens, cancels and retries
  ${api}node examples/first-job/first_job.mjs

Every start is a fresh database. Ctrl-C stops everything.
`);
}
