/** What a request brings with it: who calls, and its JSON body. */
import type { z } from "zod";
import { callerOf } from "../caller.ts";
import type { Claims, Tokens } from "../tokens.ts";
import { accessDenied, badRequest, StorageError } from "./storage_error.ts";

/**
 * The claims of the caller.
 * @throws StorageError when no credentials are given or they are not good
 */
export async function requireCaller(request: Request, tokens: Tokens): Promise<Claims> {
  if (!request.headers.has("authorization") && !request.headers.has("apikey")) {
    throw badRequest("headers must have required property 'authorization'");
  }
  const caller = await callerOf(request, tokens, { requireApiKey: false });
  if (caller.ok) return caller.claims;
  // Refused by the API gateway before storage-api sees it.
  if (caller.reason === "bad_api_key") {
    throw new StorageError(401, "AccessDenied", "Invalid API key", "Unauthorized", 401);
  }
  throw accessDenied(caller.reason === "expired" ? '"exp" claim timestamp check failed' : "Invalid JWT");
}

/** The claims of the caller, or undefined when there are none: for routes that also serve the public. */
export async function optionalCaller(request: Request, tokens: Tokens): Promise<Claims | undefined> {
  return await requireCaller(request, tokens).catch((error) => {
    if (error instanceof StorageError) return undefined;
    throw error;
  });
}

/** The JSON body, checked. @throws StorageError `InvalidRequest` naming the first thing that is wrong */
export async function readJson<T>(request: Request, schema: z.ZodType<T>): Promise<T> {
  const json: unknown = await request.json().catch(() => {
    throw badRequest("Body is not valid JSON");
  });
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw badRequest(
    `body${issue?.path.map((step) => `/${String(step)}`).join("") ?? ""} ${issue?.message ?? ""}`,
  );
}
