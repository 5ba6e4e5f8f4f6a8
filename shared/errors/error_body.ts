/** The body of an error, checked where it comes from outside. */
import { z } from "zod";
import type { ErrorBody } from "./errors.ts";

/** The body of every response that is not a success. */
export const errorBody: z.ZodType<ErrorBody> = z.object({
  error: z.object({
    code: z.string(),
    message: z.string(),
    details: z.record(z.string(), z.unknown()).describe(
      "What helps to mend it: the field at fault, the limit, …",
    ),
  }),
});
