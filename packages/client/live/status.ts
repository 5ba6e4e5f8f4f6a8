/** What the connection is, said from what is known of it. */
import type { Connection } from "../api/connection.ts";

export interface Known {
  /** undefined: not known yet. */
  readonly userId: string | null | undefined;
  /** False: the browser says that there is no network. */
  readonly isOnline: boolean;
  /** Whether the project has answered last: `null` when nothing is known since the network changed. */
  readonly answers: boolean | null;
  /** Why it did not. */
  readonly silence: string;
  readonly held: number;
  /** Why the first topic that is not joined is not; null: all are. */
  readonly missing: string | null;
  /** Failed joins since all were joined last, or polls that succeeded without: trying is then no longer just a moment. */
  readonly isPolling: boolean;
  /** Whether something was missed that is not read yet. */
  readonly isBehind: boolean;
}

export function statusOf(known: Known): Pick<Connection, "status" | "reason"> {
  const { userId, isOnline, answers, silence, held, missing, isPolling, isBehind } = known;
  if (userId === null) return { status: "signed_out", reason: "nobody is signed in" };
  // A browser may be wrong about its network: an answer is worth more.
  if (!isOnline && answers !== true) return { status: "offline", reason: "no network" };
  if (answers === false && (missing !== null || isBehind || userId === undefined)) {
    return { status: "offline", reason: silence };
  }
  if (userId === undefined) return { status: "catching_up", reason: "starting" };
  if (held === 0) return { status: "live", reason: "nothing is held" };
  if (missing !== null) return { status: isPolling ? "polling" : "catching_up", reason: missing };
  if (isBehind) return { status: "catching_up", reason: "reading what was missed" };
  return { status: "live", reason: "joined" };
}

/** Whether a failed snapshot means that nobody answered, rather than that the answer was no. */
export function isSilence(error: unknown): boolean {
  const { status, name } = (error ?? {}) as { status?: unknown; name?: unknown };
  if (name === "AbortError") return false;
  return typeof status !== "number" || status === 0 || status >= 502 && status <= 504;
}
