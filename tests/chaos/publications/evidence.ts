/** What a run has left behind, in the database and in the platforms' books. */
import type { Commit, Post } from "@esteira/simulators/social/books";
import type { Environment } from "../../world/environment.ts";
import { linesWith, tablesWith } from "../../world/secrets.ts";
import type { PlatformUnderTest } from "./customers.ts";
import type { Planned } from "./plan.ts";

/** A publication's rows. */
export interface Row {
  readonly id: string;
  readonly status: string;
  readonly error_code: string | null;
  readonly refund: string;
  readonly credits_charged: number;
  readonly attempts: number;
  readonly commits: number;
  readonly post_id: string | null;
  readonly permalink: string | null;
  readonly committed_at: Date | null;
  readonly seconds: number;
}

/** A publication, and what there is of it. */
export interface Case {
  readonly planned: Planned;
  readonly row: Row;
  readonly posts: readonly Post[];
  readonly commits: readonly Commit[];
}

export interface Evidence {
  readonly cases: readonly Case[];
  /** Planned, and without a job. */
  readonly missing: readonly number[];
  /** Posts that are nobody's. */
  readonly strangers: readonly string[];
  /** When which commit was under way, at both platforms, milliseconds since 1970. */
  readonly lives: readonly { account: string; from: number; to: number }[];
  readonly quotas: readonly { scope: string; limit: number; most: number }[];
  readonly drift: readonly string[];
  /** What is left in queues, lines and slots. */
  readonly leftovers: readonly string[];
  /** Where a token can be read. */
  readonly tokens: readonly string[];
  readonly refreshes: Readonly<Record<string, number>>;
  readonly reconnects: number;
  readonly kills: number;
  readonly crashes: number;
}

/** Gathers it. `ids`: the job of each planned publication, by its number. */
export async function gather(
  environment: Environment,
  { planned, ids, lines, broadcasts, reconnects, kills, crashes }: {
    planned: readonly Planned[];
    ids: ReadonlyMap<number, string>;
    lines: readonly string[];
    broadcasts: readonly string[];
    reconnects: number;
    kills: number;
    crashes: number;
  },
): Promise<Evidence> {
  const { sql, x, instagram } = environment;
  const rows = await sql<Row[]>`
    select j.id, j.status::text, j.error_code, j.refund::text, j.credits_charged::integer, p.post_id, p.permalink,
      p.committed_at, extract(epoch from j.completed_at - j.created_at)::float8 as seconds,
      (select count(*)::integer from public.job_attempts a where a.job_id = j.id) as attempts,
      (select coalesce(sum(a.submits), 0)::integer from public.job_attempts a where a.job_id = j.id) as commits
    from public.jobs j join public.publications p on p.job_id = j.id`;
  const rowOf = new Map(rows.map((row) => [row.id, row]));
  const books: Record<PlatformUnderTest, { posts: readonly Post[]; commits: readonly Commit[] }> = {
    x: { posts: x.posts(), commits: x.commits() },
    instagram: { posts: instagram.posts(), commits: instagram.commits() },
  };
  const cases = planned.flatMap((one): Case[] => {
    const row = rowOf.get(ids.get(one.n) ?? "");
    if (!row) return [];
    const { posts, commits } = books[platformOf(one)];
    const isOurs = ({ text, media }: Post) =>
      text === one.caption || media.some(({ sha256 }) => one.files.some((file) => file.sha256 === sha256));
    const ours = posts.filter(isOurs);
    const mark = one.caption;
    return [{ planned: one, row, posts: ours, commits: commits.filter(({ texts }) => texts.includes(mark)) }];
  });
  const known = new Set(cases.flatMap(({ posts }) => posts));
  const both = Object.values(books);
  const secrets = [...x.secrets(), ...instagram.secrets(), x.clientSecret, instagram.clientSecret];
  return {
    cases,
    missing: planned.filter(({ n }) => !rowOf.has(ids.get(n) ?? "")).map(({ n }) => n),
    strangers: both.flatMap(({ posts }) => posts).filter((post) => !known.has(post)).map(({ id, text }) =>
      `${id} ${text}`
    ),
    lives: both.flatMap(({ commits }, index) =>
      commits.map(({ account, at, endedAt }) => ({
        account: `${index}:${account}`,
        from: at.getTime(),
        to: endedAt?.getTime() ?? Infinity,
      }))
    ),
    quotas: [...x.counts().quotas, ...instagram.counts().quotas].filter(({ scope }) =>
      scope.startsWith("posts")
    ),
    drift: (await sql`select * from ops.credit_drift()`).map((row) => JSON.stringify(row)),
    leftovers: await leftoversOf(environment),
    tokens: [
      ...await tablesWith(sql, secrets),
      ...linesWith(lines, secrets).map((line) => `log: ${line}`),
      ...linesWith(broadcasts, secrets).map((line) => `broadcast: ${line}`),
    ],
    refreshes: Object.fromEntries(
      Map.groupBy(x.refreshes(), ({ outcome }) => outcome).entries().map(([name, all]) => [name, all.length]),
    ),
    reconnects,
    kills,
    crashes,
  };
}

export function platformOf({ scenario: { option } }: Planned): PlatformUnderTest {
  return option === "x_post" ? "x" : "instagram";
}

async function leftoversOf({ sql }: Environment): Promise<string[]> {
  const rows = await sql<{ what: string }[]>`
    select 'a slot is held by ' || token as what from private.slots s join private.accounts a using (account_id)
      where a.lane = 'publication' and s.token is not null
    union all select 'a message is left: ' || message::text from pgmq.q_publication_queue
    union all select 'a line is not done: ' || job_id || ' ' || line from public.publications where line <> 'done'
    union all select 'an outbox of cancels has ' || token from private.cancels where lane = 'publication'`;
  return rows.map(({ what }) => what);
}
