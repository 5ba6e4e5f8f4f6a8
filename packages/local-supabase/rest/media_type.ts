/** In which form the client wants the result. Source: docs.postgrest.org/en/v14/references/api/resource_representation.html */
import { mediaTypesNotAvailable } from "./rest_error.ts";

/** A form of result that can be produced. */
export interface MediaType {
  /** An array of rows (for a function, whatever it returns), exactly one object, or CSV. */
  shape: "array" | "object" | "csv";
  /** Whether properties that are null are left out. */
  stripNulls: boolean;
  /** The answer's `Content-Type`. */
  contentType: string;
}

const VENDOR = /^application\/vnd\.pgrst\.(object|array)(?:\+json)?$/;

/**
 * Picks the first type of an `Accept` header that can be produced; no header means JSON.
 * @throws RestError PGRST107 when there is none.
 */
export function negotiateMediaType(accept: string | null): MediaType {
  const accepted = (accept ?? "*/*").split(",").map((text) => text.trim().toLowerCase());
  for (const text of accepted) {
    const [type = "", ...parameters] = text.split(";").map((part) => part.trim());
    const stripNulls = parameters.includes("nulls=stripped");
    const vendor = type.match(VENDOR)?.[1];
    if (vendor === "object") {
      const name = `application/vnd.pgrst.object+json${stripNulls ? ";nulls=stripped" : ""}`;
      return { shape: "object", stripNulls, contentType: `${name}; charset=utf-8` };
    }
    if (vendor === "array" && stripNulls) {
      const contentType = "application/vnd.pgrst.array+json;nulls=stripped; charset=utf-8";
      return { shape: "array", stripNulls, contentType };
    }
    if (vendor === "array" || ["*/*", "application/*", "application/json"].includes(type)) {
      return { shape: "array", stripNulls: false, contentType: "application/json; charset=utf-8" };
    }
    if (type === "text/csv") {
      return { shape: "csv", stripNulls: false, contentType: "text/csv; charset=utf-8" };
    }
  }
  throw mediaTypesNotAvailable(accepted);
}
