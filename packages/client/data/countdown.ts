/**
 * A place in a lane's queue, counted down from the lane's clocks. Pure. Each priority of a lane has its clock, the ticket that
 * it last served; tickets are spread over the jobs that wait, so a place falls as the clock nears the job's own ticket. A lone
 * user's jobs have a ticket each, and theirs is counted exactly; where many users wait, several jobs share a ticket.
 */

/** What `GET /jobs/:id/position` answered, and where the clock stood then. */
export interface Asked {
  readonly position: number;
  readonly exact: boolean;
  readonly highDemand: boolean;
  readonly ticket: number;
  /** The clock of the job's priority at that time; null: no event had told it yet. */
  readonly clock: number | null;
}

export interface Counted {
  readonly position: number;
  readonly exact: boolean;
  readonly highDemand: boolean;
}

export interface Step {
  /** Null: it cannot be told any more. */
  readonly counted: Counted | null;
  /** Whether to ask again, because what is counted may be wrong. */
  readonly ask: boolean;
}

/**
 * The place after the clock has moved. @param shown what is shown: it never rises by counting
 * @param clock of the job's priority; undefined: the event tells none
 */
export function countDown(asked: Asked, shown: Counted, clock: number | undefined): Step {
  if (clock === undefined || (asked.clock !== null && clock < asked.clock)) {
    return { counted: shown, ask: true };
  }
  if (asked.clock === null) return { counted: shown, ask: clock > 0 };
  const before = asked.ticket - asked.clock;
  const left = asked.ticket - clock;
  if (left <= 0) return { counted: { ...shown, position: 1, exact: false }, ask: true };
  if (left === before) return { counted: shown, ask: false };
  const isExact = asked.exact && asked.position === before;
  const place = Math.max(1, Math.ceil(asked.position * left / before));
  const counted = { ...shown, position: Math.min(shown.position, place), exact: isExact };
  return { counted, ask: !asked.exact || asked.position > before };
}
