/**
 * How changes were learned, measured by the code that shows them: by which channel, and how late by the server's clock. Told
 * to the project in one report a minute at most, and never in anybody's way.
 */
import type { SupabaseClient } from "@supabase/supabase-js";
import {
  type DeliveryChannel,
  type DeliveryReport,
  emptyReport,
  lateBucket,
  MAX_COUNT,
} from "../../../shared/rows/delivery.ts";
import type { Logger } from "../api/esteira.ts";
import type { Http } from "../http/http.ts";
import type { Link } from "../live/link.ts";
import type { Surroundings } from "../live/surroundings.ts";
import type { LearnedBy } from "./entities.ts";

const EVERY_MS = 60_000;
const DAY_MS = 86_400_000;
/** A read may be quicker than the broadcast of the same change: only after this long it should have been there, in ms. */
const GRACE_MS = 2000;

export interface Learned {
  readonly by: LearnedBy;
  /** ISO 8601, of the row. */
  readonly updatedAt: string;
  readonly isTerminal: boolean;
  /** When it was learned, by our clock. */
  readonly at: number;
}

export interface Delivery {
  learned(change: Learned): void;
  /** What was measured was of another user. */
  reset(): void;
  close(): void;
}

export function createDelivery({ supabase, http: { clock }, link, surroundings, logger }: {
  supabase: SupabaseClient;
  http: Http;
  link: Link;
  surroundings: Surroundings;
  logger: Logger;
}): Delivery {
  let reports = new Map<DeliveryChannel, DeliveryReport>();
  let timer: unknown;
  const unwatch = surroundings.watch((what) => {
    if (what === "hidden") flush();
  });

  function flush(): void {
    surroundings.clearTimeout(timer);
    timer = undefined;
    if (reports.size === 0) return;
    const told = [...reports.values()];
    reports = new Map();
    if (!link.userId()) return;
    const note = (error: unknown) => error && logger.debug("[DELIVERY] Not reported", error);
    supabase.rpc("report_delivery", { p_reports: told }).then(({ error }) => note(error), note);
  }

  return {
    learned({ by, updatedAt, isTerminal, at }) {
      if (by === "answer" || by === "here") return; // what was done here is no delivery
      const report = reports.get(by) ?? emptyReport(by);
      if (report.changes >= MAX_COUNT) return;
      reports.set(by, report);
      report.changes++;
      if (isTerminal) report.terminal++;
      const now = clock.now();
      const then = now === null ? NaN : now - (surroundings.now() - at);
      const late = Math.min(DAY_MS, Math.max(0, then - Date.parse(updatedAt)));
      if (!Number.isNaN(late)) {
        const bucket = lateBucket(late);
        report.late[bucket] = (report.late[bucket] ?? 0) + 1;
        report.late_max_ms = Math.max(report.late_max_ms, Math.round(late));
        const { status, since } = link.connection.getSnapshot();
        const wasLive = status === "live" && since < at - late;
        if ((by === "poll" || by === "snapshot") && wasLive && late > GRACE_MS) {
          report.missed++;
          link.doubt();
        }
      }
      timer ??= surroundings.setTimeout(flush, EVERY_MS);
    },
    reset() {
      reports = new Map();
    },
    close() {
      unwatch();
      flush();
    },
  };
}
