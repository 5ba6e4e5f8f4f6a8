/** What a caller without a valid key or token is told: the first two by the hosted gateway, the others by PostgREST. */
import type { Caller } from "../caller.ts";
import { RestError } from "./rest_error.ts";

type Reason = Extract<Caller, { ok: false }>["reason"];

/** The 401 answer for a refused caller. */
export function refuse(reason: Reason, method: string): Response {
  switch (reason) {
    case "no_api_key":
      return gatewayAnswer(
        "No API key found in request",
        "No `apikey` request header or url param was found.",
      );
    case "bad_api_key":
      return gatewayAnswer("Invalid API key", "Double check your Supabase `anon` or `service_role` API key.");
    case "expired":
      return badToken("PGRST303", "JWT expired").toResponse(method);
    case "bad_token":
      return badToken(
        "PGRST301",
        "No suitable key or wrong key type",
        "None of the keys was able to decode the JWT",
      ).toResponse(method);
  }
}

function gatewayAnswer(message: string, hint: string): Response {
  return Response.json({ message, hint }, { status: 401 });
}

function badToken(code: string, message: string, details: string | null = null): RestError {
  const challenge = `Bearer error="invalid_token", error_description="${message}"`;
  return new RestError(401, code, message, { details, headers: { "www-authenticate": challenge } });
}
