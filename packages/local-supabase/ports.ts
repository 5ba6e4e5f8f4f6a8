/** Ports of the stack: which are wanted, whether they are free, and free ones for tests. */

/** A wanted port is taken; the message names it. */
export class PortInUse extends Error {
  readonly code = "port_in_use";
}

/** Throws PortInUse unless `port` can be listened on at 127.0.0.1. */
export function assertPortFree(port: number, what: string): void {
  try {
    Deno.listen({ hostname: "127.0.0.1", port }).close();
  } catch (error) {
    if (!(error instanceof Deno.errors.AddrInUse)) throw error;
    throw new PortInUse(
      `Port ${port} (${what}) is in use. Stop what listens there (another stack, or "supabase stop"), ` +
        `or choose other ports: ESTEIRA_API_PORT, ESTEIRA_DB_PORT, ESTEIRA_SIMULATOR_PORT.`,
    );
  }
}

// Below the ports that systems give to outgoing connections (Linux from 32768, macOS and Windows from 49152): one of
// those may be taken by a connection between the moment that it is found free and the moment that it is listened on.
const LOWEST = 20_000;
const HIGHEST = 32_000;

/** Returns a port that nobody listens on just now, at random, so that tests side by side do not find the same one. */
export function freePort(): number {
  for (;;) {
    const port = LOWEST + Math.floor(Math.random() * (HIGHEST - LOWEST));
    try {
      Deno.listen({ hostname: "127.0.0.1", port }).close();
      return port;
    } catch (error) {
      if (!(error instanceof Deno.errors.AddrInUse)) throw error;
    }
  }
}
