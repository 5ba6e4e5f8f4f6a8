/** Addresses of files that somebody looks at are signed anew before they expire. */
import type { ClientJob } from "../api/job.ts";
import type { ServerClock } from "../http/server_clock.ts";
import type { Surroundings } from "../live/surroundings.ts";

/** So long before an address expires, in ms. Each is good for an hour. */
const BEFORE_MS = 10 * 60_000;
/** After a try that brought nothing new. */
const AGAIN_MS = 60_000;
const LONGEST_TIMER_MS = 2 ** 31 - 1;

export interface Signing {
  /** Looks when the next address of these jobs runs out, and has it signed by then. */
  watch(jobs: Iterable<ClientJob>): void;
  close(): void;
}

/** When the first address of a job runs out, in ms; null: it has none. */
export function expiryOf(job: ClientJob): number | null {
  const times = (job.output?.files ?? []).flatMap(({ signedUrlExpiresAt }) => {
    const time = Date.parse(signedUrlExpiresAt ?? "");
    return Number.isNaN(time) ? [] : [time];
  });
  return times.length === 0 ? null : Math.min(...times);
}

/** @param sign reads a job anew */
export function createSigning(
  surroundings: Pick<Surroundings, "setTimeout" | "clearTimeout">,
  clock: ServerClock,
  sign: (id: string) => void,
): Signing {
  let timer: unknown;
  /** When a job was last asked for: an answer of Storage that fails is not asked for in a loop. */
  const asked = new Map<string, number>();
  const stop = () => {
    surroundings.clearTimeout(timer);
    timer = undefined;
  };
  return {
    watch(jobs) {
      stop();
      const due = [...jobs].flatMap((job) => {
        const expiry = expiryOf(job);
        if (expiry === null) return [];
        const at = Math.max(expiry - BEFORE_MS, (asked.get(job.id) ?? -Infinity) + AGAIN_MS);
        return [{ id: job.id, at }];
      });
      if (due.length === 0) return asked.clear();
      const now = clock.guess();
      const first = Math.min(...due.map(({ at }) => at));
      timer = surroundings.setTimeout(() => {
        timer = undefined;
        for (const { id, at } of due) {
          if (at > clock.guess() + 1000) continue;
          asked.set(id, clock.guess());
          sign(id);
        }
      }, Math.min(LONGEST_TIMER_MS, Math.max(0, first - now)));
    },
    close: stop,
  };
}
