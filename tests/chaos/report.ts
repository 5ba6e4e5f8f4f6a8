/** What a run has shown, as text. Pure. */
import { mostAtOnce } from "./checks/counted.ts";
import { endingOf } from "./checks/endings.ts";
import type { Finding } from "./checks/every_check.ts";
import { type Case, casesOf, type Evidence } from "./evidence.ts";
import type { Expected } from "./scenarios/scenario.ts";

const SHOWN_PROBLEMS = 20;

/** A table with a line for each fault and provider: what was expected, what came, and the slowest of its jobs. */
export function tableOf(evidence: Evidence): string[] {
  const groups = Map.groupBy(
    casesOf(evidence),
    ({ planned: { scenario } }) => `${scenario.name} ${scenario.provider}`,
  );
  const rows = [...groups.values()].flatMap((cases) => rowOf(cases, evidence))
    .toSorted((a, b) => `${a[0]} ${a[1]}`.localeCompare(`${b[0]} ${b[1]}`));
  return aligned([
    [
      "fault",
      "provider",
      "expected",
      "jobs",
      "completed",
      "failed",
      "cancelled",
      "excused",
      "slowest",
      "at work",
    ],
    ...rows,
  ]);
}

function rowOf(cases: readonly Case[], evidence: Evidence): string[][] {
  const [first] = cases;
  if (!first) return [];
  const { name, provider, ends } = first.planned.scenario;
  const count = (status: string) => String(cases.filter(({ job }) => job.status === status).length);
  const excuses = cases.flatMap((one) => {
    const ending = endingOf(one, evidence);
    return ending.is === "excused" ? [ending.why] : [];
  });
  const why = [...new Set(excuses)].join("; ");
  return [[
    name,
    provider,
    shown(ends),
    String(cases.length),
    count("completed"),
    count("failed"),
    count("cancelled"),
    excuses.length > 0 ? `${excuses.length} (${why})` : "",
    seconds(Math.max(...cases.map(({ job }) => since(job.created_at, job.completed_at)))),
    seconds(Math.max(...cases.map(({ job }) => since(startOf(job), job.completed_at)))),
  ]];
}

/** A line for each thing that went wrong: the job of any provider that took longest from creation to its end. */
export function slowestOf(evidence: Evidence): string[] {
  const groups = Map.groupBy(casesOf(evidence), ({ planned }) => planned.scenario.name);
  const slowest = [...groups].map(([name, cases]) => {
    const ranked = cases.map((one) => ({ one, ms: since(one.job.created_at, one.job.completed_at) }))
      .toSorted((a, b) => b.ms - a.ms);
    const worst = ranked[0];
    return { name, ms: worst?.ms ?? 0, provider: worst?.one.planned.scenario.provider ?? "" };
  });
  return aligned(
    slowest.toSorted((a, b) => b.ms - a.ms).map(({ name, ms, provider }) => [name, provider, seconds(ms)]),
  );
}

/** A line for each check, with what speaks against it. */
export function verdictOf(findings: readonly Finding[]): string[] {
  return findings.flatMap(({ claim, problems }) => [
    `${problems.length === 0 ? "  holds" : "  FAILS"}  ${claim}`,
    ...problems.slice(0, SHOWN_PROBLEMS).map((problem) => `           ${problem}`),
    ...problems.length > SHOWN_PROBLEMS ? [`           … and ${problems.length - SHOWN_PROBLEMS} more`] : [],
  ]);
}

/** For each provider: of how many attempts tasks were alive at the same time, and how many slots there are. */
export function aliveOf({ tasks, slots }: Evidence): string[] {
  return [...Map.groupBy(tasks, ({ provider }) => provider)].map(([provider, own]) => {
    const lives = own.map(({ token, id, beganAt, endedAt }) => ({
      whose: token ?? id,
      from: beganAt,
      to: endedAt ?? Infinity,
    }));
    return `${provider} ${mostAtOnce(lives).most} of ${slots.get(provider) ?? 0}`;
  });
}

/** All that is known of each job that a problem names: its row, attempts, rows of the outbox, tasks. */
export function storiesOf(evidence: Evidence, findings: readonly Finding[]): string[] {
  const told = findings.flatMap(({ problems }) => problems).join("\n");
  const lines = (rows: readonly object[]) => rows.map((row) => `  ${JSON.stringify(row)}`);
  return casesOf(evidence).filter(({ job }) => told.includes(job.id)).flatMap((one) => [
    `${one.planned.text} ${JSON.stringify(one.planned.cancel ?? {})}`,
    ...lines([one.job, ...one.attempts]),
    ...lines(evidence.outbox.filter(({ job_id }) => job_id === one.job.id)),
    ...lines(one.tasks),
    "",
  ]);
}

/** When it first got a slot; before that it waited for its turn. */
function startOf({ step_history, created_at }: Case["job"]): Date {
  const start = step_history.find(({ step }) => step === "starting");
  return start ? new Date(start.timestamp) : created_at;
}

function since(from: Date, to: Date | null): number {
  return to ? to.getTime() - from.getTime() : NaN;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

function shown(ends: Expected): string {
  return typeof ends === "object" ? `failed ${ends.failed.join(" ")}` : ends;
}

function aligned(rows: readonly string[][]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ").trimEnd());
}
