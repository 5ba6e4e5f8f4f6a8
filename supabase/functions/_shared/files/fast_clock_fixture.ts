/** For tests of time-outs: a clock that goes faster than the real one. */

/**
 * Runs `body` while every second of `Date.now`, `setTimeout` and `AbortSignal.timeout` lasts but twenty milliseconds: long
 * enough for what is to be in time on a busy machine. Its own time is real: it fails when it takes longer than `limitMs`,
 * so that a test of silence never hangs.
 */
export async function withFastClock<Result>(body: () => Promise<Result>, limitMs = 30_000): Promise<Result> {
  const real = { now: Date.now, setTimeout: globalThis.setTimeout, timeout: AbortSignal.timeout };
  const began = real.now();
  const { promise: late, reject } = Promise.withResolvers<never>();
  const limit = real.setTimeout(() => reject(new Error(`it took longer than ${limitMs} ms`)), limitMs);
  Date.now = () => began + Math.round((real.now() - began) * FASTER);
  globalThis.setTimeout =
    ((run: () => void, ms = 0, ...rest: unknown[]) =>
      real.setTimeout(run, ms / FASTER, ...rest as [])) as typeof globalThis.setTimeout;
  AbortSignal.timeout = (ms) => real.timeout.call(AbortSignal, Math.ceil(ms / FASTER));
  try {
    return await Promise.race([body(), late]);
  } finally {
    clearTimeout(limit);
    Date.now = real.now;
    globalThis.setTimeout = real.setTimeout;
    AbortSignal.timeout = real.timeout;
  }
}

const FASTER = 50;
