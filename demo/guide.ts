/** What a newcomer wants to know when the demo has ended: where everything is and how to call it. */
import type { Job } from "../shared/job.ts";
import type { Environment } from "../tests/world/environment.ts";

/** Prints addresses, keys and example calls. */
export function printGuide({ deployment, runninghub }: Environment, job: Job): void {
  const { apiUrl, publishableKey, secretKey, databaseUrl } = deployment;
  console.log(`
  API          ${apiUrl}            REST, Auth, Storage, Realtime and Functions below it
  Database     ${databaseUrl}
  RunningHub   ${runninghub.url}            the simulator
  Publishable  ${publishableKey}
  Secret       ${secretKey}

Try it:

  curl ${apiUrl}/functions/v1/health

  # a user, and a token for them
  TOKEN=$(curl -s ${apiUrl}/auth/v1/signup -H 'apikey: ${publishableKey}' -H 'content-type: application/json' \\
    -d '{"email":"you@example.com","password":"correct horse"}' | sed 's/.*"access_token":"\\([^"]*\\)".*/\\1/')

  # without credits: 402, without a file: 422
  curl ${apiUrl}/functions/v1/jobs -H "authorization: Bearer $TOKEN" -H 'apikey: ${publishableKey}' \\
    -H 'content-type: application/json' -d '{"tool":"upscaler","input":{"image":"nothing.png"}}'

  # the demo's job, as an operator sees it
  psql ${databaseUrl} -c "select status, current_step, jsonb_pretty(step_history) from public.jobs where id = '${job.id}'"

Every start is a fresh database. Ctrl-C stops everything.
`);
}
