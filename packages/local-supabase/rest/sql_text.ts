/** Building blocks of SQL: names are always quoted, values are always bound, so nothing a client sends is ever SQL. */

/** A statement ready to be sent: its text with `$1`, `$2`, … and the values for them, all as text. */
export interface Statement {
  text: string;
  values: string[];
}

/** Quotes an identifier. NUL, which no identifier can hold and which would end the message early, is dropped. */
export function quoteName(name: string): string {
  return `"${name.replaceAll("\0", "").replaceAll('"', '""')}"`;
}

/** Quotes `schema.name`; also the key of the schema cache's maps, since it is unambiguous. */
export function quoteQualified(schema: string, name: string): string {
  return `${quoteName(schema)}.${quoteName(name)}`;
}

/** Quotes a list of identifiers and joins them with commas. */
export function quoteNames(names: Iterable<string>): string {
  return [...names].map(quoteName).join(", ");
}

/** Collects the values of one statement. */
export class Bindings {
  readonly values: string[] = [];

  /** Adds a value and returns its placeholder. PostgreSQL infers its type from where the placeholder stands. */
  bind(value: string): string {
    this.values.push(value);
    return `$${this.values.length}`;
  }
}
