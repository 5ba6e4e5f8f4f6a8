/** What the operators' door refuses, or what kept a call from it. */

export class OpsError extends Error {
  override readonly name = "OpsError";
  /**
   * @param code Esteira's stable code, or `unreachable`, `schema_not_exposed`, `unknown`.
   * @param status the HTTP status; 0: no answer came
   * @param hint what the refusal adds: the field that is wrong, or what is left
   */
  constructor(
    readonly code: string,
    message: string,
    readonly status: number,
    readonly hint: string | null = null,
  ) {
    super(message);
  }
}

/** As the Data API tells of an error: SQLSTATE or its own code, and Esteira's in `details`. */
interface Told {
  readonly code?: string;
  readonly message?: string;
  readonly details?: string | null;
  readonly hint?: string | null;
}

export function opsErrorOf({ code, message = "", details, hint }: Told, status: number): OpsError {
  if (code === "PGRST106") return new OpsError("schema_not_exposed", message, status);
  if (code === "PGRST301" || code === "PGRST303") return new OpsError("unauthenticated", message, 401);
  if (status === 0) return new OpsError("unreachable", message, 0);
  const own = /^PT\d{3}$/.test(code ?? "") && details ? details : code;
  return new OpsError(own || "unknown", message, status, hint ?? null);
}
