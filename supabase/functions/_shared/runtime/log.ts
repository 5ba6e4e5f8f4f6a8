/**
 * Structured logs: one line an event, beginning as document 004 asks, so that a search for a job finds all of it. The
 * environment variable ESTEIRA_LOGS lists the forms, separated by commas: `text` (the only one unless it is set), `json`
 * (a line that is one JSON object, for who reads logs by program), `documents` (the words of the documents besides:
 * document_words.ts).
 */

export type LogForm = "text" | "json" | "documents";

/** Whether lines are to be written in a form. Where neither text nor json is listed, text is. */
export function logsAs(form: LogForm): boolean {
  const listed = (Deno.env.get("ESTEIRA_LOGS") ?? "").split(",").map((word) => word.trim());
  if (form === "text" && !listed.includes("json")) return true;
  return listed.includes(form);
}

/** Logs `[table] Job {id}: {step}` with details as JSON. Never put secrets into details. */
export function logJob(
  jobId: string,
  step: string,
  details: Record<string, unknown> = {},
): void {
  if (logsAs("text")) console.log(`[jobs] Job ${jobId}: ${step}`, JSON.stringify(details));
  if (logsAs("json")) console.log(line("info", { table: "jobs", job: jobId, step, details }));
}

/** Logs something that went wrong and is being dealt with. */
export function logError(
  where: string,
  error: unknown,
  details: Record<string, unknown> = {},
): void {
  const described = error instanceof Error
    ? {
      name: error.name,
      message: error.message,
      ...typeof error.cause === "string" ? { cause: error.cause } : {},
    }
    : { message: String(error) };
  if (logsAs("text")) console.error(`[${where}]`, JSON.stringify({ ...described, ...details }));
  if (logsAs("json")) console.error(line("error", { where, error: described, details }));
}

/** Logs a line in a document's own words with details as JSON, where these are asked for. */
export function logWords(words: string, details: Record<string, unknown> = {}): void {
  if (!logsAs("documents")) return;
  const write = words.includes("❌") ? console.error : console.log;
  write(words, JSON.stringify(details));
}

function line(level: "info" | "error", event: Record<string, unknown>): string {
  return JSON.stringify({ at: new Date().toISOString(), level, ...event });
}
