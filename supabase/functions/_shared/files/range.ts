/** Going on in the middle of a file: what is asked (RFC 9110 §14), and whether the answer is that. */

/** A part of a file that is asked for, if the file is still the one that it was. */
export interface Part {
  /** Bytes before it. */
  from: number;
  /** Bytes of it, at most. */
  size: number;
  /** Bytes of the whole file. */
  total: number;
  /** What the file is known by. */
  validator: string;
}

/** The headers that ask for it. */
export function rangeHeaders({ from, size, total, validator }: Part): Record<string, string> {
  return { range: `bytes=${from}-${Math.min(from + size, total) - 1}`, "if-range": validator };
}

/** Whether an answer is the part that was asked for. A server that gives less of it is right too. */
export function isPart({ status, headers }: Pick<Response, "status" | "headers">, part: Part): boolean {
  const [, first, last, total] = headers.get("content-range")?.match(/^bytes (\d+)-(\d+)\/(\d+)$/) ?? [];
  return status === 206 && Number(first) === part.from && Number(total) === part.total &&
    Number(last) >= part.from && Number(last) < Math.min(part.from + part.size, part.total);
}

/**
 * What an answer's file can be told by when it is asked for again: a strong ETag, or a date that is old enough to be
 * one (RFC 9110 §8.8). Null: nothing, so it cannot be gone on with.
 */
export function validatorOf(headers: Headers): string | null {
  const eTag = headers.get("etag");
  if (eTag?.startsWith('"')) return eTag;
  const modified = headers.get("last-modified");
  const isOld = Date.parse(headers.get("date") ?? "") - Date.parse(modified ?? "") >= 1000;
  return isOld ? modified : null;
}

/** Bytes of the whole file, where the answer says so; null: it does not. */
export function totalOf({ status, headers }: Pick<Response, "status" | "headers">): number | null {
  if (status === 206) {
    const total = headers.get("content-range")?.match(/\/(\d+)$/)?.[1];
    return total === undefined ? null : Number(total);
  }
  const length = headers.get("content-length");
  return length !== null && /^\d{1,15}$/.test(length) ? Number(length) : null;
}
