/** Reading requests: a bearer key in the header, JSON in the body (kie.md#endpoints). */

/** The JSON body; undefined when it is not JSON. */
export async function jsonBody(request: Request): Promise<unknown> {
  try {
    return await request.json();
  } catch {
    return undefined;
  }
}

/** The key of the account that asks, if it is one of `apiKeys`. */
export function keyOf(request: Request, apiKeys: readonly string[]): string | undefined {
  return apiKeys.find((key) => request.headers.get("authorization") === `Bearer ${key}`);
}
