/** A gate before a simulator: what goes through one path can be held up until the test lets it go. */
import { serveLocally } from "@esteira/simulators/kit/http_server";

export interface Gate {
  /** Base URL to be used in the simulator's place. */
  readonly url: string;
  /** Every request that has come, oldest first, as `GET /path`. */
  readonly requests: readonly string[];
  /** Holds the next request of `path` up: before the simulator sees it, or its answer before the caller sees that. */
  hold(path: string, what: "request" | "answer"): Hold;
  close(): Promise<void>;
}

/** One request that is held up. */
export interface Hold {
  /** Resolves when there is something to hold. */
  readonly reached: Promise<void>;
  release(): void;
}

/** Opens a gate before the simulator at `target`. All that is not held goes through at once. */
export function openGate(target: string): Gate {
  const { hostname, port } = new URL(target);
  // Where the functions run in containers, the simulator has a name that only they know.
  const options = hostname === "127.0.0.1" ? {} : { hostname: "0.0.0.0", publicHost: hostname };
  const holds: { path: string; what: "request" | "answer"; reached: () => void; released: Promise<void> }[] =
    [];
  const releases: (() => void)[] = [];
  const requests: string[] = [];
  const server = serveLocally(
    async (request) => {
      const { pathname, search } = new URL(request.url);
      requests.push(`${request.method} ${pathname}`);
      const at = holds.findIndex(({ path }) => path === pathname);
      const [hold] = at < 0 ? [] : holds.splice(at, 1);
      const body = request.body ? await request.arrayBuffer() : null;
      const wait = async () => {
        hold?.reached();
        await hold?.released;
      };
      if (hold?.what === "request") await wait();
      const headers = new Headers(request.headers);
      headers.delete("host");
      const answer = await fetch(`http://127.0.0.1:${port}${pathname}${search}`, {
        method: request.method,
        headers,
        body,
      });
      const answered = await answer.arrayBuffer();
      if (hold?.what === "answer") await wait();
      return new Response(answered, { status: answer.status, headers: answer.headers });
    },
    0,
    options,
  );
  return {
    url: server.url,
    requests,
    hold(path, what) {
      const reached = Promise.withResolvers<void>();
      const released = Promise.withResolvers<void>();
      holds.push({ path, what, reached: reached.resolve, released: released.promise });
      releases.push(released.resolve);
      return { reached: reached.promise, release: released.resolve };
    },
    async close() {
      for (const release of releases) release();
      await server.close();
    },
  };
}
