/** What is typed into the form of a rule: read, checked, and turned into the changes that `ops_api.set_alert_rule` takes. */
import type { Rule } from "./answers.ts";

/** As it is typed. */
export interface RuleForm {
  readonly isEnabled: boolean;
  readonly threshold: string;
  readonly closeBelow: string;
  readonly lookBack: string;
  readonly opensAfter: string;
  readonly closesAfter: string;
}

type FieldName = Exclude<keyof RuleForm, "isEnabled">;
export type FormProblem = "notWhole" | "notMinutes" | "notPositive" | "tooHigh";
export type FormProblems = Partial<Record<FieldName, FormProblem>>;

const MINUTE_MS = 60_000;

export function formOf(rule: Rule): RuleForm {
  const minutes = (ms: number) => String(ms / MINUTE_MS);
  return {
    isEnabled: rule.is_enabled,
    threshold: String(rule.threshold),
    closeBelow: rule.close_below === null ? "" : String(rule.close_below),
    lookBack: minutes(rule.look_back_ms),
    opensAfter: minutes(rule.opens_after_ms),
    closesAfter: minutes(rule.closes_after_ms),
  };
}

export function problemsOf(form: RuleForm): FormProblems {
  const problems: FormProblems = {};
  if (!isWhole(form.threshold)) problems.threshold = "notWhole";
  if (form.closeBelow.trim() !== "") {
    if (!isWhole(form.closeBelow)) problems.closeBelow = "notWhole";
    else if (isWhole(form.threshold) && BigInt(form.closeBelow.trim()) > BigInt(form.threshold.trim())) {
      problems.closeBelow = "tooHigh";
    }
  }
  const lookBack = msOf(form.lookBack);
  if (lookBack === null || lookBack === 0) problems.lookBack = "notPositive";
  if (msOf(form.opensAfter) === null) problems.opensAfter = "notMinutes";
  if (msOf(form.closesAfter) === null) problems.closesAfter = "notMinutes";
  return problems;
}

/** What differs from the rule as it is, of a form without problems. */
export function changesOf(rule: Rule, form: RuleForm): Readonly<Record<string, unknown>> {
  const closeBelow = form.closeBelow.trim();
  const wanted: Record<string, [now: unknown, then: unknown]> = {
    is_enabled: [rule.is_enabled, form.isEnabled],
    threshold: [String(rule.threshold), form.threshold.trim()],
    close_below: [rule.close_below === null ? "" : String(rule.close_below), closeBelow],
    look_back_ms: [rule.look_back_ms, msOf(form.lookBack)],
    opens_after_ms: [rule.opens_after_ms, msOf(form.opensAfter)],
    closes_after_ms: [rule.closes_after_ms, msOf(form.closesAfter)],
  };
  return Object.fromEntries(
    Object.entries(wanted)
      .filter(([, [now, then]]) => now !== then)
      .map(([name, [, then]]) => [name, asNumber(then)]),
  );
}

/** A typed number as a number, nothing typed as null. */
function asNumber(value: unknown): unknown {
  if (typeof value !== "string") return value;
  return value === "" ? null : Number(value);
}

/** A count as the database takes it: up to twelve digits. */
const isWhole = (text: string): boolean => /^[1-9][0-9]{0,11}$/.test(text.trim());

/** Minutes, with a comma or a point, as milliseconds; null: they are none. */
function msOf(minutes: string): number | null {
  const text = minutes.trim().replace(",", ".");
  return /^[0-9]{1,6}(\.[0-9]{1,6})?$/.test(text) ? Math.round(Number(text) * MINUTE_MS) : null;
}
