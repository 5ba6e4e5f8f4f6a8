/** What the functions share of HTTP: one app with CORS, one JSON error shape. */
import { corsHeaders } from "@supabase/supabase-js/cors";
import { type Context, type Env, Hono } from "hono";
import { cors } from "hono/cors";
import { HTTPException } from "hono/http-exception";
import { EsteiraError } from "../../../../shared/errors/errors.ts";
import { Presence, tellDatabase } from "../engine/presence.ts";
import { logSchemaTooOld, schemaCheck } from "../engine/schema_version.ts";
import { logError } from "../runtime/log.ts";
import { Admission } from "./admission.ts";
import { comeAgainAt } from "./come_again.ts";

/** What a client may ask with beside what supabase-js sends, and what it may read of an answer. */
const ASKED_WITH = ["If-None-Match", "Last-Event-ID"];
const READ = ["ETag", "Retry-After", "Esteira-Time"];
/** How long a browser need not ask again whether it may ask: no browser goes beyond it. */
const ASK_AGAIN_SECONDS = 7200;

/** What went wrong is not inside, or an operator's to mend, and whoever asked is told of it. */
const TELLING: readonly string[] = ["misconfigured", "platform_unavailable", "unhealthy"];
/** What may be over in a moment: whoever asked is told when to ask again. */
const PASSING: readonly string[] = ["database_unavailable", "storage_unavailable"];

/** Requests under way at once in one process. Streams count until they have begun. */
const AT_ONCE = 200;

/**
 * A Hono app for the function `name`, served below `/name`. Whatever is thrown in it becomes an error response. It does
 * nothing on a schema that is older than the functions, 503 schema_too_old, or that they cannot reach, 503 misconfigured. It
 * tells the database that it runs. `atOnce`: how many requests it has under way; beyond that it answers 503 overloaded,
 * with `Retry-After`. Each answer says when it was given, in
 * `Esteira-Time`: to the millisecond, for clients whose own clock may be wrong.
 */
export function createApp<E extends Env>(name: string, atOnce = AT_ONCE): Hono<E> {
  const app = new Hono<E>().basePath(`/${name}`);
  const presence = new Presence(() => tellDatabase(name));
  app.use(async (context, next) => {
    await next();
    context.header("Esteira-Time", new Date().toISOString());
  });
  app.use(cors({
    origin: "*",
    allowHeaders: [
      ...(corsHeaders["Access-Control-Allow-Headers"] ?? "").split(",").map((header) => header.trim()),
      ...ASKED_WITH,
    ],
    exposeHeaders: READ,
    maxAge: ASK_AGAIN_SECONDS,
    allowMethods: ["GET", "POST", "DELETE", "OPTIONS"],
  }));
  const admission = new Admission(atOnce, (refused) => logError(name, "overloaded", { refused, atOnce }));
  app.use(async (_, next) => await admission.through(next));
  app.use(async (_, next) => {
    await Promise.all([schemaCheck.require(), presence.require()]);
    await next();
  });
  app.notFound((context) =>
    errorResponse(
      context,
      new EsteiraError("not_found", "There is nothing at this address."),
    )
  );
  app.onError((error, context) => errorResponse(context, toEsteiraError(name, error)));
  return app;
}

function errorResponse(context: Context, error: EsteiraError): Response {
  const { retryAt } = error.details;
  const ms = typeof retryAt === "string" ? Date.parse(retryAt) - Date.now() : NaN;
  // In whole seconds, and never less than one: who comes back at once would be refused again.
  if (!Number.isNaN(ms)) context.header("Retry-After", String(Math.max(1, Math.ceil(ms / 1000))));
  return context.json(error.toBody(), error.status as 500);
}

function toEsteiraError(name: string, error: unknown): EsteiraError {
  if (error instanceof EsteiraError) {
    if (error.status < 500) return error;
    if (error.code === "overloaded") return passing(error); // and counted where it was refused
    if (error.code === "schema_too_old") {
      logSchemaTooOld(name, error);
      return new EsteiraError(error.code, "Esteira is being upgraded. Try again later.");
    }
    logError(name, error, { code: error.code, ...error.details });
    if (TELLING.includes(error.code)) return error;
    const inside = internal(error.code, error.status);
    return PASSING.includes(error.code) ? passing(inside) : inside;
  }
  if (error instanceof HTTPException && error.status === 401) {
    const cause = error.cause as { code?: string } | undefined;
    return new EsteiraError("unauthenticated", "Sign in first.", {
      reason: cause?.code ?? null,
    });
  }
  logError(name, error);
  return internal("internal_error", 500);
}

/** What went wrong inside is in the log; a caller could do nothing with it, and it may name what they must not know. */
function internal(code: EsteiraError["code"], status: number): EsteiraError {
  return new EsteiraError(code, "Something went wrong on our side.", {}, status);
}

/** The error with the moment at which to ask again. */
function passing({ code, message, details, status }: EsteiraError): EsteiraError {
  return new EsteiraError(code, message, { retryAt: comeAgainAt(), ...details }, status);
}
