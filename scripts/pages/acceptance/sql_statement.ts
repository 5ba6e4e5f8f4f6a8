/** Just enough of SQL's grammar to find where a statement ends, and the last string in it. */

/** A comment, a quoted string, a dollar-quoted string, or the end of a statement. */
const PIECE = /--[^\n]*|\/\*[\s\S]*?\*\/|'(?:[^']|'')*'|"(?:[^"]|"")*"|\$(\w*)\$[\s\S]*?\$\1\$|;/g;

/**
 * Reads the first statement of `sql`: its first word in lower case, and its last single-quoted string, which pgTAP's
 * assertions end with: what they show. Null where there is none.
 */
export function readStatement(sql: string): { word: string | null; lastString: string | null } {
  let lastString: string | null = null;
  let end = sql.length;
  for (const { 0: piece, index } of sql.matchAll(PIECE)) {
    if (piece.startsWith("'")) lastString = piece.slice(1, -1).replaceAll("''", "'");
    if (piece !== ";") continue;
    end = index;
    break;
  }
  const bare = sql.slice(0, end).replaceAll(/--[^\n]*|\/\*[\s\S]*?\*\//g, " ");
  return { word: /\w+/.exec(bare)?.[0].toLowerCase() ?? null, lastString };
}
