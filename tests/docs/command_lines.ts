/** The commands that a page shows: in blocks of shell, and in code among the text. Pure. */

export interface CommandLine {
  readonly line: number;
  readonly words: readonly string[];
}

/**
 * The commands that begin with one of `programs`, in order. Comments, and `npx` and assignments before a command, are
 * left out.
 */
export function commandLines(page: string, programs: readonly string[]): CommandLine[] {
  let fence: string | null = null;
  return page.split("\n").flatMap((text, index) => {
    const mark = /^\s*```(\w*)/.exec(text);
    if (mark) {
      fence = fence === null ? mark[1] ?? "" : null;
      return [];
    }
    const shown = fence === null
      ? [...text.matchAll(/`([^`]+)`/g)].map(([, code]) => code ?? "")
      : ["sh", "bash"].includes(fence)
      ? [text]
      : [];
    return shown.flatMap(commands).filter(([program]) => programs.includes(program ?? ""))
      .map((words) => ({ line: index + 1, words }));
  });
}

/** The commands of a line of shell, as words. Knows as much of shell as pages need. */
function commands(line: string): string[][] {
  return line.replace(/(^|\s)#.*$/, "").split(/&&|\|\||[|;]|\$\(|[<>]\(/).map((part) => {
    const words = part.trim().replace(/\)$/, "").match(/'[^']*'|"[^"]*"|\S+/g) ?? [];
    while (/^\w+=/.test(words[0] ?? "") || words[0] === "npx") words.shift();
    return [...words];
  });
}
