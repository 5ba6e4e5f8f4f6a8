/** What the screen reads: `ops_api.setup`, `ops_api.operators`, `ops_api.users` and the report of API versions. */

export type LineVerdict = "ok" | "warn" | "error" | "asked" | "unknown";

export interface SetupLine {
  readonly line: number;
  readonly area: string;
  readonly name: string;
  readonly verdict: LineVerdict;
  readonly detail: string;
  /** The statement, the command or the place that mends it. */
  readonly repair: string | null;
}

export interface Setup {
  readonly version: string;
  readonly lines: readonly SetupLine[];
  readonly asked_at: string | null;
  readonly ask_again_in_ms: number | null;
}

export type Role = "admin" | "support";

export interface OperatorRow {
  readonly user_id: string;
  readonly email: string | null;
  readonly role: Role;
  readonly last_sign_in_at: string | null;
}

export interface FoundUsers {
  readonly users: readonly {
    readonly user_id: string;
    readonly email: string | null;
    readonly role: Role | null;
  }[];
  readonly is_complete: boolean;
}

export interface ApiVersion {
  readonly platform: string;
  readonly api_version: string;
  readonly sunset_at: string | null;
  readonly days_left: number | null;
}
