/** What `ops_api.connections` and `ops_api.platforms` tell (docs/acting.md): never a token. Spans are milliseconds. */

export const CONNECTION_STATES = ["live", "expiring", "limited", "reconnect_needed", "revoked"] as const;

export interface Limit {
  readonly used: number;
  readonly total: number;
  readonly windowSeconds: number;
  readonly resetsAt: string | null;
  /** `platform`: as it has told us; `ours`: as we have counted. */
  readonly source?: string;
}

export interface Connection {
  readonly id: string;
  readonly user_id: string;
  readonly user_email: string | null;
  readonly platform: string;
  readonly external_id: string;
  readonly display_name: string | null;
  readonly scopes: readonly string[];
  readonly state: string;
  readonly state_code: string | null;
  readonly state_message: string | null;
  /** When what its user gave ends; null: it does not, or nobody says. */
  readonly expires_at: string | null;
  readonly expires_ms: number | null;
  readonly held_until: string | null;
  readonly held_ms: number | null;
  readonly is_paused: boolean;
  readonly checked_at: string | null;
  readonly created_at: string;
  readonly limit: Limit | null;
  /** The access of the moment, which is renewed. */
  readonly access: {
    readonly expires_at: string | null;
    readonly refreshed_at: string;
    readonly can_be_renewed: boolean;
    readonly renew_at: string | null;
    readonly failures: number;
  } | null;
  /** Publications that wait for it. */
  readonly waiting: number;
}

export interface ConnectionPage {
  readonly connections: readonly Connection[];
  readonly next: string | null;
}

export interface Platform {
  readonly platform: string;
  readonly has_app: boolean;
  readonly api_version: string | null;
  readonly sunset_at: string | null;
  readonly is_paused: boolean;
  readonly paused_until: string | null;
  readonly pause_reason: string | null;
  readonly failures: number;
  readonly down_ms: number | null;
  readonly limit: Limit | null;
  readonly connections: Readonly<Record<string, number>>;
}

export interface Platforms {
  readonly platforms: readonly Platform[];
  readonly is_complete: boolean;
}
