/** The contract of one route, as data: what the description of the API is made of, and what the tests hold the routes to. */
import type { z } from "zod";
import type { ErrorCode } from "../errors/errors.ts";

/**
 * Who may call: everybody; a signed-in user, by token or by ticket; a server, which has a secret key; either of them; a
 * provider, by the token in the address that it was given.
 */
export type Access = "everybody" | "user" | "user or ticket" | "server" | "user or server" | "provider";

export interface Operation {
  /** Unique, and the name of the operation in generated clients. */
  id: string;
  /** The Edge Function that has it. */
  function: string;
  method: "get" | "post" | "delete";
  /** Below the function, parameters in braces: `/{id}/position`. */
  path: string;
  /** In a few words. */
  summary: string;
  /** What else there is to know, in Markdown. */
  description?: string;
  access: Access;
  params?: z.ZodObject;
  query?: z.ZodObject;
  body?: z.ZodType;
  /** `type`: the media type, where that is not JSON. */
  answer: { status: 200 | 201 | 202 | 303; schema: z.ZodType; type?: string; description: string };
  /** Whether its answer has an `ETag`, and is 304 to who has it already. */
  isTagged?: true;
  /** Its own errors; those that go with its access, its body and with any operation are added by `errorsOf`. */
  errors: readonly ErrorCode[];
}

const OF_ANY: readonly ErrorCode[] = [
  "internal_error",
  "overloaded",
  "database_unavailable",
  "storage_unavailable",
  "schema_too_old",
  "misconfigured",
];
const OF_A_BODY: readonly ErrorCode[] = ["invalid_json", "payload_too_large", "invalid_input"];

/** Every code that an operation may answer with. */
export function errorsOf({ access, body, query, errors }: Operation): ErrorCode[] {
  return [
    ...new Set<ErrorCode>([
      ...access === "everybody" || access === "provider" ? [] : ["unauthenticated" as const],
      ...body ? OF_A_BODY : [],
      ...query ? ["invalid_input" as const] : [],
      ...errors,
      ...OF_ANY,
    ]),
  ];
}
