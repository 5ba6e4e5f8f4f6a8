/** Which part of the rows is asked for, and how the answer says which part it holds. */
import { invalidRange, type RestError } from "./rest_error.ts";

/** Rows `offset`, `offset + 1`, … up to `limit` of them (null: all). */
export interface RowRange {
  offset: number;
  limit: number | null;
}

/**
 * Combines the `limit` and `offset` parameters with a `Range: first-last` header (null: none). Anything that is no
 * number is ignored, as PostgREST does.
 * @throws RestError PGRST103 for a negative limit or a range that ends before it begins.
 */
export function requestedRange(limit: string | null, offset: string | null, header: string | null): RowRange {
  const range = { offset: toInteger(offset) ?? 0, limit: toInteger(limit) };
  if (range.limit !== null && range.limit < 0) {
    throw invalidRange("Limit should be greater than or equal to zero.");
  }
  const asked = header?.match(/^(\d+)-(\d*)$/);
  if (!asked) return range;
  const first = Number(asked[1]);
  const end = asked[2] ? Number(asked[2]) + 1 : Infinity;
  if (end <= first) {
    throw invalidRange(
      "The lower boundary must be lower than or equal to the upper boundary in the Range header.",
    );
  }
  const start = Math.max(range.offset, first);
  const stop = Math.min(range.limit === null ? Infinity : range.offset + range.limit, end);
  return { offset: start, limit: stop === Infinity ? null : Math.max(0, stop - start) };
}

/** The same range, with at most `maxRows` rows. */
export function capped({ offset, limit }: RowRange, maxRows: number): RowRange {
  return { offset, limit: limit === null ? maxRows : Math.min(limit, maxRows) };
}

/** The `Content-Range` header: `first-last/total`, with `*` for no rows or an unknown total. */
export function contentRange(first: number, last: number, total: number | null): string {
  return `${first <= last && total !== 0 ? `${first}-${last}` : "*"}/${total ?? "*"}`;
}

/** 200, or 206 when `rows` are only a part of a known `total`. */
export function rangeStatus(rows: number, total: number | null): number {
  return total !== null && rows < total ? 206 : 200;
}

/** The error when the range begins beyond a known total, or undefined. */
export function beyondEnd(offset: number, total: number | null): RestError | undefined {
  if (total === null || offset <= total) return undefined;
  return invalidRange(`An offset of ${offset} was requested, but there are only ${total} rows.`);
}

function toInteger(text: string | null): number | null {
  return text !== null && /^-?\d+$/.test(text) ? Number(text) : null;
}
