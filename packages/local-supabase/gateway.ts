/** The one address of the stack, as a hosted project has it: every service below its prefix, CORS for browsers. */
import { asItArrives } from "./arriving_body.ts";
import type { Service } from "./service.ts";

const CORS = {
  "access-control-allow-origin": "*",
  "access-control-allow-methods": "GET,HEAD,PUT,PATCH,POST,DELETE,OPTIONS",
  "access-control-expose-headers": "*",
};

const CORS_ENTRIES = Object.entries(CORS);

/** Who answers OPTIONS themselves. */
const ANSWER_OPTIONS = ["/functions/", "/storage/v1/upload/resumable"];

/** Serves `services` (by prefix, such as `/rest/v1`) on `port` at 127.0.0.1. */
export function startGateway(
  port: number,
  services: Record<string, Pick<Service, "handle">>,
): Deno.HttpServer {
  const routes = Object.entries(services);
  return Deno.serve({ hostname: "127.0.0.1", port, onListen: () => {} }, async (request) => {
    const { pathname } = new URL(request.url);
    if (request.headers.get("upgrade") === "websocket") return await dispatch(request, pathname);
    if (request.method === "OPTIONS" && !ANSWER_OPTIONS.some((prefix) => pathname.startsWith(prefix))) {
      const allowed = request.headers.get("access-control-request-headers") ?? "*";
      return new Response(null, {
        status: 204,
        headers: { ...CORS, "access-control-allow-headers": allowed },
      });
    }
    const response = await dispatch(asItArrives(request), pathname);
    if (!pathname.startsWith("/functions/")) return forBrowsers(response);
    // Fetched by us, and so decoded already; its headers can be changed in a copy alone.
    const headers = new Headers(response.headers);
    headers.delete("content-length");
    headers.delete("content-encoding");
    const { body, status, statusText } = response;
    return forBrowsers(new Response(body, { status, statusText, headers }));
  });

  /** The same answer: a body that is a text is sent as one, and would be a stream in a copy. */
  function forBrowsers(response: Response): Response {
    for (const [name, value] of CORS_ENTRIES) {
      if (!response.headers.has(name)) response.headers.set(name, value);
    }
    return response;
  }

  async function dispatch(request: Request, pathname: string): Promise<Response> {
    const service = routes.find(([prefix]) => pathname === prefix || pathname.startsWith(`${prefix}/`))?.[1];
    if (!service) return Response.json({ message: "no Route matched with those values" }, { status: 404 });
    try {
      return await service.handle(request);
    } catch (error) {
      console.error(`[gateway] ${request.method} ${pathname}`, error);
      return Response.json({ message: "An unexpected error occurred" }, { status: 500 });
    }
  }
}
