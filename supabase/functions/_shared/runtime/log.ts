/** Structured logs: one line an event, beginning as document 004 asks, so that a search for a job finds all of it. */

/** Logs `[table] Job {id}: {step}` with details as JSON. Never put secrets into details. */
export function logJob(
  jobId: string,
  step: string,
  details: Record<string, unknown> = {},
): void {
  console.log(`[jobs] Job ${jobId}: ${step}`, JSON.stringify(details));
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
  console.error(`[${where}]`, JSON.stringify({ ...described, ...details }));
}
