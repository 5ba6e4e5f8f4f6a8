/** For tests: a clock that moves on only when somebody waits, and at once. */

/** Runs `body` by such a clock. Returns the waits, in milliseconds. */
export async function withClock(body: () => Promise<void>): Promise<number[]> {
  const { now } = Date;
  const { setTimeout } = globalThis;
  const waits: number[] = [];
  let time = now();
  Date.now = () => time;
  const skip = (done: () => void, milliseconds = 0) => {
    waits.push(milliseconds);
    time += milliseconds;
    return setTimeout(done, 0);
  };
  Object.assign(globalThis, { setTimeout: skip });
  try {
    await body();
  } finally {
    Date.now = now;
    Object.assign(globalThis, { setTimeout });
  }
  return waits;
}
