/** The SQL that the operator's pages show runs as it stands, on a database as a deployment leaves it. */
import assert from "node:assert/strict";
import postgres from "postgres";
import { startDatabase } from "@esteira/local-supabase/postgres";
import { readProject } from "@esteira/local-supabase/project";
import { SUPABASE } from "../../scripts/paths.ts";
import { pages } from "./repository.ts";

const PAGES = [
  "docs/acting.md",
  "docs/billing.md",
  "docs/connections.md",
  "docs/deploying.md",
  "docs/diagnosing.md",
  "docs/operating.md",
  "docs/privacy.md",
  "docs/publishing.md",
  "docs/quotas.md",
  "docs/upgrading.md",
];
const USER = "00000000-0000-4000-8000-000000000001";
const JOB = "00000000-0000-4000-8000-000000000002";
/** What the reader puts in the place of these. */
const PLACEHOLDERS: Readonly<Record<string, string>> = {
  "<user id>": USER,
  "<job id>": JOB,
  "https://<ref>.supabase.co": "https://abcdefghijklmnopqrst.supabase.co",
  "<a secret key>": "sb_secret_0123456789",
  "<run id>": "00000000-0000-4000-8000-000000000003",
  "<the API key>": "0123456789abcdef0123456789abcdef",
  "<the new key>": "fedcba9876543210fedcba9876543210",
  "<the client id>": "client-1",
  "<the client secret>": "0123456789abcdef",
  "<the app id>": "1234567890",
  "<the app secret>": "0123456789abcdef",
  "<the address>": "https://hooks.example.com/T1/x",
};

/** The blocks of SQL in a page, with the line that each begins on. */
function blocks(page: string): { line: number; sql: string }[] {
  return [...page.matchAll(/^```sql\n([\s\S]*?)^```/gm)].map(({ index, 1: sql = "" }) => ({
    line: page.slice(0, index).split("\n").length + 1,
    sql: Object.entries(PLACEHOLDERS).reduce((text, [name, value]) => text.replaceAll(name, value), sql),
  }));
}

for (const file of PAGES) {
  // @acceptance 001:281, 001:147-156
  Deno.test(`the SQL of ${file} runs`, async () => {
    const { migrations } = await readProject(SUPABASE);
    const cluster = await startDatabase({ migrations, seed: "" });
    const sql = postgres(cluster.url(), { max: 1, onnotice: () => {} });
    try {
      await sql`insert into auth.users (id, email) values (${USER}, 'somebody@example.com')`;
      await sql`insert into public.jobs (id, user_id, tool, lane, ticket, status, current_step)
        values (${JOB}, ${USER}, 'upscaler', 'runninghub', 1, 'pending', 'queued')`;
      const found = blocks((await pages()).get(file) ?? "");
      assert.notEqual(found.length, 0);
      const problems: string[] = [];
      for (const block of found) {
        await sql.unsafe(block.sql).simple().catch((error: Error) =>
          problems.push(`${file}:${block.line} ${error.message}`)
        );
      }
      assert.deepEqual(problems, []);
    } finally {
      await sql.end();
      await cluster.stop();
    }
  });
}
