/** What a filter says, between its grammar and its SQL. */
import type { Field } from "./scanner.ts";

/** Operators that take one value. Names and meaning: docs.postgrest.org/en/v14/references/api/tables_views.html#operators */
export const OPERATORS = {
  eq: "=",
  neq: "<>",
  gt: ">",
  gte: ">=",
  lt: "<",
  lte: "<=",
  like: "like",
  ilike: "ilike",
  match: "~",
  imatch: "~*",
  isdistinct: "is distinct from",
  cs: "@>",
  cd: "<@",
  ov: "&&",
  sl: "<<",
  sr: ">>",
  nxr: "&<",
  nxl: "&>",
  adj: "-|-",
} as const;

/** Full-text search operators and the function that reads their query. */
export const SEARCHES = {
  fts: "to_tsquery",
  plfts: "plainto_tsquery",
  phfts: "phraseto_tsquery",
  wfts: "websearch_to_tsquery",
} as const;

/** What the value of `is` may be. */
export const IS_VALUES = {
  null: "null",
  not_null: "not null",
  true: "true",
  false: "false",
  unknown: "unknown",
} as const;

/** The name of an operator that takes one value. */
export type Operator = keyof typeof OPERATORS;

/** The right-hand side of a filter. */
export type Operation =
  | { kind: "compare"; operator: Operator; quantifier: "any" | "all" | null; value: string }
  | { kind: "is"; value: keyof typeof IS_VALUES }
  | { kind: "in"; values: string[] }
  | { kind: "search"; operator: keyof typeof SEARCHES; language: string | null; value: string };

/** A filter, or filters joined by and/or. */
export type Condition =
  | { kind: "filter"; field: Field; negated: boolean; operation: Operation }
  | { kind: "and" | "or"; negated: boolean; conditions: Condition[] };
