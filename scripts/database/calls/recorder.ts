/**
 * Stands between the functions and the gateway and notes what they ask of the Data API: their real use, as the
 * end-to-end tests exercise it. Everything is passed on as it is.
 */
import { passSocket } from "./pass_socket.ts";
import { readRequest, type Use, use } from "./request.ts";

export interface Recorder {
  /** What the functions are to take for the project's address. */
  readonly url: string;
  close(): Promise<void>;
}

/** Starts it in front of the gateway at `target`; each use is a line of JSON at the end of `file`. */
export function startRecorder(target: string, file: string): Recorder {
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, async (request) => {
    const url = new URL(request.url);
    if (request.headers.get("upgrade") === "websocket") {
      return passSocket(request, target.replace(/^http/, "ws") + url.pathname + url.search);
    }
    const isData = url.pathname.startsWith("/rest/v1/");
    const body = isData ? await request.text() : request.body;
    if (typeof body === "string") {
      const { method, headers } = request;
      const used = readRequest({ method, path: url.pathname, query: url.searchParams, headers, body });
      if (used) await Deno.writeTextFile(file, `${JSON.stringify(used)}\n`, { append: true });
    }
    const headers = new Headers(request.headers);
    headers.delete("host");
    return await fetch(target + url.pathname + url.search, {
      method: request.method,
      headers,
      body: body === "" ? null : body,
      redirect: "manual",
    });
  });
  return { url: `http://127.0.0.1:${server.addr.port}`, close: () => server.shutdown() };
}

/** The uses in a recording, each once, in order of their names. */
export async function readRecording(file: string): Promise<Use[]> {
  const lines = (await Deno.readTextFile(file)).split("\n").filter(Boolean);
  return [...new Set(lines)].sort().map((line) => use.parse(JSON.parse(line)));
}
