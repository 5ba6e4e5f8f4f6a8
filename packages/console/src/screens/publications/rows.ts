/** What `ops_api` tells of publications (docs/acting.md): as JSON, spans in milliseconds, moments in ISO 8601. */

export type PublicationState =
  | "scheduled"
  | "waiting"
  | "publishing"
  | "published"
  | "failed"
  | "cancelled"
  | "unknown";

export const STATES: readonly PublicationState[] = [
  "scheduled",
  "waiting",
  "publishing",
  "published",
  "unknown",
  "failed",
  "cancelled",
];

export interface Line {
  readonly job_id: string;
  readonly user_id: string;
  readonly user_email: string | null;
  readonly connection_id: string;
  /** What the account is called at its platform; null: it is not there any more. */
  readonly account: string | null;
  readonly platform: string;
  readonly option: string;
  readonly state: PublicationState;
  /** Its place in time. */
  readonly at: string;
  readonly due_at: string;
  readonly hold: string | null;
  readonly completed_at: string | null;
  readonly committed_at: string | null;
  readonly took_ms: number | null;
  readonly permalink: string | null;
  readonly unknown_at: string | null;
  readonly error_code: string | null;
  readonly error_message: string | null;
  readonly credits_charged: number;
  readonly caption: string | null;
}

export interface CalendarDay {
  /** `2026-11-27`, of the zone that was asked for. */
  readonly day: string;
  readonly begins: string;
  readonly ends: string;
  readonly total: number;
  readonly states: Readonly<Partial<Record<PublicationState, number>>>;
  readonly platforms: Readonly<Record<string, number>>;
  readonly first: readonly Line[];
}

export interface Calendar {
  readonly zone: string;
  readonly today: string;
  readonly days: readonly CalendarDay[];
  readonly looked_at: number;
  readonly is_complete: boolean;
}

export interface LinePage {
  readonly publications: readonly Line[];
  readonly next: unknown;
}

export interface Group {
  readonly group_id: string;
  readonly user_id: string;
  readonly user_email: string | null;
  readonly created_at: string;
  readonly total: number;
  readonly state: "pending" | "publishing" | "published" | "partial" | "failed";
  readonly publications: readonly Line[];
}

export interface GroupPage {
  readonly groups: readonly Group[];
  readonly next: string | null;
}

/** One of which nobody knows: until when somebody may say. */
export interface UnknownLine extends Line {
  readonly ends_at: string;
  readonly left_ms: number;
}

export interface UnknownPage {
  readonly publications: readonly UnknownLine[];
  readonly total: number;
  readonly next: unknown;
}

/** What somebody has seen of a publication of which nobody knew. */
export type Resolution = "there" | "not_there";
