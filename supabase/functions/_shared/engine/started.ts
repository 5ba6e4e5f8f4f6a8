/**
 * Which lanes are to be drained again: whoever ends an attempt frees a slot, and the database starts the next job with
 * it, in the same transaction. A drain of the lane that went on at the same time may have looked just before.
 */
const lanes = new Set<string>();

/** Makes a call that may start the next job of `lane`; also one that fails may have been committed. */
export async function mayStartNext<T>(lane: string, call: PromiseLike<T>): Promise<T> {
  try {
    return await call;
  } finally {
    lanes.add(lane);
  }
}

/** The lanes in which something may have been started since this was asked last. Whoever asks drains them. */
export function takeStarted(): string[] {
  const started = [...lanes];
  lanes.clear();
  return started;
}

let isTakenInVain = false;

/** A provider has taken a task whose job has ended meanwhile: the outbox of cancels has it. */
export function takenInVain(): void {
  isTakenInVain = true;
}

/** Whether that has happened since this was asked last. Whoever asks works on the outbox. */
export function wasTakenInVain(): boolean {
  const was = isTakenInVain;
  isTakenInVain = false;
  return was;
}
