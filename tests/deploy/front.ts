/**
 * The one address of a hosted project before a local stack: only functions that were deployed answer, the Data API exposes
 * what the project's settings say, and Realtime takes public channels only while it may.
 */
import type { Hosted } from "./hosted.ts";

export interface Front extends AsyncDisposable {
  readonly url: string;
}

/** Serves on `port` what `stackUrl` answers, as far as `hosted` lets it. */
export function startFront(port: number, stackUrl: string, hosted: Hosted): Front {
  const server = Deno.serve({ hostname: "127.0.0.1", port, onListen: () => {} }, async (request) => {
    const url = new URL(request.url);
    const target = stackUrl + url.pathname + url.search;
    if (request.headers.get("upgrade") === "websocket") return bridge(request, target, hosted);
    const refusal = refused(request, url.pathname, hosted);
    if (refusal) return refusal;
    const headers = new Headers(request.headers);
    headers.delete("host");
    const { body, method } = request;
    return await fetch(target, { method, headers, body, redirect: "manual" });
  });
  return { url: `http://127.0.0.1:${port}`, [Symbol.asyncDispose]: () => server.shutdown() };
}

function refused(request: Request, path: string, hosted: Hosted): Response | null {
  const slug = path.match(/^\/functions\/v1\/([^/]+)/)?.[1];
  if (slug !== undefined && !hosted.functions.has(slug)) {
    return Response.json({ code: "NOT_FOUND", message: "Requested function was not found" }, { status: 404 });
  }
  if (!path.startsWith("/rest/v1/")) return null;
  const schemas = hosted.postgrest.db_schema.split(",").map((name) => name.trim());
  const schema = request.headers.get(request.method === "GET" ? "accept-profile" : "content-profile");
  if (schema === null || schemas.includes(schema)) return null;
  const message = `Invalid schema: ${schema}`;
  return Response.json({ code: "PGRST106", message, details: null, hint: null }, { status: 406 });
}

/** Passes frames on, but answers itself to whoever joins a public channel while those are closed. */
function bridge(request: Request, target: string, hosted: Hosted): Response {
  const { socket: near, response } = Deno.upgradeWebSocket(request);
  const far = new WebSocket(target.replace(/^http/, "ws"));
  const opened = new Promise((resolve) => far.addEventListener("open", resolve));
  near.addEventListener("message", async ({ data }) => {
    const [join, ref, topic, event, payload] = JSON.parse(String(data));
    if (hosted.realtime.private_only && event === "phx_join" && payload?.config?.private !== true) {
      const response = { reason: "PrivateOnly: This project only allows private channels" };
      near.send(JSON.stringify([join, ref, topic, "phx_reply", { status: "error", response }]));
      return;
    }
    await opened;
    if (far.readyState === WebSocket.OPEN) far.send(data);
  });
  far.addEventListener("message", ({ data }) => near.readyState === WebSocket.OPEN && near.send(data));
  near.addEventListener("close", () => far.close());
  far.addEventListener("close", () => near.readyState === WebSocket.OPEN && near.close());
  return response;
}
