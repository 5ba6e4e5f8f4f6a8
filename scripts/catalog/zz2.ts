import { startDatabase } from "../../packages/local-supabase/postgres/template.ts";
import { readProject } from "../../packages/local-supabase/project.ts";
import { supabase } from "../supabase_cli.ts";
import postgres from "postgres";
const { migrations } = await readProject("/work/wt/migrations/supabase");
const a = await startDatabase({ migrations, seed: "" });
const b = await startDatabase({ migrations, seed: "" });
const sb = postgres(b.url("supabase_admin"), { max: 1, onnotice() {} });
for (
  const [f, t] of [
    ["select 1", "select 1"],
    [
      "alter function worker.claimed(uuid, uuid) owner to supabase_admin",
      "alter function worker.claimed(uuid, uuid) owner to postgres",
    ],
    [
      "alter table private.heartbeats owner to supabase_admin",
      "alter table private.heartbeats owner to postgres",
    ],
    [
      "create role mine; grant mine to postgres; grant create on schema worker to mine; alter function worker.claimed(uuid, uuid) owner to mine",
      "alter function worker.claimed(uuid, uuid) owner to postgres; revoke all on schema worker from mine; drop role mine",
    ],
    ["create statistics private.s on user_id, status from public.jobs", "select 1"],
  ]
) {
  await sb.unsafe(f).simple();
  console.log("====", f);
  const o = await Deno.makeTempFile();
  const out = await supabase(
    "db",
    "diff",
    "--use-pg-delta",
    "--strict-coverage",
    "--from",
    a.url(),
    "--to",
    b.url(),
    "-o",
    o,
  ).catch((e) => "ERR " + e.message);
  console.log(out.slice(0, 1500));
  console.log(await Deno.readTextFile(o));
  await sb.unsafe(t).simple();
}
await sb.end();
await a.stop();
await b.stop();
