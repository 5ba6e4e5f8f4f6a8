/** The server's clock, told by `Esteira-Time` in its answers: the clocks of people's devices are wrong by minutes. */

/** How far the two clocks may drift in a second, or a person set one, before an older reading is worth nothing. */
const DRIFT_MS_A_SECOND = 1;

export interface ServerClock {
  /** Milliseconds since 1970 by the server's clock; null while no answer has told it. */
  now(): number | null;
  /** The same; by our own clock while the server's is not known. */
  guess(): number;
  /** Takes over what an answer says. @param header `Esteira-Time` @param sentAt, receivedAt by our own clock */
  tell(header: string | null, sentAt: number, receivedAt: number): void;
}

export function createServerClock(now: () => number): ServerClock {
  /** The server's clock is ours plus `offset`, give or take `error`. */
  let best: { offset: number; error: number; at: number } | undefined;
  return {
    now: () => best ? now() + best.offset : null,
    guess: () => now() + (best?.offset ?? 0),
    tell(header, sentAt, receivedAt) {
      const server = Date.parse(header ?? "");
      if (Number.isNaN(server) || receivedAt < sentAt) return;
      // It was written somewhere between our sending and our receiving.
      const offset = server - (sentAt + receivedAt) / 2;
      const error = (receivedAt - sentAt) / 2;
      const age = best ? Math.abs(receivedAt - best.at) / 1000 * DRIFT_MS_A_SECOND : 0;
      const contradicts = best && Math.abs(offset - best.offset) > error + best.error + age + 1000;
      if (!best || contradicts || error <= best.error + age) best = { offset, error, at: receivedAt };
    },
  };
}
