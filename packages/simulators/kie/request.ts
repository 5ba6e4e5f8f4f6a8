/** Reading requests: a bearer key in the header, JSON in the body (kie.md#endpoints). */

/** The JSON body; undefined when it is not JSON. */
export async function jsonBody(request: Request): Promise<unknown> {
  try {
    return await request.json();
  } catch {
    return undefined;
  }
}

export function isAuthorized(request: Request, apiKey: string): boolean {
  return request.headers.get("authorization") === `Bearer ${apiKey}`;
}
