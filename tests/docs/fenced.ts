/** The code that a page shows. */

/** The fenced blocks of a language in a page of Markdown, in their order. */
export function fencedBlocks(page: string, language: string): string[] {
  return [...page.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].filter(([, of]) => of === language)
    .map(([, , text = ""]) => text);
}
