/** How a deployment ends before its end: which step, why, and what whoever ran it does next. */

/** Why a step did not come to its end. */
export type DeployCode =
  | "not_logged_in"
  | "bad_token"
  | "no_right"
  | "unknown_project"
  | "project_not_ready"
  | "unreachable"
  | "refused"
  | "sql_failed"
  | "command_failed"
  | "old_keys"
  | "old_postgres"
  | "newer_schema"
  | "foreign_migrations"
  | "data_api_off"
  | "not_confirmed"
  | "schedules_silent"
  | "check_unanswered";

/** A step failed; the message says why, `goOn` what to do about it. */
export class DeployError extends Error {
  constructor(readonly code: DeployCode, message: string, readonly goOn: string) {
    super(message);
  }
}

/**
 * What is printed when `step` has failed: that, why, what stands, and how to go on.
 * @param stands the names of the steps that are done, by this run or before.
 */
export function toldFailure(error: DeployError, step: string, stands: readonly string[]): string {
  const told = stands.length > 0
    ? `Done, and left as it is: ${stands.join(", ")}.`
    : "This run has changed nothing.";
  return `The step "${step}" failed: ${error.message}\n${told}\n${error.goOn}`;
}
