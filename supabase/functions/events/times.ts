/** How long things take in a stream, in milliseconds. */

export interface StreamTimes {
  /** When a stream ends by itself. */
  lifeMs: number;
  heartbeatMs: number;
  /** In how long its client is to come back. */
  retryMs: number;
  /** How long a stream waits for Realtime before it says so. */
  patienceMs: number;
}

/**
 * A stream lives no longer than a minute, because a worker that has had half its time gets no new ones and is ended at its
 * time (150 s on Supabase's free plan): one that begins in the last moment still ends by itself. Times differ from stream
 * to stream, so that those which began together do not come back together.
 *
 * ESTEIRA_STREAM_MS and ESTEIRA_HEARTBEAT_MS make them shorter, for tests.
 */
export function streamTimes(chance: () => number = Math.random): StreamTimes {
  const life = Math.min(60_000, fromEnvironment("ESTEIRA_STREAM_MS") ?? 58_000);
  return {
    lifeMs: life * (0.8 + 0.2 * chance()),
    heartbeatMs: Math.min(25_000, fromEnvironment("ESTEIRA_HEARTBEAT_MS") ?? 25_000),
    retryMs: 100 + 900 * chance(),
    patienceMs: 3_000,
  };
}

function fromEnvironment(name: string): number | undefined {
  const value = Number(Deno.env.get(name));
  return value > 0 ? value : undefined;
}
