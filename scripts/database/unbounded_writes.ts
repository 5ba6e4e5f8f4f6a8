/**
 * The rule of `safeupdate`, which hosted projects load into the sessions of the Data API, functions and all that these
 * call included: an UPDATE or DELETE without WHERE is refused (21000), whatever FROM or USING it has. Who means every
 * row writes `where true`. Pure: reads SQL as text, strings and function bodies in it too, for the statements there may
 * be made of them.
 */

/** A piece of SQL that decides where statements begin and end. */
interface Token {
  /** Lower case: a word, or one other character. A string is `'`. */
  text: string;
  /** Parentheses around it. */
  depth: number;
  at: number;
}

const PIECES =
  /--[^\n]*|\/\*[\s\S]*?\*\/|'(?:[^']|'')*'|\$(\w*)\$[\s\S]*?\$\1\$|"(?:[^"]|"")*"|[\p{L}_][\p{L}\d_$]*|[^\s]/gu;

/** Statements of `sql` that safeupdate would refuse, each from its first word to where WHERE should have come. */
export function unboundedWrites(sql: string): string[] {
  const tokens: Token[] = [];
  const found: string[] = [];
  let depth = 0;
  for (const { 0: text, index: at } of sql.matchAll(PIECES)) {
    if (text.startsWith("--") || text.startsWith("/*")) continue;
    if (text.length > 1 && text.startsWith("'")) {
      found.push(...unboundedWrites(text.slice(1, -1).replaceAll("''", "'")));
      tokens.push({ text: "'", depth, at });
    } else if (text.length > 2 && text.startsWith("$")) {
      const mark = text.indexOf("$", 1) + 1;
      found.push(...unboundedWrites(text.slice(mark, -mark)));
      tokens.push({ text: "'", depth, at });
    } else {
      if (text === ")") depth--;
      tokens.push({ text: text.toLowerCase(), depth, at });
      if (text === "(") depth++;
    }
  }
  for (const [first, token] of tokens.entries()) {
    const begins = token.text === "delete"
      ? tokens[first + 1]?.text === "from"
      : token.text === "update" && isUpdate(tokens, first);
    if (!begins) continue;
    const end = endOf(tokens, first);
    const isBounded = tokens.slice(first, end).some(({ text, depth }) =>
      text === "where" && depth === token.depth
    );
    if (!isBounded) found.push(sql.slice(token.at, tokens[end]?.at ?? sql.length).trim());
  }
  return found;
}

/** Not `do update set` or `for update`: a table, perhaps another name for it, and SET. */
function isUpdate(tokens: readonly Token[], first: number): boolean {
  const set = tokens.findIndex(({ text }, at) => at > first && text === "set");
  return set - first >= 2 && set - first <= 7 &&
    tokens.slice(first + 1, set).every(({ text }) => /^([\p{L}_"%.$]|\d)/u.test(text));
}

/** What comes after the place where a statement would have its WHERE. */
function endOf(tokens: readonly Token[], first: number): number {
  const depth = tokens[first]?.depth ?? 0;
  const end = tokens.findIndex((token, at) =>
    at > first && (token.depth < depth ||
      (token.depth === depth && [";", "returning", "loop"].includes(token.text)))
  );
  return end === -1 ? tokens.length : end;
}
