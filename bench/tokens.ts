/**
 * What it costs to keep the tokens of connections: `node scripts/deno.mjs run -A bench/tokens.ts [connections]`. Sealed in a
 * table of our own, as they are (docs/connections.md), beside two rows of the Vault for each. The local Vault encrypts
 * nothing: its side is what its rows cost before any encryption.
 */
import { asSuperuser, connect, type Sql } from "./server/connection.ts";
import { startServer } from "./server/server.ts";
import { describeMachine } from "../scripts/machine.ts";
import { SUPABASE } from "../scripts/paths.ts";

const COUNT = Number(Deno.args[0] ?? 100_000);
const LOOKS = 2_000;
const BATCH = 1_000;
/** As long as those of X and of Meta, about. */
const TOKEN = "repeat(md5(random()::text || n), 6)";

interface Side {
  name: string;
  /** Keeps what `from` to `to` are given. */
  fill: (sql: Sql, from: number, to: number) => Promise<unknown>;
  read: (sql: Sql, n: number) => Promise<unknown>;
  replace: (sql: Sql, n: number) => Promise<unknown>;
  remove: (sql: Sql, n: number) => Promise<unknown>;
  tables: string[];
}

const id = (n: number | string) => `md5('connection' || ${n})::uuid`;

const SIDES: Side[] = [
  {
    name: "sealed in private.connection_tokens",
    fill: (sql, from, to) =>
      sql.unsafe(`
        insert into public.connections (id, user_id, platform, external_id)
        select ${
        id("n")
      }, (select id from auth.users limit 1), 'x', n::text from generate_series(${from}, ${to}) n;
        insert into private.connection_tokens (connection_id, access_token, refresh_token, key_name, expires_at, refreshed_at)
        select id, private.seal('access ' || id, ${TOKEN}, k), private.seal('refresh ' || id, ${TOKEN}, k), k, now(), now()
        from generate_series(${from}, ${to}) n, lateral (select ${id("n")} as id) i,
          (select private.seal_key() as k) key`),
    read: (sql, n) => sql.unsafe(`select worker.connection_tokens(${id(n)})`),
    replace: (sql, n) =>
      sql.unsafe(`select private.keep_tokens(${id(n)}, 'x', '{"access_token": "${"a".repeat(192)}",
        "refresh_token": "${"b".repeat(192)}", "expires_in": 7200}', now())`),
    remove: (sql, n) => sql.unsafe(`delete from private.connection_tokens where connection_id = ${id(n)}`),
    tables: ["private.connection_tokens"],
  },
  {
    name: "two rows each of vault.secrets",
    fill: (sql, from, to) =>
      sql.unsafe(`
        select vault.create_secret(${TOKEN}, kind || ' ' || ${id("n")})
        from generate_series(${from}, ${to}) n, unnest(array['access', 'refresh']) kind`),
    read: (sql, n) =>
      sql.unsafe(
        `select name, decrypted_secret from vault.decrypted_secrets where name = 'access ' || ${id(n)}`,
      ),
    replace: (sql, n) =>
      sql.unsafe(`select vault.update_secret(id, '${"a".repeat(192)}') from vault.secrets
        where name in ('access ' || ${id(n)}, 'refresh ' || ${id(n)})`),
    remove: (sql, n) =>
      sql.unsafe(`delete from vault.secrets where name in ('access ' || ${id(n)}, 'refresh ' || ${id(n)})`),
    tables: ["vault.secrets"],
  },
];

const { cpus, cpu, memory } = await describeMachine();
console.log(`${COUNT} connections, two tokens each; ${cpus} × ${cpu}, ${memory}\n`);
console.log("| | kept, per second | read p50 / p99 | replaced p50 / p99 | removed p50 | on disk |");
console.log("| --- | --- | --- | --- | --- | --- |");
const server = await startServer(SUPABASE);
try {
  for (const [at, side] of SIDES.entries()) {
    const sql = connect(asSuperuser(await server.database(`tokens_${at}`, "esteira")), 1);
    try {
      console.log(await measured(sql, side));
    } finally {
      await sql.end();
    }
  }
} finally {
  await server.stop();
}

async function measured(sql: Sql, side: Side): Promise<string> {
  const begun = performance.now();
  for (let from = 1; from <= COUNT; from += BATCH) {
    await side.fill(sql, from, Math.min(COUNT, from + BATCH - 1));
  }
  const rate = COUNT / ((performance.now() - begun) / 1000);
  await sql.unsafe("checkpoint; vacuum analyze private.connection_tokens, vault.secrets").simple().catch(
    () => {},
  );
  for (const table of side.tables) await sql.unsafe(`vacuum analyze ${table}`);
  const [read, replaced, removed] = [
    await times(sql, side.read),
    await times(sql, side.replace),
    await times(sql, side.remove),
  ];
  const sizes = await sql.unsafe<{ bytes: string }[]>(
    `select sum(pg_total_relation_size(t::regclass)) as bytes from unnest($1::text[]) t`,
    [side.tables],
  );
  const mib = (Number(sizes[0]?.bytes) / 1024 / 1024).toFixed(0);
  const both = (all: number[]) => `${ms(all, 0.5)} / ${ms(all, 0.99)} ms`;
  return `| ${side.name} | ${rate.toFixed(0)} | ${both(read)} | ${both(replaced)} | ${
    ms(removed, 0.5)
  } ms | ${mib} MiB |`;
}

/** Milliseconds of each of `LOOKS` calls, in order, about connections drawn by chance. */
async function times(sql: Sql, call: (sql: Sql, n: number) => Promise<unknown>): Promise<number[]> {
  const all: number[] = [];
  for (let look = 0; look < LOOKS; look++) {
    const n = 1 + Math.floor(Math.random() * COUNT);
    const begun = performance.now();
    await call(sql, n).catch((error) => {
      if (error.code !== "PT409") throw error; // removed by an earlier call
    });
    all.push(performance.now() - begun);
  }
  return all.sort((a, b) => a - b);
}

function ms(all: number[], share: number): string {
  return (all[Math.floor(share * (all.length - 1))] ?? NaN).toFixed(2);
}
