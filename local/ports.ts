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

/** Returns a port that nobody listens on just now. */
export function freePort(): number {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr as Deno.NetAddr;
  listener.close();
  return port;
}
