/** Signed tokens in a text: what opens a stored file to whoever has it. */

// Three parts of these characters with dots between them (RFC 7519), of which the first begins as all JSON objects do.
const BEGINNING = "eyJ";
const RUN = /[\w.-]{8,}/g;

/**
 * `text` with `[redacted]` in place of each token. What may hold one is a run of a token's characters; each run is taken
 * apart at its dots, so that the time grows with the length of the text, whatever stands in it.
 */
export function hideSignedTokens(text: string): string {
  return text.includes(BEGINNING) ? text.replaceAll(RUN, hideInRun) : text;
}

function hideInRun(run: string): string {
  if (!run.includes(BEGINNING)) return run;
  const parts = run.split(".");
  const shown: string[] = [];
  for (let at = 0; at < parts.length;) {
    const part = parts[at] ?? "";
    const start = beginningIn(part);
    // Its first part goes on behind its beginning; the other two are whole.
    const isToken = start !== -1 && part.length > start + BEGINNING.length && parts[at + 1] && parts[at + 2];
    shown.push(isToken ? `${part.slice(0, start)}[redacted]` : part);
    at += isToken ? 3 : 1;
  }
  return shown.join(".");
}

/** Where a token may begin in a part: not in the middle of a word. -1: nowhere. */
function beginningIn(part: string): number {
  for (let at = part.indexOf(BEGINNING); at !== -1; at = part.indexOf(BEGINNING, at + 1)) {
    if (at === 0 || part[at - 1] === "-") return at;
  }
  return -1;
}
