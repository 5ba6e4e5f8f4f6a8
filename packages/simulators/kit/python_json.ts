/** JSON as Python's `json.dumps` writes it: with words for numbers that JSON has no words for. */

const NUMBERS = '"score": NaN, "loudest": Infinity, "quietest": -Infinity';

/** The same JSON, with three such numbers in its first object. */
export function asPythonWrites(json: string): string {
  return json.replace(/\{(\s*\})?/, (_, end) => end === undefined ? `{${NUMBERS}, ` : `{${NUMBERS}}`);
}
