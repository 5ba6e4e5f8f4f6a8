/**
 * Resumable uploads, `/upload/resumable` and `/upload/resumable/sign`: TUS 1.0.0 as storage-api speaks it
 * (github.com/supabase/storage, src/http/routes/tus). Written for this service rather than taken from `@tus/server`,
 * which storage-api stands on: that brings clients of Redis along, and wants Node's streams.
 */
import { type Context, Hono } from "hono";
import type { StorageContext } from "../context.ts";
import { StorageError } from "../storage_error.ts";
import { createUpload } from "./create.ts";
import { appendToUpload } from "./append.ts";
import { headUpload, removeUpload } from "./look.ts";
import { checkHeaders, optionsHeaders, TUS_HEADERS } from "./tus_headers.ts";
import { toTusError, TusError } from "./tus_error.ts";
import { type Door, doorOf } from "./uploader.ts";

/** Answers one request; `name` is the last part of the upload's address. */
export type TusHandler = (
  ctx: StorageContext,
  request: Request,
  door: Door,
  name: string,
) => Promise<Response>;

const HANDLERS: Readonly<Record<string, TusHandler>> = {
  POST: createUpload,
  HEAD: headUpload,
  PATCH: appendToUpload,
  DELETE: removeUpload,
};

/** The routes, to be mounted at `/upload/resumable`. */
export function resumableRoutes(ctx: StorageContext): Hono {
  const answer = (isSigned: boolean) => async (c: Context) => {
    const request = c.req.raw;
    if (request.method === "OPTIONS") {
      const headers = { ...TUS_HEADERS, ...optionsHeaders(ctx.fileSizeLimit) };
      return new Response(null, { status: 204, headers });
    }
    // Credentials are checked before the protocol, and refused in the words of all other routes.
    const door = await doorOf(ctx, request, isSigned);
    const response = await handle(ctx, request, door, c.req.param("name") ?? "");
    for (const [name, value] of Object.entries(TUS_HEADERS)) response.headers.set(name, value);
    return response;
  };
  return new Hono()
    .all("/sign", answer(true))
    .all("/sign/:name", answer(true))
    .all("/", answer(false))
    .all("/:name", answer(false));
}

async function handle(ctx: StorageContext, request: Request, door: Door, name: string): Promise<Response> {
  const handler = HANDLERS[request.method];
  if (!handler) {
    throw new StorageError(404, "NotFound", `Route ${request.method} not found`, "Not Found", 404);
  }
  try {
    checkHeaders(request);
    return await handler(ctx, request, door, name);
  } catch (error) {
    const { status, body } = error instanceof TusError ? error : toTusError(error);
    return new Response(request.method === "HEAD" ? null : body, { status });
  }
}
