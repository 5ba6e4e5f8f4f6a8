/** JSON from providers, whose ids do not fit a JavaScript number. */

// A JSON string, or a number with all of its parts: strings are matched so that digits inside them are left alone. An
// unfinished string is matched to its end, or every quote in it would start a search of its own.
const STRING_OR_NUMBER = /"[^"\\]*(?:\\[\s\S][^"\\]*)*"?|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
const BIG_INTEGER = /^-?\d{16,}$/;

/**
 * Parses JSON, keeping integers of 16 digits or more as strings: `{"taskId":1904163390028185602}` gives
 * `"1904163390028185602"`, where JSON.parse would give …600 (providers.md §1.8, bug 7).
 * @throws SyntaxError when `text` is not JSON.
 */
export function parseJson(text: string): unknown {
  return JSON.parse(
    text.replace(
      STRING_OR_NUMBER,
      (token) => BIG_INTEGER.test(token) ? `"${token}"` : token,
    ),
  );
}

/** As parseJson, but undefined for what is not JSON. */
export function tryParseJson(text: string): unknown {
  try {
    return parseJson(text);
  } catch {
    return undefined;
  }
}
