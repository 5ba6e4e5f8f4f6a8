/**
 * Reads the little languages of the query string character by character. The rules are those of PostgREST's own
 * parsers (docs.postgrest.org/en/v14/references/api/url_grammar.html); so are the words of its complaints, roughly.
 */
import { unparsable } from "./rest_error.ts";

/** One step into a JSON value: `->` keeps JSON, `->>` gives text; by key, or by index into an array. */
export interface JsonStep {
  arrow: "->" | "->>";
  operand: { key: string } | { index: number };
}

/** A column, or what lies deeper in it. */
export interface Field {
  column: string;
  path: JsonStep[];
}

const NAME = /[\p{L}\p{N}_ $]+(?:-(?!>)[\p{L}\p{N}_ $]+)*/uy;
const JSON_KEY = /[^(\-:.,>)]+(?:-(?!>)[^(\-:.,>)]+)*/y;
const JSON_INDEX = /-?\d+(?=->|::|\.|,|$)/y;
const QUOTED = /"((?:[^"\\]|\\.)*)"/sy;

/** A text and how far it has been read. */
export class Scanner {
  #position = 0;

  /** `what` introduces complaints, for example `failed to parse filter (eq.1)`. */
  constructor(readonly text: string, readonly what: string) {}

  /** Whether everything has been read. */
  get atEnd(): boolean {
    return this.#position >= this.text.length;
  }

  /** Consumes `token` if it is next. */
  take(token: string): boolean {
    if (!this.text.startsWith(token, this.#position)) return false;
    this.#position += token.length;
    return true;
  }

  /** Consumes what a sticky expression matches here. */
  match(sticky: RegExp): RegExpExecArray | null {
    sticky.lastIndex = this.#position;
    const found = sticky.exec(this.text);
    if (found) this.#position += found[0].length;
    return found;
  }

  /** Whether a sticky expression would match here. */
  sees(sticky: RegExp): boolean {
    sticky.lastIndex = this.#position;
    return sticky.test(this.text);
  }

  /** Tries `read`; if it gives undefined, nothing was consumed. */
  attempt<T>(read: () => T | undefined): T | undefined {
    const start = this.#position;
    const value = read();
    if (value === undefined) this.#position = start;
    return value;
  }

  /** Skips blanks. */
  blanks(): void {
    this.match(/[ \t]*/y);
  }

  /** Consumes `token` or complains. */
  expect(token: string): void {
    if (!this.take(token)) this.fail(`"${token}"`);
  }

  /** Throws PGRST100: something else than `expected` is here. */
  fail(expected: string): never {
    const found = this.atEnd ? "end of input" : `"${this.text.charAt(this.#position)}"`;
    throw unparsable(this.what, this.#position + 1, `unexpected ${found} expecting ${expected}`);
  }

  /** Reads `"…"`, in which a backslash takes the next character literally. */
  quoted(): string | undefined {
    return this.match(QUOTED)?.[1]?.replace(/\\(.)/gs, "$1");
  }

  /** Reads a name, quoted or made of letters, digits, `_`, `$`, blanks and dashes. */
  nameIfAny(): string | undefined {
    return this.attempt(() => this.quoted() ?? (this.match(NAME)?.[0].trim() || undefined));
  }

  /** Reads a name or complains. */
  name(): string {
    return this.nameIfAny() ?? this.fail("field name (* or [a..z0..9_$])");
  }

  /** Reads a column with an optional JSON path. */
  field(): Field {
    this.blanks();
    const field = { column: this.name(), path: this.jsonPath() };
    this.blanks();
    return field;
  }

  /** Reads `->key`, `->>key`, `->0`, …; an empty list when there is none. */
  jsonPath(): JsonStep[] {
    const path: JsonStep[] = [];
    for (;;) {
      const arrow = this.take("->>") ? "->>" : this.take("->") ? "->" : undefined;
      if (!arrow) return path;
      const index = this.match(JSON_INDEX)?.[0];
      const key = index === undefined ? this.quoted() ?? this.match(JSON_KEY)?.[0].trim() : undefined;
      if (index !== undefined) path.push({ arrow, operand: { index: Number(index) } });
      else if (key) path.push({ arrow, operand: { key } });
      else this.fail("any non reserved character different from: .,>()");
    }
  }
}

/** Reads a comma-separated list of names, as in `columns` and `on_conflict`. */
export function parseNames(text: string, parameter: string): string[] {
  const scanner = new Scanner(text, `failed to parse ${parameter} parameter (${text})`);
  const names = [scanner.name()];
  while (!scanner.atEnd) {
    scanner.blanks();
    scanner.expect(",");
    scanner.blanks();
    names.push(scanner.name());
  }
  return names;
}
