/** What `ops_api.publication_analytics` tells. Spans are milliseconds. */
import type { PublicationState } from "../rows.ts";

export interface Percentiles {
  readonly p50: number | null;
  readonly p95: number | null;
}

export interface Figures {
  readonly ended: number;
  readonly published: number;
  readonly failed: number;
  readonly cancelled: number;
  readonly unknown: number;
  /** Failed, and not done again. */
  readonly dead: number;
  /** Of those published or failed, from 0 to 1; null: there are none. */
  readonly success: number | null;
  readonly retries: number;
  readonly ms_from_due: Percentiles;
  readonly ms_from_start: Percentiles;
}

export interface ErrorCount {
  readonly error_code: string | null;
  readonly platform: string;
  readonly option: string;
  readonly count: number;
  readonly dead: number;
  readonly last_at: string;
  readonly job_id: string;
}

export interface Analytics {
  readonly zone: string;
  readonly now:
    & Readonly<Record<Extract<PublicationState, "scheduled" | "waiting" | "publishing" | "unknown">, number>>
    & { readonly holds: Readonly<Record<string, number>>; readonly oldest_waiting_ms: number | null };
  readonly totals: Figures;
  readonly platforms: readonly (Figures & { readonly platform: string })[];
  readonly options: readonly (Figures & { readonly platform: string; readonly option: string })[];
  readonly days: readonly (Figures & { readonly day: string; readonly begins: string })[];
  readonly errors: readonly ErrorCount[];
  readonly is_complete: boolean;
}

export const PERIODS = [7, 30, 90] as const;

/** The period in the address: 30 days unless it says another of those there are. */
export function periodOf(text: string | undefined): number {
  return PERIODS.find((days) => String(days) === text) ?? 30;
}

export interface FigureRow extends Figures {
  readonly platform: string;
  /** null: all of the platform. */
  readonly option: string | null;
}

/** Platforms, each followed by its options where it has several. */
export function rowsOf({ platforms, options }: Pick<Analytics, "platforms" | "options">): FigureRow[] {
  return platforms.flatMap((platform) => {
    const own = options.filter((option) => option.platform === platform.platform);
    return own.length === 1 ? own : [{ ...platform, option: null }, ...own];
  });
}
