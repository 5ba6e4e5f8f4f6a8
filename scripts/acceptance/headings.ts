/** The anchors that GitHub gives the headings of a page. */

/** The anchor of one heading: lower case, without punctuation, words joined by hyphens. */
export function anchorOf(heading: string): string {
  const words = heading.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, "$1"); // of a link, its words
  return words.trim().toLowerCase().replaceAll(/[^\p{L}\p{N}\s_-]/gu, "").replaceAll(/\s/g, "-");
}

/** The anchors of a page of Markdown; the second heading of a name gets -1, the third -2. */
export function anchorsOf(page: string): Set<string> {
  const anchors = new Set<string>();
  const seen = new Map<string, number>();
  const prose = page.replaceAll(/^(```|~~~)[\s\S]*?^\1/gm, "");
  for (const [, heading = ""] of prose.matchAll(/^#{1,6}\s+(.*?)\s*#*$/gm)) {
    const anchor = anchorOf(heading);
    const times = seen.get(anchor) ?? 0;
    seen.set(anchor, times + 1);
    anchors.add(times === 0 ? anchor : `${anchor}-${times}`);
  }
  return anchors;
}
