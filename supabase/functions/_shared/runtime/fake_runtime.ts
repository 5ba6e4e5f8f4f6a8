/** For tests of the functions: a server and an Edge Runtime that do as they are told. */

// Servers --------------------------------------------------------------------------------------------------------

/** A request as a fake server received it. */
export interface Recorded {
  method: string;
  path: string;
  query: URLSearchParams;
  headers: Headers;
  bytes: Uint8Array<ArrayBuffer>;
}

/** A server on a free port of this machine. `await using` closes it. */
export interface FakeServer extends AsyncDisposable {
  url: string;
  /** What it was asked, oldest first. */
  requests: Recorded[];
}

/** Serves `answer` and records what it is asked. */
export function fakeServer(answer: (request: Recorded) => Response | Promise<Response>): FakeServer {
  const requests: Recorded[] = [];
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, async (request) => {
    const bytes = await request.bytes().catch(() => undefined);
    if (!bytes) return new Response(null, { status: 400 }); // the client gave up while it was sending
    const { pathname: path, searchParams: query } = new URL(request.url);
    const recorded = { method: request.method, path, query, headers: request.headers, bytes };
    requests.push(recorded);
    return await answer(recorded);
  });
  return {
    url: `http://127.0.0.1:${server.addr.port}`,
    requests,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

/** How long silence lasts at most: whoever would wait for ever is told apart by what they make of its end. */
const SILENCE_MS = 5_000;

/**
 * A server that takes a request and then says nothing (for five seconds, after which it hangs up), hangs up, or breaks off in
 * the middle of its answer.
 */
export function rudeServer(
  manners: "says nothing" | "hangs up" | "breaks off",
): AsyncDisposable & { url: string } {
  const listener = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  const connections = new Map<Deno.Conn, ReturnType<typeof setTimeout>>();
  const hangUp = (connection: Deno.Conn) => {
    clearTimeout(connections.get(connection));
    if (connections.delete(connection)) connection.close();
  };
  const serving = (async () => {
    for await (const connection of listener) {
      await connection.read(new Uint8Array(65_536));
      if (manners === "says nothing") {
        connections.set(connection, setTimeout(() => hangUp(connection), SILENCE_MS));
        continue;
      }
      const half = new TextEncoder().encode('HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{"code":0,');
      if (manners === "breaks off") await connection.write(half);
      connection.close();
    }
  })();
  return {
    url: `http://127.0.0.1:${listener.addr.port}`,
    [Symbol.asyncDispose]: async () => {
      listener.close();
      for (const connection of connections.keys()) hangUp(connection);
      await serving;
    },
  };
}

/** The address of a port of this machine at which nobody listens. */
export function nobodysUrl(): string {
  const listener = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  listener.close();
  return `http://127.0.0.1:${listener.addr.port}`;
}

/** A body as text. */
export function textOf({ bytes }: Pick<Recorded, "bytes">): string {
  return new TextDecoder().decode(bytes);
}

/** A JSON body of which a test knows the shape. */
export function jsonOf(request: Pick<Recorded, "bytes">): Record<string, unknown> {
  return JSON.parse(textOf(request));
}

// The Edge Runtime -----------------------------------------------------------------------------------------------

/** Puts an Edge Runtime in place. `idle` waits until the work after responses is done. */
export function fakeEdgeRuntime(): { idle(): Promise<void> } {
  const pending = new Set<Promise<unknown>>();
  const waitUntil = <T>(promise: Promise<T>) => {
    const done: Promise<unknown> = promise.finally(() => pending.delete(done));
    pending.add(done);
    return promise;
  };
  Object.assign(globalThis, { EdgeRuntime: { waitUntil } });
  return {
    idle: async () => {
      while (pending.size > 0) await Promise.all(pending);
    },
  };
}

/** From now on logged lines are kept here and not shown. */
export function recordLogs(): string[] {
  const lines: string[] = [];
  console.log = console.error = (...parts: unknown[]) => void lines.push(parts.join(" "));
  return lines;
}
