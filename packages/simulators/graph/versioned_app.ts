/** The graph as its addresses reach it: at a version, which need not be the one that answers. */
import type { Hono } from "hono";
import { badParameter, graphError } from "./graph_errors.ts";
import { versioned, type Versions } from "./versions.ts";

/** Answers as the version does that is alive for it, and says which that is. */
export async function asVersioned(versions: Versions, graph: Hono, request: Request): Promise<Response> {
  const url = new URL(request.url);
  const found = versioned(versions, url.pathname);
  if (found instanceof Response) return found;
  url.pathname = found.path;
  const response = await graph.fetch(new Request(url, request));
  response.headers.set("facebook-api-version", found.version);
  return response;
}

/** The answer where there is nothing. */
export function unknownPath(request: Request): Response {
  return graphError({
    ...badParameter(`Unknown path components: ${new URL(request.url).pathname}`),
    code: 2500,
  });
}
