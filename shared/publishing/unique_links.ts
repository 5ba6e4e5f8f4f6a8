/** The links of a text, each once: as Threads counts them (docs/platforms/threads.md#limits). */

/** With `www.` in the place of a scheme too. */
const LINK = /(?<![\p{L}\p{N}_@.])(?:https?:\/\/|www\.)[^\s<>"]+/giu;
const AFTER_A_LINK = /[.,;:!?'")\]}…]$/u;

/** The different links of a text, in their order. Pure. */
export function uniqueLinks(text: string): string[] {
  return [...new Set((text.match(LINK) ?? []).map(linkOf))];
}

/** A link in what its writings have in common: without what ends a sentence, and without its scheme. */
export function linkOf(written: string): string {
  let link = written;
  while (AFTER_A_LINK.test(link)) link = link.slice(0, -1);
  const [, scheme = "", host = "", rest = ""] = /^(https?:\/\/)?([^/?#]*)(.*)$/isu.exec(link) ?? [];
  const path = rest === "/" ? "" : rest;
  return (scheme === "" || host !== "" ? host.toLowerCase() : link) + path;
}
