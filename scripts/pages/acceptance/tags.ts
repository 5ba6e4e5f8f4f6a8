/**
 * Tags in tests: a comment line that names rows of the acceptance list, above the test that shows them.
 *
 *     // @acceptance 001:236-272, 001:245-248        above Deno.test(…) or a step
 *     -- @acceptance 000:74-79                       above an assertion, or above `begin`: the whole file shows it
 */
import { readStatement } from "./sql_statement.ts";

/** A test that says which rows it shows. */
export interface Tag {
  /** As in the rows: `001:236-272`. */
  row: string;
  /** From the root of the repository, with slashes. */
  file: string;
  /** The test's name; null: the whole file, which is named for what it shows. */
  test: string | null;
}

/** A tag that is no good: what is wrong, and where. */
export interface TagFault {
  file: string;
  line: number;
  problem: string;
}

const TAG = /^[ \t]*(?:\/\/|--)[ \t]*@acceptance\b(.*)$/gm;
const ROW = /^\d{3}:[\da-z,-]+$/;
/** What may stand between a tag and its test: other comments and other tags. */
const COMMENTS = /^(?:\s*(?:\/\/|--)[^\n]*\n|\s*\n)*/;
const DENO_TEST =
  /^\s*(?:await\s+)?(?:[\w.]+\.)?(?:test|step|it|race|browserTest|pageTest)\(\s*(?:\{\s*name:\s*)?(["'`])((?:\\.|(?!\1)[\s\S])*)\1/;

/** Finds the tags of a file of tests. */
export function readTags(file: string, text: string): { tags: Tag[]; faults: TagFault[] } {
  const tags: Tag[] = [];
  const faults: TagFault[] = [];
  for (const match of text.matchAll(TAG)) {
    const line = text.slice(0, match.index).split("\n").length;
    const rows = (match[1] ?? "").split(/,\s+/).map((row) => row.trim());
    const below = text.slice(match.index + match[0].length + 1).replace(COMMENTS, "");
    const test = file.endsWith(".sql") ? sqlTest(below) : denoTest(below);
    if (test === undefined) faults.push({ file, line, problem: "there is no test below this tag" });
    for (const row of rows) {
      if (!ROW.test(row)) faults.push({ file, line, problem: `"${row}" is not the name of a row` });
      else if (test !== undefined) tags.push({ row, file, test });
    }
  }
  return { tags, faults };
}

/** The name of the test that begins `code`; undefined when it begins with something else. */
function denoTest(code: string): string | undefined {
  return DENO_TEST.exec(code)?.[2]?.replaceAll(/\\(.)/g, "$1");
}

/** As denoTest, for an assertion; null for a whole file. */
function sqlTest(code: string): string | null | undefined {
  const { word, lastString } = readStatement(code);
  if (word === "begin") return null;
  return word === "select" ? lastString ?? undefined : undefined;
}
