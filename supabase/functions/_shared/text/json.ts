/** JSON from providers, whose numbers do not always fit a JavaScript number, and are not always JSON. */

// As json.dumps writes what has no number in JSON (https://docs.python.org/3/library/json.html, "allow_nan").
const NO_NUMBERS = ["NaN", "Infinity", "-Infinity"];
const MAX_DIGITS = 15;
// Far more than any provider needs, and far less than what overflows the stack here or in PostgreSQL.
const MAX_DEPTH = 200;

const QUOTE = 0x22;
const MINUS = 0x2d;
const CAPITAL_I = 0x49;
const CAPITAL_N = 0x4e;
const OPEN_BRACKET = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

/**
 * Parses JSON, keeping integers of 16 digits or more as strings: `{"taskId":1904163390028185602}` gives
 * `"1904163390028185602"`, where JSON.parse would give …600 (docs/providers/runninghub.md#webhooks, bug 7). So does a
 * number that is too large for any double, `1e999`, which would be Infinity. NaN, Infinity and -Infinity, which Python
 * writes and JSON does not know, are read as null: a result is not lost over them.
 *
 * The text is gone through once, character by character: anybody's text, of megabytes, and no pattern is needed for it.
 * @throws SyntaxError when `text` is not JSON, or nested more than MAX_DEPTH deep.
 */
export function parseJson(text: string): unknown {
  const kept: string[] = [];
  let keptTo = 0;
  const replace = (from: number, to: number, by: string) => {
    kept.push(text.slice(keptTo, from), by);
    keptTo = to;
  };
  let depth = 0;
  for (let at = 0; at < text.length;) {
    switch (text.charCodeAt(at)) {
      case QUOTE:
        at = afterString(text, at);
        continue;
      case OPEN_BRACKET:
      case OPEN_BRACE:
        if (++depth > MAX_DEPTH) throw new SyntaxError(`JSON nested more than ${MAX_DEPTH} deep`);
        break;
      case CLOSE_BRACKET:
      case CLOSE_BRACE:
        depth--;
        break;
      case MINUS:
        if (text.charCodeAt(at + 1) !== CAPITAL_I) break;
        // falls through
      case CAPITAL_I:
      case CAPITAL_N: {
        const word = NO_NUMBERS.find((word) => text.startsWith(word, at));
        if (!word) break;
        replace(at, at + word.length, "null");
        at += word.length;
        continue;
      }
    }
    if (!isDigit(text, at)) {
      at++;
      continue;
    }
    const end = afterNumber(text, at);
    if (isKeptAsText(text, at, end)) {
      const from = text.charCodeAt(at - 1) === MINUS ? at - 1 : at;
      replace(from, end, `"${text.slice(from, end)}"`);
    }
    at = end;
  }
  return JSON.parse(kept.length === 0 ? text : kept.join("") + text.slice(keptTo));
}

/** As parseJson, but undefined for what is not JSON. */
export function tryParseJson(text: string): unknown {
  try {
    return parseJson(text);
  } catch {
    return undefined;
  }
}

/** Where the string that begins at `at` has ended; the end of the text where it does not. */
function afterString(text: string, at: number): number {
  for (let end = at + 1; end < text.length; end++) {
    const code = text.charCodeAt(end);
    if (code === QUOTE) return end + 1;
    if (code === BACKSLASH) end++;
  }
  return text.length;
}

/** Where the number that begins at `at` has ended. */
function afterNumber(text: string, at: number): number {
  let end = afterDigits(text, at + 1);
  if (text[end] === "." && isDigit(text, end + 1)) end = afterDigits(text, end + 1);
  if (text[end] !== "e" && text[end] !== "E") return end;
  const exponent = end + (text[end + 1] === "+" || text[end + 1] === "-" ? 2 : 1);
  return isDigit(text, exponent) ? afterDigits(text, exponent) : end;
}

function afterDigits(text: string, at: number): number {
  while (isDigit(text, at)) at++;
  return at;
}

function isDigit(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code >= 48 && code <= 57;
}

/** Whether no double has the value of this number, which stands without its sign: too many digits, or out of range. */
function isKeptAsText(text: string, from: number, to: number): boolean {
  if (to - from > MAX_DIGITS && afterDigits(text, from) === to) return true;
  // The smallest that is too large is 1.8e308: it takes five characters, or more than three hundred.
  return to - from >= 5 && !Number.isFinite(Number(text.slice(from, to)));
}
