/** Two people deploy to one project at the same time. */
import assert from "node:assert/strict";
import { startRemote } from "./remote.ts";

/** Takes a minute and a half: `npm run test:long`. */
const LONG = { ignore: !Deno.env.get("ESTEIRA_BIG") };

Deno.test(
  "two deployments at once come to the same, and leave nothing to do but a second look",
  LONG,
  async () => {
    await using remote = await startRemote();
    const both = await Promise.all([remote.deploy("--yes"), remote.deploy("--yes")]);
    for (const { code, text } of both) assert.equal(code, 0, text);
    assert.equal(remote.api.hosted.postgrest.db_schema, "public,graphql_public,worker,ops_api");
    const names = await remote.sql`
    select name from vault.secrets where name in ('project_url', 'worker_secret_key') order by 1`;
    assert.deepEqual(names.map(({ name }) => name), ["project_url", "worker_secret_key"]);
    const { code, text } = await remote.deploy("--yes");
    assert.equal(code, 0, text);
    assert.doesNotMatch(text, /doing {2}(link|schema|exposure|secrets|schedules)/);
  },
);
