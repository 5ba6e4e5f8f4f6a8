/**
 * Whole numbers beyond 2^53 in JSON, kept as they are: `JSON.parse` would round them. They become texts before anything
 * parses them, so that a balance or an id of 19 digits is shown as the database has it.
 */

/** A text of JSON in which each integer that a JavaScript number cannot hold exactly is a string. */
export function quoteUnsafeIntegers(json: string): string {
  if (!/\d{16}/.test(json)) return json;
  let out = "";
  let copied = 0;
  for (let at = 0; at < json.length; at++) {
    const char = json.charCodeAt(at);
    if (char === QUOTE) at = endOfString(json, at);
    else if (char === MINUS || isDigit(char)) {
      const end = endOfNumber(json, at);
      const number = json.slice(at, end);
      if (/^-?\d+$/.test(number) && !Number.isSafeInteger(Number(number))) {
        out += `${json.slice(copied, at)}"${number}"`;
        copied = end;
      }
      at = end - 1;
    }
  }
  return out + json.slice(copied);
}

const QUOTE = 34;
const BACKSLASH = 92;
const MINUS = 45;

/** Where the string that begins at `start` ends: its closing quote. */
function endOfString(json: string, start: number): number {
  let at = start + 1;
  while (at < json.length && json.charCodeAt(at) !== QUOTE) at += json.charCodeAt(at) === BACKSLASH ? 2 : 1;
  return at;
}

function endOfNumber(json: string, start: number): number {
  let at = start + 1;
  while (at < json.length && (isDigit(json.charCodeAt(at)) || "+-.eE".includes(json.charAt(at)))) at++;
  return at;
}

function isDigit(char: number): boolean {
  return char >= 48 && char <= 57;
}

/** `fetch` for a client of the Data API: its answers keep their whole numbers. */
export const exactFetch: typeof fetch = async (input, init) => {
  const response = await fetch(input, init);
  const isData = response.headers.get("content-type")?.includes("json") && response.url.includes("/rest/v1/");
  if (!isData || response.body === null) return response;
  const { status, statusText, headers } = response;
  return new Response(quoteUnsafeIntegers(await response.text()), { status, statusText, headers });
};
