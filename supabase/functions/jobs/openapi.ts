/** `GET /jobs/openapi.json`: the description of the API. */
import type { Context } from "hono";
import { publicUrl } from "../_shared/runtime/env.ts";

/** Answers 200 with an OpenAPI 3.1 document. What makes it is loaded by the first who asks, so that nobody else waits for it. */
export async function describe(context: Context): Promise<Response> {
  const { openapiDocument } = await import("../../../shared/operations/openapi_document.ts");
  return context.json(openapiDocument({ url: `${publicUrl()}/functions/v1` }));
}
