/**
 * What PostgreSQL refused, as HTTP: its code, message, detail and hint pass through, and the SQLSTATE decides the
 * status. Source: docs.postgrest.org/en/v14/references/errors.html, "HTTP Status Codes" and "Raise errors with HTTP
 * status codes".
 */
import postgres from "postgres";
import { z } from "zod";
import { isConnectionLoss } from "../sessions/database_session.ts";
import { PoolTimeout } from "../sessions/pool.ts";
import { poolTimeout, RestError } from "./rest_error.ts";

/** SQLSTATEs with a status of their own; looked up before their class. */
const STATUS_OF_CODE: Record<string, number> = {
  "23503": 409, // foreign key violation
  "23505": 409, // uniqueness violation
  "25006": 405, // read only transaction
  "42883": 404, // undefined function
  "42P01": 404, // undefined table
  "42P17": 500, // infinite recursion
  "53400": 500, // configuration limit exceeded
  "57P01": 503, // connection ended by an administrator
  "P0001": 400, // raise exception
};

/** Statuses of whole classes, the first two characters of an SQLSTATE. Everything else is the client's fault: 400. */
const STATUS_OF_CLASS: Record<string, number> = {
  "08": 503,
  "09": 500,
  "0L": 403,
  "0P": 403,
  "25": 500,
  "28": 403,
  "2D": 500,
  "38": 500,
  "39": 500,
  "3B": 500,
  "40": 500,
  "53": 503,
  "54": 500,
  "55": 500,
  "57": 500,
  "58": 500,
  "F0": 500,
  "HV": 500,
  "P0": 500,
  "XX": 500,
};

/** Turns an error of the database or of the connection to it into an answer; anything else is a bug and thrown on. */
export function toRestError(error: unknown, role: string): RestError {
  if (error instanceof RestError) return error;
  if (error instanceof PoolTimeout) return poolTimeout();
  if (error instanceof postgres.PostgresError) {
    if (error.code === "PGRST") return raisedResponse(error.message, error.detail);
    const status = statusOf(error.code, error.message, role);
    return new RestError(status, error.code, error.message, {
      details: error.detail ?? null,
      hint: error.hint ?? null,
      headers: status === 401 ? { "www-authenticate": "Bearer" } : {},
    });
  }
  if (error instanceof Error && isConnectionLoss(error)) {
    const message = "Database connection error. Retrying the connection.";
    return new RestError(503, "PGRST000", message, { details: error.message });
  }
  throw error;
}

/** The HTTP status for an SQLSTATE raised while `role` was impersonated. */
export function statusOf(sqlState: string, message: string, role: string): number {
  const chosen = sqlState.match(/^PT(\d{3})$/)?.[1];
  if (chosen) return Number(chosen) >= 200 && Number(chosen) <= 599 ? Number(chosen) : 500;
  if (sqlState === "42501") return role === "anon" ? 401 : 403;
  // pg-safeupdate blames the client; any other "more than one row" is the view's or function's own fault.
  if (sqlState === "21000") return message.endsWith("requires a WHERE clause") ? 400 : 500;
  if (sqlState === "22023" && /^role .* does not exist$/.test(message)) return 401;
  return STATUS_OF_CODE[sqlState] ?? STATUS_OF_CLASS[sqlState.slice(0, 2)] ?? 400;
}

const raisedMessage = z.object({
  code: z.string(),
  message: z.string(),
  details: z.string().nullish(),
  hint: z.string().nullish(),
});

const raisedDetail = z.object({
  status: z.int().min(200).max(599),
  headers: z.record(z.string(), z.string()),
});

/** `raise sqlstate 'PGRST' using message = <json>, detail = <json>`: the function dictates the whole answer. */
function raisedResponse(messageText: string, detailText: string | undefined): RestError {
  const message = raisedMessage.safeParse(parseJson(messageText));
  if (!message.success) {
    return unreadableRaise(
      `Invalid JSON value for MESSAGE: '${messageText}'`,
      "MESSAGE must be a JSON object with obligatory keys: 'code', 'message' and optional keys: 'details', 'hint'.",
    );
  }
  const detail = raisedDetail.safeParse(parseJson(detailText ?? ""));
  if (!detail.success) {
    return unreadableRaise(
      detailText
        ? `Invalid JSON value for DETAIL: '${detailText}'`
        : "DETAIL is missing in the RAISE statement",
      "DETAIL must be a JSON object with obligatory keys: 'status', 'headers' and optional key: 'status_text'.",
    );
  }
  const { code, details, hint } = message.data;
  const { status, headers } = detail.data;
  return new RestError(status, code, message.data.message, { details, hint, headers });
}

function unreadableRaise(details: string, hint: string): RestError {
  const message = `Could not parse JSON in the "RAISE SQLSTATE 'PGRST'" error`;
  return new RestError(500, "PGRST121", message, { details, hint });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
