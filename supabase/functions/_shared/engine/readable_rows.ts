/** Rows that the engine hands out under a lease. */
import { z } from "zod";
import { logError } from "../runtime/log.ts";

/**
 * The rows that can be read. One that cannot (its tool or account has settings of the wrong kind) must not keep the others
 * from being worked on: it is logged, as what failed at `what`, and comes back with its lease.
 */
export function readableRows<Row>(
  schema: z.ZodType<Row>,
  rows: unknown,
  what: string,
  evidence: (row: unknown) => Record<string, unknown> = () => ({}),
): Row[] {
  return z.array(z.unknown()).parse(rows).flatMap((row) => {
    const parsed = schema.safeParse(row);
    if (!parsed.success) logError(what, parsed.error, evidence(row));
    return parsed.success ? [parsed.data] : [];
  });
}
