/** Ids as Replicate's are. */
import { randomBytes } from "node:crypto";

/** An id of so many small letters and digits. */
export function lettersAndDigits(length: number): string {
  return Array.from(randomBytes(length), (byte) => (byte % 36).toString(36)).join("");
}
