/** The `Range` request header for one range of bytes (RFC 9110 §14). */

/** A stretch of a file: `length` bytes from `start`. */
export interface Slice {
  start: number;
  length: number;
}

/**
 * What `header` asks of a file of `size` bytes: a slice, `whole` when it is absent or names several ranges or another
 * unit (such headers may be ignored), or `unsatisfiable`.
 */
export function sliceOf(header: string | null, size: number): Slice | "whole" | "unsatisfiable" {
  const match = header?.match(/^\s*bytes\s*=\s*(\d*)\s*-\s*(\d*)\s*$/i);
  const [, first, last] = match ?? [];
  if (!match || first === undefined || last === undefined || (first === "" && last === "")) return "whole";
  if (first === "") {
    const length = Math.min(Number(last), size);
    return length === 0 ? "unsatisfiable" : { start: size - length, length };
  }
  const start = Number(first);
  const end = last === "" ? size - 1 : Math.min(Number(last), size - 1);
  if (last !== "" && Number(last) < start) return "whole";
  return start >= size ? "unsatisfiable" : { start, length: end - start + 1 };
}
