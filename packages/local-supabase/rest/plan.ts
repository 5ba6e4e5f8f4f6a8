/** A request made ready to run: what to send to PostgreSQL, and what the result means in HTTP. */
import type { ResultRow } from "./result_statement.ts";
import type { Setting } from "./schema_cache.ts";
import type { Statement } from "./sql_text.ts";

/** What makes the transaction fail although the statement did not. */
export interface Limits {
  /** The result must be exactly one row. */
  single: boolean;
  /** At most so many rows; null: any number. */
  maxAffected: number | null;
}

/** Status, `Content-Range` and the rest of an answer, before functions had their say. */
export interface Answer {
  status: number;
  headers: Record<string, string>;
  /** null: no body. */
  body: string | null;
}

/** What to run, how, and what its result means. */
export interface Plan {
  statement: Statement;
  /** Read-only transactions are how GET and stable functions are kept from writing. */
  readOnly: boolean;
  /** Settings of the called function. */
  settings: Setting[];
  limits: Limits;
  /** @throws RestError PGRST103 when the result shows that the range lies beyond it. */
  answer(row: ResultRow): Answer;
}
