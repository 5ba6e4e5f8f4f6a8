/** `order=priority.desc.nullslast,created_at`: the sequence of rows. */
import { notEmbedded } from "./rest_error.ts";
import { type Field, Scanner } from "./scanner.ts";

/** One key of an order; null leaves PostgreSQL's default. */
export interface OrderTerm {
  field: Field;
  direction: "asc" | "desc" | null;
  nulls: "first" | "last" | null;
}

/**
 * Parses an `order` parameter.
 * @throws RestError PGRST100 when malformed, PGRST108 for an order by an embedded resource.
 */
export function parseOrder(text: string): OrderTerm[] {
  const scanner = new Scanner(text, `failed to parse order (${text})`);
  const terms = [orderTerm(scanner)];
  while (!scanner.atEnd) {
    scanner.expect(",");
    terms.push(orderTerm(scanner));
  }
  return terms;
}

function orderTerm(scanner: Scanner): OrderTerm {
  const field = scanner.field();
  if (scanner.sees(/\(/y)) throw notEmbedded(field.column);
  const direction = scanner.match(/\.(asc|desc)(?=[.,]|$)/y)?.[1] as OrderTerm["direction"] ?? null;
  const nulls = scanner.match(/\.nulls(first|last)(?=,|$)/y)?.[1] as OrderTerm["nulls"] ?? null;
  if (scanner.sees(/\./y)) {
    scanner.take(".");
    scanner.fail(direction ? '"nullsfirst" or "nullslast"' : '"asc", "desc", "nullsfirst" or "nullslast"');
  }
  if (!scanner.sees(/,|$/y)) scanner.fail('delimiter (.), "," or end of input');
  return { field, direction, nulls };
}
