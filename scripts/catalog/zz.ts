import { startDatabase } from "../../packages/local-supabase/postgres/template.ts";
import { readProject } from "../../packages/local-supabase/project.ts";
import { readRows } from "./rows.ts";
import { readCatalog } from "./catalog.ts";
import { describeDifferences, differences } from "./differences.ts";
import { supabase } from "../supabase_cli.ts";
import { MUTATIONS } from "../../tests/schema/mutations.ts";
import postgres from "postgres";
const { migrations } = await readProject("/work/wt/migrations/supabase");
const a = await startDatabase({ migrations, seed: "" });
const b = await startDatabase({ migrations, seed: "" });
const sa = postgres(a.url("supabase_admin"), { max: 1, onnotice() {} });
const sb = postgres(b.url("supabase_admin"), { max: 1, onnotice() {} });
const read = async (s: postgres.ISql) => new Map([...await readCatalog(s), ...await readRows(s)]);
const there = await read(sa);

const OWNERS = MUTATIONS.filter((m) => m.what.includes("owner"));
// all at once, then pg-delta
for (const m of MUTATIONS.filter((m) => !OWNERS.includes(m))) {
  await sb.unsafe(`set role ${m.as}; ${m.sql}; reset role`).simple().catch((e) =>
    console.log("apply", m.what, e.message)
  );
}
console.log(describeDifferences(differences(await read(sb), there), { here: "B", there: "A" }).length);
console.time("diff");
const out = await supabase("db", "diff", "--use-pg-delta", "--from", a.url(), "--to", b.url()).catch((e) =>
  e.message
);
console.timeEnd("diff");
await Deno.writeTextFile("/tmp/delta.sql", out);

let clean = out.slice(out.indexOf("SET local"));
const pre = out.slice(0, out.indexOf("SET local"));
console.log(pre);
const before = differences(await read(sb), await read(sa));
try {
  const sp = postgres(a.url(), { max: 1, onnotice() {} });
  await sp.unsafe(clean).simple();
  await sp.end();
} catch (e) {
  console.log(
    "APPLY FAILED",
    e.message,
    e.position && clean.slice(Number(e.position) - 100, Number(e.position) + 100),
  );
}
const after = differences(await read(sb), await read(sa));
console.log(before.length, after.length);
console.log(describeDifferences(after, { here: "schemas", there: "migrations" }));
await sa.end();
await sb.end();
await a.stop();
await b.stop();
