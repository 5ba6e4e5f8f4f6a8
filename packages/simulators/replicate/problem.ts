/** Errors, as Replicate words them (replicate.md#errors). */

/** An error. */
export function problem(status: number, title: string, detail: string): Response {
  return Response.json({ title, detail, status }, { status });
}

/** What is said of a thing that is not there, or is another account's. */
export function notFound(): Response {
  return problem(404, "Not found", "The requested resource could not be found.");
}
