/** What a run has left behind, in the database and in the platforms' books. */
import type { Commit, Post } from "@esteira/simulators/social/books";
import type { Environment } from "../../world/environment.ts";
import { linesWith, tablesWith } from "../../world/secrets.ts";
import type { SocialSimulator } from "@esteira/simulators/social/social_simulator";
import type { SocialName } from "../../world/simulators.ts";
import type { Planned } from "./plan.ts";
import { PLATFORMS } from "./scenarios/index.ts";
import type { AnyFault } from "./scenarios/scenario.ts";

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
  /** When which commit was under way, at all platforms, milliseconds since 1970. */
  readonly lives: readonly { account: string; from: number; to: number }[];
  readonly quotas: readonly { scope: string; limit: number; most: number }[];
  readonly drift: readonly string[];
  /** What is left in queues, lines and slots. */
  readonly leftovers: readonly string[];
  /** Where a token can be read. */
  readonly tokens: readonly string[];
  readonly refreshes: Readonly<Record<string, number>>;
  /** How many renewals had their answers taken away at the most. */
  readonly lostRefreshes: number;
  readonly reconnects: number;
  /** How often somebody asked why a few stand where they stand, and what was wrong with the answers. */
  readonly verdicts: { readonly looks: number; readonly problems: readonly string[] };
  readonly kills: number;
  readonly crashes: number;
}

/** Gathers it. `ids`: the job of each planned publication, by its number. */
export async function gather(
  environment: Environment,
  { planned, ids, lines, broadcasts, reconnects, verdicts, kills, crashes }: {
    planned: readonly Planned[];
    ids: ReadonlyMap<number, string>;
    lines: readonly string[];
    broadcasts: readonly string[];
    reconnects: number;
    verdicts: Evidence["verdicts"];
    kills: number;
    crashes: number;
  },
): Promise<Evidence> {
  const { sql } = environment;
  const rows = await sql<Row[]>`
    select j.id, j.status::text, j.error_code, j.refund::text, j.credits_charged::integer, p.post_id, p.permalink,
      p.committed_at, extract(epoch from j.completed_at - j.created_at)::float8 as seconds,
      (select count(*)::integer from public.job_attempts a where a.job_id = j.id) as attempts,
      (select coalesce(sum(a.submits), 0)::integer from public.job_attempts a where a.job_id = j.id) as commits
    from public.jobs j join public.publications p on p.job_id = j.id`;
  const rowOf = new Map(rows.map((row) => [row.id, row]));
  const simulators = simulatorsOf(environment);
  const cases = planned.flatMap((one): Case[] => {
    const row = rowOf.get(ids.get(one.n) ?? "");
    const simulator = simulators.get(one.platform);
    if (!row || !simulator) return [];
    const isOurs = ({ text, media }: Post) =>
      text === (one.shown.text ?? one.caption) ||
      media.some(({ sha256 }) => one.files.some((file) => file.sha256 === sha256));
    const posts = simulator.posts().filter(isOurs);
    const made = new Set(posts.map(({ commit }) => commit));
    const commits = simulator.commits().filter(({ n, texts }) => made.has(n) || texts.includes(one.caption));
    return [{ planned: one, row, posts, commits }];
  });
  const known = new Set(cases.flatMap(({ posts }) => posts));
  const all = [...simulators];
  const secrets = all.flatMap(([, { secrets, clientSecret }]) => [...secrets(), clientSecret]);
  return {
    cases,
    missing: planned.filter(({ n }) => !rowOf.has(ids.get(n) ?? "")).map(({ n }) => n),
    strangers: all.flatMap(([platform, { posts }]) =>
      posts().filter((post) => !known.has(post)).map(({ id, text }) => `${platform} ${id} ${text}`)
    ),
    lives: all.flatMap(([platform, { commits }]) =>
      commits().map(({ account, at, endedAt }) => ({
        account: `${platform}:${account}`,
        from: at.getTime(),
        to: endedAt?.getTime() ?? Infinity,
      }))
    ),
    quotas: all.flatMap(([platform, { counts }]) =>
      counts().quotas.filter(({ scope }) => scope.startsWith("posts")).map((quota) => ({
        ...quota,
        scope: `${platform} ${quota.scope}`,
      }))
    ),
    drift: (await sql`select * from ops.credit_drift()`).map((row) => JSON.stringify(row)),
    leftovers: await leftoversOf(environment),
    tokens: [
      ...await tablesWith(sql, secrets),
      ...linesWith(lines, secrets).map((line) => `log: ${line}`),
      ...linesWith(broadcasts, secrets).map((line) => `broadcast: ${line}`),
    ],
    refreshes: Object.fromEntries(
      [...Map.groupBy(all.flatMap(([, { refreshes }]) => refreshes()), ({ outcome }) => outcome)]
        .map(([name, these]) => [name, these.length]),
    ),
    lostRefreshes: PLATFORMS.flatMap(({ noise }): readonly LosingFault[] => noise).filter(losesRefresh)
      .reduce((sum, { times = 1 }) => sum + times, 0),
    reconnects,
    verdicts,
    kills,
    crashes,
  };
}

/** The simulators of the platforms that are published to. */
export function simulatorsOf(environment: Environment): Map<SocialName, SocialSimulator<AnyFault>> {
  return new Map(PLATFORMS.map(({ platform }) => [platform, environment[platform]]));
}

interface LosingFault extends AnyFault {
  readonly path?: string;
  readonly times?: number;
  readonly accepted?: boolean;
}

/** Whether a fault takes the answer of a renewal away that has taken effect. */
function losesRefresh({ kind, path, accepted }: LosingFault): boolean {
  return path === "token" && (kind === "cut_answer" || accepted === true);
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
