/** The regular expressions in TypeScript: where they stand, read from the source by what may come before a slash. */

/** An expression in a source. */
export interface Found {
  line: number;
  source: string;
  flags: string;
}

/** What a slash after it divides by; after all else it begins an expression. */
const VALUE_BEFORE = /[\w$)\]}"'`]$/;
const WORD_BEFORE = /\b(?:return|typeof|case|in|of|delete|void|throw|new|await|else|do)$/;

/** Every regular expression that is written as such in `text`, in order. */
export function expressionsIn(text: string): Found[] {
  const found: Found[] = [];
  readCode(text, 0, found);
  return found;
}

/** Reads code from `at` to the brace that closes it, or to the end; returns where that is. */
function readCode(text: string, at: number, found: Found[]): number {
  let before = "";
  for (let depth = 0; at < text.length;) {
    const char = text[at] ?? "";
    if (text.startsWith("//", at)) at = lineEnd(text, at);
    else if (text.startsWith("/*", at)) at = text.indexOf("*/", at + 2) + 2;
    else if (char === '"' || char === "'") [at, before] = [afterString(text, at), char];
    else if (char === "`") [at, before] = [readTemplate(text, at + 1, found), char];
    else if (char === "/" && (!VALUE_BEFORE.test(before) || WORD_BEFORE.test(before))) {
      const end = afterExpression(text, at);
      const flags = /^[a-z]*/.exec(text.slice(end))?.[0] ?? "";
      found.push({ line: text.slice(0, at).split("\n").length, source: text.slice(at + 1, end - 1), flags });
      [at, before] = [end + flags.length, ")"];
    } else {
      if (char === "{") depth++;
      if (char === "}" && --depth < 0) return at + 1;
      // Enough of what was before to know a keyword by.
      if (char.trim()) before = /\s/.test(text[at - 1] ?? "") ? char : (before + char).slice(-12);
      at++;
    }
  }
  return at;
}

/** Reads a template from behind its first quote to behind its last, with the code in it. */
function readTemplate(text: string, at: number, found: Found[]): number {
  while (at < text.length && text[at] !== "`") {
    if (text.startsWith("${", at)) at = readCode(text, at + 2, found);
    else at += text[at] === "\\" ? 2 : 1;
  }
  return at + 1;
}

function afterString(text: string, at: number): number {
  const quote = text[at];
  for (at++; at < text.length && text[at] !== quote; at++) if (text[at] === "\\") at++;
  return at + 1;
}

function afterExpression(text: string, at: number): number {
  let isInClass = false;
  for (at++; at < text.length && (isInClass || text[at] !== "/"); at++) {
    if (text[at] === "\\") at++;
    else if (text[at] === "[") isInClass = true;
    else if (text[at] === "]") isInClass = false;
  }
  return at + 1;
}

function lineEnd(text: string, at: number): number {
  const end = text.indexOf("\n", at);
  return end === -1 ? text.length : end;
}
