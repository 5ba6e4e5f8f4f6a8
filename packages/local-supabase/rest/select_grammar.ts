/** `select=id,title,total:amount::text,tags->0`: which columns to return, under which names and types. */
import { aggregatesNotAllowed, embeddingNotSupported } from "./rest_error.ts";
import { type Field, Scanner } from "./scanner.ts";

/** One entry of a select list. */
export type SelectItem =
  | { kind: "star" }
  | {
    kind: "field";
    field: Field;
    /** The name it gets; null: the column's own, or the last key of its JSON path. */
    alias: string | null;
    /** A type name of letters, digits, blanks, `_` and `$`; null: as it is. */
    cast: string | null;
  };

const ITEM_END = /(?=[,)]|$)/y;
const TYPE_NAME = /[\p{L}\p{N}_ $]+/uy;

/**
 * Parses the `select` parameter of a request about `parent`. An empty one means every column.
 * @throws RestError PGRST100 when malformed, PGRST123 for aggregates, PGRST200 for embedded resources.
 */
export function parseSelect(text: string, parent: string): SelectItem[] {
  if (!text.trim()) return [{ kind: "star" }];
  const scanner = new Scanner(text, `failed to parse select parameter (${text})`);
  const items = [selectItem(scanner, parent)];
  while (!scanner.atEnd) {
    scanner.expect(",");
    items.push(selectItem(scanner, parent));
  }
  return items;
}

function selectItem(scanner: Scanner, parent: string): SelectItem {
  scanner.blanks();
  if (scanner.match(/\*[ \t]*(?=,|$)/y)) return { kind: "star" };
  if (scanner.take("...")) throw embeddingNotSupported(parent, scanner.name());
  const alias = scanner.attempt(() => {
    const name = scanner.nameIfAny();
    return scanner.match(/:(?!:)/y) ? name : undefined;
  }) ?? null;
  if (scanner.sees(/count\(\)/y)) throw aggregatesNotAllowed();
  const field = scanner.field();
  if (scanner.sees(/[!(]/y)) throw embeddingNotSupported(parent, field.column);
  const cast = scanner.take("::") ? typeName(scanner) : null;
  if (scanner.sees(/\.(?:sum|avg|count|max|min)\(\)/y)) throw aggregatesNotAllowed();
  if (!scanner.sees(ITEM_END)) scanner.fail('"->>", "->", "::", "," or end of input');
  return { kind: "field", field, alias, cast };
}

// The one thing that reaches SQL unquoted, because quoting breaks names such as `int` and `double precision`; and so
// the one thing whose characters are checked.
function typeName(scanner: Scanner): string {
  return scanner.match(TYPE_NAME)?.[0].trim() || scanner.fail("letter or digit");
}
