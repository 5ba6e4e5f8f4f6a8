/**
 * JSON as it came, laid out to be read. Never parsed into values: a number of 19 digits is no number of JavaScript's, and
 * would be shown as another one.
 */

/** Lays out JSON text; what is no JSON is returned as it is. Runs once over the text. */
export function layOutJson(text: string): string {
  let out = "";
  let depth = 0;
  let at = 0;
  const line = () => `\n${"  ".repeat(depth)}`;
  while (at < text.length) {
    const char = text.charAt(at);
    if (char === '"') {
      const end = endOfString(text, at);
      out += text.slice(at, end);
      at = end;
      continue;
    }
    at++;
    if (char === "{" || char === "[") {
      const next = afterSpace(text, at);
      const closing = char === "{" ? "}" : "]";
      if (text.charAt(next) === closing) {
        out += char + closing;
        at = next + 1;
      } else {
        depth++;
        out += char + line();
      }
    } else if (char === "}" || char === "]") {
      if (depth === 0) return text;
      depth--;
      out += line() + char;
    } else if (char === ",") out += char + line();
    else if (char === ":") out += ": ";
    else if (!isSpace(char)) out += char;
  }
  return depth === 0 ? out : text;
}

function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    const char = text.charAt(at);
    if (char === "\\") at++;
    else if (char === '"') return at + 1;
  }
  return text.length;
}

function afterSpace(text: string, start: number): number {
  let at = start;
  while (isSpace(text.charAt(at))) at++;
  return at;
}

function isSpace(char: string): boolean {
  return char === " " || char === "\n" || char === "\r" || char === "\t";
}
