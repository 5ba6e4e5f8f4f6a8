/** What the screen reads: `ops_api.alerts` and `ops_api.alert_rules`. */
import type { Whole } from "../../texts/format.ts";

/** One opening or closing on its way to the address of alerts. */
export interface Post {
  readonly event: "alert.opened" | "alert.closed";
  readonly made_at: string;
  readonly tries: number;
  readonly next_at: string | null;
  readonly delivered_at: string | null;
  readonly dead_at: string | null;
  readonly error: string | null;
  readonly took_ms: number | null;
}

export interface Alert {
  readonly alert_id: Whole;
  readonly rule: string;
  readonly subject: string | null;
  readonly count: Whole;
  readonly count_name: string;
  readonly threshold: Whole;
  /** null once it is over. */
  readonly count_now: Whole | null;
  readonly opened_at: string;
  readonly closed_at: string | null;
  readonly lasted_ms: number;
  readonly posted_at: string | null;
  readonly post_error: string | null;
  readonly posts: readonly Post[];
}

export interface AlertsPage {
  readonly at: string;
  readonly are_posted: boolean;
  readonly dead_posts: number;
  readonly open: readonly Alert[];
  readonly closed: readonly Alert[];
  readonly next: Whole | null;
}

export interface Rule {
  readonly name: string;
  readonly count_name: string;
  readonly threshold: Whole;
  readonly close_below: Whole | null;
  readonly is_enabled: boolean;
  readonly look_back_ms: number;
  readonly opens_after_ms: number;
  readonly closes_after_ms: number;
  readonly is_shipped: boolean;
  readonly is_changed: boolean;
  readonly count: Whole | null;
  readonly subject: string | null;
  readonly above_ms: number | null;
  readonly open_alert: Whole | null;
  readonly opened_in_a_week: number;
}
