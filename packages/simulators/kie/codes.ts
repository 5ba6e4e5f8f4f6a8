/** KIE's codes: most errors come with HTTP 200, `code` says what happened (kie.md#submit, #codes). */

/** The body of every answer but those of the upload endpoints. */
export interface Answer {
  readonly code: number;
  readonly msg: string;
  readonly data: unknown;
}

/** The official meanings; the exact texts of the answers are not documented. */
const MEANINGS: Readonly<Record<number, string>> = {
  200: "success",
  401: "Unauthorized",
  402: "Insufficient credits",
  404: "Not found",
  422: "Validation error",
  429: "Rate limited",
  455: "Service unavailable",
  500: "Server error",
  501: "Generation failed",
  505: "Feature disabled",
};

export function success(data: unknown): Answer {
  return { code: 200, msg: "success", data };
}

/** An error; `detail` replaces the code's general meaning. */
export function refusal(code: number, detail?: string): Answer {
  return { code, msg: detail ?? MEANINGS[code] ?? "Server error", data: null };
}
