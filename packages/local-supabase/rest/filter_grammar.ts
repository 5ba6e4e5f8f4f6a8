/** `id=eq.1`, `tags=cs.{a,b}`, `or=(a.lt.1,and(b.is.null,not.c.in.(1,2)))`: which rows. */
import { type Condition, IS_VALUES, type Operation, type Operator, SEARCHES } from "./condition.ts";
import { notEmbedded } from "./rest_error.ts";
import { type Field, Scanner } from "./scanner.ts";

const SEARCH = /(fts|plfts|phfts|wfts)(?:\(([\p{L}\p{N}_ $]+)\))?\./uy;
const COMPARE = /(eq|gte|gt|lte|lt|like|ilike|match|imatch)(?:\((any|all)\))?\./y;
const COMPARE_ONE = /(neq|isdistinct|cs|cd|ov|sl|sr|nxr|nxl|adj)\./y;

/**
 * Parses a filter parameter. Returns undefined when `value` begins with no operator and so is no filter at all,
 * which for a function called by GET means an argument.
 * @throws RestError PGRST100 when malformed, PGRST108 when it is about an embedded resource.
 */
export function parseFilter(key: string, value: string): Condition | undefined {
  const scanner = new Scanner(value, `failed to parse filter (${value})`);
  const negated = scanner.take("not.");
  const operation = parseOperation(scanner, () => scanner.match(/.*/sy)?.[0] ?? "");
  return operation && { kind: "filter", field: parseKey(key), negated, operation };
}

/** The complaint about a parameter that must be a filter and begins with no operator. */
export function noOperator(value: string): never {
  return new Scanner(value, `failed to parse filter (${value})`).fail('"not" or operator (eq, gt, ...)');
}

/** Parses an `and`, `or`, `not.and` or `not.or` parameter; `value` is the parenthesised list. */
export function parseLogic(key: string, value: string): Condition {
  const scanner = new Scanner(key + value, `failed to parse logic tree (${value})`);
  const condition = logicTree(scanner);
  if (!scanner.atEnd) scanner.fail("end of input");
  return condition;
}

function parseKey(key: string): Field {
  const scanner = new Scanner(key, `failed to parse tree path (${key})`);
  const column = scanner.name();
  if (scanner.sees(/\./y)) throw notEmbedded(column);
  const path = scanner.jsonPath();
  if (!scanner.atEnd) scanner.fail('"->>", "->" or end of input');
  return { column, path };
}

function logicTree(scanner: Scanner): Condition {
  scanner.blanks();
  const group = scanner.match(/(not\.)?(and|or)(?=[ \t]*\()/y);
  if (group) {
    scanner.blanks();
    scanner.expect("(");
    const conditions = [logicTree(scanner)];
    while (scanner.take(",")) conditions.push(logicTree(scanner));
    scanner.expect(")");
    scanner.blanks();
    return { kind: group[2] as "and" | "or", negated: group[1] !== undefined, conditions };
  }
  const field = scanner.field();
  scanner.expect(".");
  const negated = scanner.take("not.");
  const operation = parseOperation(scanner, () => logicValue(scanner)) ??
    scanner.fail('"not" or operator (eq, gt, ...)');
  scanner.blanks();
  return { kind: "filter", field, negated, operation };
}

// Inside a list a value ends at a comma or parenthesis, unless it is quoted or an array literal.
function logicValue(scanner: Scanner): string {
  return scanner.attempt(() => {
    const quoted = scanner.quoted();
    return scanner.sees(/[,)]|$/y) ? quoted : undefined;
  }) ?? scanner.match(/\{[^{}]*\}/y)?.[0] ?? scanner.match(/[^,)]*/y)?.[0] ?? "";
}

function parseOperation(scanner: Scanner, value: () => string): Operation | undefined {
  if (scanner.take("in.")) return { kind: "in", values: listValue(scanner) };
  if (scanner.take("is.")) return { kind: "is", value: isValue(scanner) };
  const search = scanner.match(SEARCH);
  if (search) {
    const operator = search[1] as keyof typeof SEARCHES;
    return { kind: "search", operator, language: search[2]?.trim() ?? null, value: value() };
  }
  const found = scanner.match(COMPARE) ?? scanner.match(COMPARE_ONE);
  if (!found) return undefined;
  const quantifier = found[2] as "any" | "all" | undefined ?? null;
  return { kind: "compare", operator: found[1] as Operator, quantifier, value: value() };
}

function isValue(scanner: Scanner): keyof typeof IS_VALUES {
  const word = scanner.match(/(null|not_null|true|false|unknown)(?=[,)]|$)/iy)?.[1]?.toLowerCase();
  return word as keyof typeof IS_VALUES | undefined ??
    scanner.fail("isVal: (null, not_null, true, false, unknown)");
}

function listValue(scanner: Scanner): string[] {
  const element = () =>
    scanner.attempt(() => {
      const quoted = scanner.quoted();
      return scanner.sees(/[,)]/y) ? quoted : undefined;
    }) ?? scanner.match(/[^,)]*/y)?.[0] ?? "";
  scanner.blanks();
  scanner.expect("(");
  const values = [element()];
  while (scanner.take(",")) values.push(element());
  scanner.expect(")");
  return values.length === 1 && values[0] === "" ? [] : values;
}
