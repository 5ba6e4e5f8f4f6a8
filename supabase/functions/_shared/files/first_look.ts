/**
 * The first look at a result: what it is, and whether it is taken. A provider's storage answers many things before it
 * answers the file: nothing, a page, XML that says SlowDown, an error in JSON. All that is words may pass, and is looked
 * at again; a file of another kind is what the provider made, and will be that tomorrow.
 */
import { OutputError, unavailable } from "./output_error.ts";
import { isOneOf } from "./result_types.ts";
import { sniff } from "./sniff.ts";
import { isText, textTypes } from "./words.ts";

/** Bytes that a look is made at, unless the file is shorter. */
export const LOOK_BYTES = 512;

/** What the file is. */
export interface Seen {
  type: string;
  /** It is to be seen to stay text to its end. */
  isText: boolean;
}

/**
 * `first`: how the file begins; `claimed`: what it is said to be, which tells one kind of document from another, and no
 * more. `areWordsFinal`: it is not looked at again.
 * @throws OutputError output_unavailable where another look is worth it, else output_wrong_type
 */
export function lookAt(
  first: Uint8Array,
  types: readonly string[],
  { claimed, areWordsFinal = false }: { claimed: string | null; areWordsFinal?: boolean },
): Seen {
  if (first.length === 0) throw unavailable("The result is empty");
  const kind = sniff(first, claimed);
  if (kind !== null) {
    if (isOneOf(kind, types)) return { type: kind, isText: false };
    throw wrongType(`The result is ${kind}, which is none of ${types.join(", ")}`);
  }
  if (isText(first)) {
    const type = textTypes(first).find((one) => isOneOf(one, types));
    if (type !== undefined) return { type, isText: true };
    const message = `The result is text that is not asked for: ${excerpt(first)}`;
    throw areWordsFinal ? wrongType(message) : unavailable(message);
  }
  throw wrongType(`The result is none of ${types.join(", ")} (it claims to be ${claimed})`);
}

function wrongType(message: string): OutputError {
  return new OutputError("output_wrong_type", message);
}

function excerpt(first: Uint8Array): string {
  return JSON.stringify(new TextDecoder().decode(first.subarray(0, 80)).replaceAll(/\s+/g, " ").trim());
}
