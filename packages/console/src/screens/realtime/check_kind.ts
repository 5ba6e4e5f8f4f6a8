/** What kind of check a check of the doctor is: triggers, policies and readable tables come by many names. */
import type { Check } from "./answers.ts";

const NAMED = [
  "functions",
  "session_replication_role",
  "private topics",
  "listeners",
  "messages publication",
  "supabase_realtime",
  "partition",
  "broadcasts",
  "deliveries",
] as const;

export type CheckKind = "trigger" | "policy" | "read" | typeof NAMED[number];

export function checkKind({ check_name }: Pick<Check, "check_name">): CheckKind {
  const named = NAMED.find((name) => name === check_name);
  if (named) return named;
  if (check_name.startsWith("read ")) return "read";
  return check_name.endsWith("_trigger") ? "trigger" : "policy";
}

/** Whether something is wrong, or not as it should be. */
export const isWrong = ({ verdict }: Pick<Check, "verdict">): boolean =>
  verdict === "error" || verdict === "warn";
