/** Which part of a file a request asks for (RFC 9110 §14.2, §13.1.5): one range of bytes, if the file is still that one. */

/** From `from` up to `to`, without `to`. */
export interface Part {
  readonly from: number;
  readonly to: number;
}

/**
 * @param bytes how many the file has.
 * @param etag the file's strong one, in its quotes: what `If-Range` must say, where it says anything.
 * @returns undefined: the whole file.
 */
export function partOf(headers: Headers, bytes: number, etag: string): Part | "unsatisfiable" | undefined {
  const match = /^bytes=(\d*)-(\d*)$/.exec(headers.get("range") ?? "");
  const [, first = "", last = ""] = match ?? [];
  if (!match || (first === "" && last === "") || (headers.get("if-range") ?? etag) !== etag) return undefined;
  if (first === "") {
    const length = Math.min(Number(last), bytes);
    return length > 0 ? { from: bytes - length, to: bytes } : "unsatisfiable";
  }
  const from = Number(first);
  const to = last === "" ? bytes : Math.min(Number(last) + 1, bytes);
  if (last !== "" && Number(last) < from) return undefined; // no range at all: as if nothing had been asked
  return from < bytes ? { from, to } : "unsatisfiable";
}
