/**
 * How much of its results one worker copies in one go. A hosted worker has 2 s of computing and 150 s in all, and may be
 * half as old when a message reaches it (docs/platform.md#worker-lifetime): it stops long before, and the next one goes on.
 */
const SLICE_MS = 40_000;
// What cannot be gone on with is given all the time that there may be.
const LATEST_MS = 90_000;
// About a second of computing where both ends speak TLS.
const SLICE_BYTES = 64 * 1024 * 1024;

/** Times in milliseconds since 1970. */
export interface Slice {
  until: number;
  latest: number;
  budget: { bytes: number; sent?: number };
}

/** A slice that begins now. */
export function newSlice(): Slice {
  const now = Date.now();
  return { until: now + SLICE_MS, latest: now + LATEST_MS, budget: { bytes: SLICE_BYTES } };
}
