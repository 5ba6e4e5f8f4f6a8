/** What has to hold in the end. Pure: each check is a function of the evidence. */
import type { Commit } from "@esteira/simulators/social/books";
import { mostAtOnce } from "../checks/counted.ts";
import { everyJobIsExplained } from "../checks/verdicts.ts";
import type { Case, Evidence } from "./evidence.ts";
import { PLATFORMS } from "./scenarios/index.ts";

export interface Finding {
  readonly claim: string;
  readonly problems: readonly string[];
}

type Check = (evidence: Evidence) => string[];

/** Five publications at a time, as document 003 has it. */
const SLOTS = 5;

const named = ({ planned, row, posts, commits }: Case) =>
  `${planned.scenario.option} ${planned.caption}: ${row.status} ${
    row.error_code ?? ""
  }, ${posts.length} posts, ` +
  `${commits.length} commits at the platform, ${row.commits} passed, ${row.attempts} attempts, job ${row.id}`;
const where = (is: (one: Case) => boolean): Check => ({ cases }) => cases.filter(is).map(named);
const isUnknown = ({ row }: Case) => row.status === "failed" && row.error_code === "outcome_unknown";

/** Its fault takes an answer away, or a worker may have died over a commit that its platform can say nothing of. */
function mayBeUnknown({ planned: { scenario } }: Case, { kills, crashes }: Evidence): boolean {
  const isUntold = PLATFORMS.some(({ untold }) => untold?.includes(scenario.option));
  return scenario.isLost || isUntold && kills + crashes > 0;
}
/** One whose access had just ended is no quota's: it is renewed, and the commit sent again behind the same fence. */
const isRefusedByQuota = ({ outcome, status }: Commit) => outcome === "refused" && status !== 401;

const CHECKS: readonly [claim: string, check: Check][] = [
  [
    "every publication that was asked for is there",
    ({ missing }) => missing.map((n) => `publication ${n} is not`),
  ],
  ["every publication has ended", where(({ row }) => !["completed", "failed"].includes(row.status))],
  [
    "what says that it completed is at its platform, once",
    where(({ row, posts }) => row.status === "completed" && posts.length !== 1),
  ],
  [
    "what says that it failed is not there at all",
    where((one) => one.row.status === "failed" && !isUnknown(one) && one.posts.length > 0),
  ],
  ["of which nobody knows, there is one at the most", where((one) => isUnknown(one) && one.posts.length > 1)],
  ["no post is anybody else's", ({ strangers }) => [...strangers]],
  [
    "it is unknown only where the fault made it unknowable",
    (evidence) => where((one) => isUnknown(one) && !mayBeUnknown(one, evidence))(evidence),
  ],
  [
    "what was to be published is, what was to fail has failed",
    where((one) => {
      const { ends } = one.planned.scenario;
      if (isUnknown(one) || ends === "either") return false;
      return ends === "published" ? one.row.status !== "completed" : one.row.status !== "failed";
    }),
  ],
  [
    "what is published is what was asked for: its words and its files",
    where(({ planned: { shown }, posts }) =>
      posts.some(({ text, media }) =>
        text !== (shown.text ?? text) || media.map(({ sha256 }) => sha256).join() !== shown.media.join()
      )
    ),
  ],
  [
    "the post's name is the platform's own",
    where(({ row, posts }) =>
      row.status === "completed" && row.post_id !== null && posts[0] !== undefined &&
      row.post_id !== posts[0].id && !/^(?:container|publish):/.test(row.post_id)
    ),
  ],
  ["five at a time, as the platforms count", ({ lives }) => {
    const { most } = mostAtOnce(lives.map(({ from, to }, n) => ({ whose: String(n), from, to })));
    return most > SLOTS ? [`${most} commits were under way at once`] : [];
  }],
  [
    "one at a time with a connection, as the platforms count",
    ({ lives }) =>
      [...Map.groupBy(lives, ({ account }) => account)].flatMap(([account, own]) => {
        const { most } = mostAtOnce(own.map(({ from, to }, n) => ({ whose: String(n), from, to })));
        return most > 1 ? [`${most} commits of ${account} were under way at once`] : [];
      }),
  ],
  [
    "no quota was exceeded, as the platforms count",
    ({ quotas }) =>
      quotas.filter(({ limit, most }) => most > limit).map(({ scope, limit, most }) =>
        `${scope}: ${most} of ${limit}`
      ),
  ],
  [
    "no commit was sent that a quota refused",
    where(({ planned, commits, posts }) =>
      !planned.scenario.isRefused && commits.some(isRefusedByQuota) &&
      posts.length === 0
    ),
  ],
  [
    "every refund is decided: paid for what failed, due for what nobody knows, none for what is there",
    where((one) => {
      const { row } = one;
      if (row.credits_charged === 0) return false;
      return row.refund !== (row.status === "completed" ? "none" : isUnknown(one) ? "due" : "paid");
    }),
  ],
  ["the ledger adds up", ({ drift }) => [...drift]],
  ["at any time, an open one had one first verdict, and none that had ended waited", everyJobIsExplained],
  ["nothing is left in queues, lines and slots", ({ leftovers }) => [...leftovers]],
  ["no token can be read anywhere", ({ tokens }) => [...tokens]],
  [
    "no refresh token was used twice but where a worker died over it, or its answer was lost",
    ({ refreshes, kills, crashes, lostRefreshes }) => {
      const reused = refreshes.reused ?? 0;
      const excused = kills + crashes + lostRefreshes;
      return reused > excused ? [`${reused} were; workers that died, and answers lost: ${excused}`] : [];
    },
  ],
];

/** Judges a run. */
export function judge(evidence: Evidence): Finding[] {
  return CHECKS.map(([claim, check]) => ({ claim, problems: check(evidence) }));
}

/** A line for each fault and platform. */
export function tableOf({ cases }: Evidence): string[] {
  const groups = Map.groupBy(cases, ({ planned }) => `${planned.scenario.name} ${planned.scenario.option}`);
  const rows = [...groups].toSorted(([a], [b]) => a.localeCompare(b)).map(([name, all]) => {
    const count = (is: (one: Case) => boolean) => String(all.filter(is).length);
    return [
      name,
      String(all.length),
      count(({ row }) => row.status === "completed"),
      count((one) => one.row.status === "failed" && !isUnknown(one)),
      count(isUnknown),
      count(({ posts }) => posts.length > 0),
      `${Math.max(...all.map(({ row }) => row.seconds ?? NaN)).toFixed(1)} s`,
    ];
  });
  const table = [
    ["fault and option", "asked", "completed", "failed", "unknown", "there", "slowest"],
    ...rows,
  ];
  const widths = table[0]?.map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0))) ??
    [];
  return table.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ").trimEnd());
}

/** How many posts each platform has. */
export function countsOf({ cases }: Evidence): string {
  return PLATFORMS.map(({ platform }) => {
    const own = cases.filter(({ planned }) => planned.platform === platform);
    return `${platform} ${own.reduce((sum, { posts }) => sum + posts.length, 0)} posts`;
  }).join(", ");
}
