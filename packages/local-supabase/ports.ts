/** Ports of the stack: which are wanted, whether they are free, and free ones for tests. */

/** A wanted port is taken; the message names it. */
export class PortInUse extends Error {
  readonly code = "port_in_use";
}

/** The system keeps a wanted port for others (below 1024, for root); the message names it. */
export class PortForbidden extends Error {
  readonly code = "port_forbidden";
}

/**
 * Looks whether `port` can be listened on at 127.0.0.1. `what` says in the message what it is for.
 * @throws PortInUse, PortForbidden
 */
export function assertPortFree(port: number, what: string): void {
  try {
    Deno.listen({ hostname: "127.0.0.1", port }).close();
  } catch (error) {
    if (error instanceof Deno.errors.AddrInUse) throw new PortInUse(`Port ${port} (${what}) is in use.`);
    if (error instanceof Deno.errors.PermissionDenied) {
      throw new PortForbidden(`Port ${port} (${what}) may not be listened on by this user.`);
    }
    throw error;
  }
}

// Below the ports that systems give to outgoing connections (Linux from 32768, macOS and Windows from 49152): one of
// those may be taken by a connection between the moment that it is found free and the moment that it is listened on.
const LOWEST = 20_000;
const HIGHEST = 32_000;

/** Returns a port that nobody listens on just now, at random, so that tests side by side do not find the same one. */
export function freePort(): number {
  return freePorts(1);
}

/** As `freePort`, the first of `count` in a row that are all free. */
export function freePorts(count: number): number {
  for (;;) {
    const first = LOWEST + Math.floor(Math.random() * (HIGHEST - LOWEST - count));
    const isFree = (_: unknown, at: number) => {
      try {
        Deno.listen({ hostname: "127.0.0.1", port: first + at }).close();
        return true;
      } catch (error) {
        if (!(error instanceof Deno.errors.AddrInUse)) throw error;
        return false;
      }
    };
    if (Array.from({ length: count }).every(isFree)) return first;
  }
}
