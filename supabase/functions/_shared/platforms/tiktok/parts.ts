/**
 * A video in parts, as TikTok wants them: sequential, 5 MB or more, as many as the file has whole part lengths, and the last
 * with whatever is over. Ours are as small as they may be: a part is held in memory, and sent again when a worker dies at it.
 */

/** The least that TikTok takes of a part that is not the whole file; above it in either way of counting a megabyte. */
const LEAST_BYTES = 5 * 1024 * 1024;

/** How a file is cut. */
export interface Parts {
  bytes: number;
  chunk: number;
  count: number;
}

/** A part of a file: its bytes from `from` to `to`, the latter not included. */
export interface Part {
  from: number;
  to: number;
  isLast: boolean;
}

/**
 * The parts of a file: as many as it has of the least length, all alike but for a few bytes that the last is longer. So none is
 * as long as two of the least length (10 MiB), and 4 GB have 819 of the 1,000 that there may be.
 */
export function partsOf(bytes: number): Parts {
  const count = Math.max(Math.floor(bytes / LEAST_BYTES), 1);
  return { bytes, chunk: Math.floor(bytes / count), count };
}

/** The part that comes after so many bytes; null where all of them were sent, or none begins there. */
export function partAt({ bytes, chunk, count }: Parts, sent: number): Part | null {
  const index = sent / chunk;
  if (!Number.isInteger(index) || index < 0 || index >= count) return null;
  const isLast = index === count - 1;
  return { from: sent, to: isLast ? bytes : sent + chunk, isLast };
}
