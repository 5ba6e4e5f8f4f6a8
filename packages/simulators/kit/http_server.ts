/** The HTTP server every simulator stands on: loopback only, any free port, and gone for certain after `close`. */

/** How long `close` waits for answers in progress before it cuts their connections. */
const GRACE_MS = 500;

/** A listening server. */
export interface LocalServer {
  /** Base URL without a trailing slash, such as `http://127.0.0.1:54821`. */
  readonly url: string;
  /** Refuses new requests, lets answers in progress end for half a second, then cuts what is left. */
  close(): Promise<void>;
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
  const cut = new AbortController();
  const answers = new Set<Promise<void>>();
  let closing = false;
  const server = Deno.serve(
    { hostname, port, signal: cut.signal, onListen() {} },
    (request, { completed }) => {
      if (closing) return new Response("the server is closing", { status: 503 });
      // Rejects when the client went away; for us the answer is over all the same.
      const answer = completed.catch(() => {}).finally(() => answers.delete(answer));
      answers.add(answer);
      return handler(request);
    },
  );
  return {
    url: `http://${publicHost}:${server.addr.port}`,
    async close() {
      closing = true;
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
