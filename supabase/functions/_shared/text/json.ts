/** JSON from providers, whose ids do not fit a JavaScript number and whose numbers are not always JSON. */

// A JSON string, a number with all of its parts, one of Python's that is none, or a bracket: strings are matched so that
// what is inside them is left alone. An unfinished string is matched to its end, or every quote in it would start a search
// of its own.
const TOKEN = /"[^"\\]*(?:\\[\s\S][^"\\]*)*"?|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|NaN|-?Infinity|[[\]{}]/g;
// As json.dumps writes what has no number in JSON (https://docs.python.org/3/library/json.html, "allow_nan").
const NO_NUMBER: ReadonlySet<string> = new Set(["NaN", "Infinity", "-Infinity"]);
const BIG_INTEGER = /^-?\d{16,}$/;
// Far more than any provider needs, and far less than what overflows the stack here or in PostgreSQL.
const MAX_DEPTH = 200;

/**
 * Parses JSON, keeping integers of 16 digits or more as strings: `{"taskId":1904163390028185602}` gives
 * `"1904163390028185602"`, where JSON.parse would give …600 (docs/providers/runninghub.md#webhooks, bug 7). NaN,
 * Infinity and -Infinity, which Python writes and JSON does not know, are read as null: a result is not lost over them.
 * @throws SyntaxError when `text` is not JSON, or nested more than MAX_DEPTH deep.
 */
export function parseJson(text: string): unknown {
  let depth = 0;
  return JSON.parse(text.replace(TOKEN, (token) => {
    if (token === "[" || token === "{") depth++;
    else if (token === "]" || token === "}") depth--;
    if (depth > MAX_DEPTH) throw new SyntaxError(`JSON nested more than ${MAX_DEPTH} deep`);
    if (NO_NUMBER.has(token)) return "null";
    return BIG_INTEGER.test(token) ? `"${token}"` : token;
  }));
}

/** As parseJson, but undefined for what is not JSON. */
export function tryParseJson(text: string): unknown {
  try {
    return parseJson(text);
  } catch {
    return undefined;
  }
}
