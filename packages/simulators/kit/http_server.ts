/** The HTTP server every simulator stands on: loopback only, any free port, and gone for certain after `close`. */

import { pause } from "./pause.ts";

/** How long `close` waits for answers in progress before it cuts their connections. */
const GRACE_MS = 500;
/** How long it is tried to have the port again after an outage: meanwhile somebody else may have taken it. */
const REBIND_MS = 10_000;

/** A listening server. */
export interface LocalServer {
  /** Base URL without a trailing slash, such as `http://127.0.0.1:54821`. */
  readonly url: string;
  /** Refuses new requests, lets answers in progress end for half a second, then cuts what is left. */
  close(): Promise<void>;
  /** Cuts every connection and refuses new ones for `ms` milliseconds; resolves when it listens again. */
  refuse(ms: number): Promise<void>;
}

/**
 * Listens on 127.0.0.1, or on `hostname`; `publicHost` is the name by which others reach it, when that differs.
 * @param port 0 takes any free port.
 * @throws Deno.errors.AddrInUse when the port is taken.
 */
export function serveLocally(
  handler: (request: Request) => Response | Promise<Response>,
  port = 0,
  { hostname = "127.0.0.1", publicHost = hostname }: { hostname?: string; publicHost?: string } = {},
): LocalServer {
  const answers = new Set<Promise<void>>();
  const closing = new AbortController();
  let outage = Promise.resolve();
  const listen = (port: number) => {
    const cut = new AbortController();
    const server = Deno.serve(
      { hostname, port, signal: cut.signal, onListen() {} },
      (request, { completed }) => {
        if (closing.signal.aborted) return new Response("the server is closing", { status: 503 });
        // Rejects when the client went away; for us the answer is over all the same.
        const answer = completed.catch(() => {}).finally(() => answers.delete(answer));
        answers.add(answer);
        return handler(request);
      },
    );
    return { server, cut };
  };
  let { server, cut } = listen(port);
  const bound = server.addr.port;
  const away = async (ms: number) => {
    cut.abort();
    await server.finished.catch(() => {});
    await pause(ms, closing.signal).catch(() => {});
    for (const giveUpAt = Date.now() + REBIND_MS; !closing.signal.aborted;) {
      try {
        ({ server, cut } = listen(bound));
        return;
      } catch (error) {
        if (!(error instanceof Deno.errors.AddrInUse) || Date.now() > giveUpAt) throw error;
        await pause(10, closing.signal).catch(() => {});
      }
    }
  };
  return {
    url: `http://${publicHost}:${bound}`,
    refuse: (ms) => outage = outage.then(() => away(ms)),
    async close() {
      closing.abort();
      await outage;
      // A client that stopped reading in the middle of a download would hold a graceful shutdown up for ever, and
      // once a shutdown has begun nothing can be cut any more. So the answers are waited for first.
      const ended = await withinGrace(Promise.all(answers));
      if (ended) await withinGrace(server.shutdown());
      else cut.abort();
    },
  };
}

/** Whether `work` ends within the time of grace. */
async function withinGrace(work: Promise<unknown>): Promise<boolean> {
  const grace = Promise.withResolvers<boolean>();
  const timer = setTimeout(() => grace.resolve(false), GRACE_MS);
  const ended = await Promise.race([work.then(() => true), grace.promise]);
  clearTimeout(timer);
  return ended;
}
