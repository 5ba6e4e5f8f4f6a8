import { assert, test } from "vitest";
import { remedyKind } from "./remedy.ts";

test("what mends a line is SQL, a command, or a place", () => {
  const kinds = [
    ["select ops.set_secret('project_url', 'https://<ref>.supabase.co')", "sql"],
    ["create extension pgmq", "sql"],
    ["update storage.buckets set public = false where id = 'inputs'", "sql"],
    ["supabase functions deploy jobs", "command"],
    ["supabase db push --remote", "command"],
    ["Dashboard → Project Settings → Data API → Exposed schemas: add worker", "place"],
    ["docs/deploying.md", "place"],
    ["Wait a minute; then look whether pg_cron runs: select * from cron.job_run_details", "place"],
  ] as const;
  for (const [repair, kind] of kinds) assert.strictEqual(remedyKind(repair), kind, repair);
});
