/** Conditions as SQL. Values are bound with no type of their own, so that PostgreSQL reads them as the column's. */
import { type Condition, IS_VALUES, type Operation, OPERATORS, SEARCHES } from "./condition.ts";
import { fieldSql, type RowSource } from "./field_sql.ts";
import type { Bindings } from "./sql_text.ts";

/** A `where` clause that wants all of `conditions`, or nothing when there are none. */
export function whereSql(conditions: Condition[], source: RowSource, bindings: Bindings): string {
  if (conditions.length === 0) return "";
  return ` where ${conditions.map((condition) => conditionSql(condition, source, bindings)).join(" and ")}`;
}

function conditionSql(condition: Condition, source: RowSource, bindings: Bindings): string {
  const not = condition.negated ? "not " : "";
  if (condition.kind === "filter") {
    const { field, operation } = condition;
    const left = fieldSql(field, source, bindings);
    if (operation.kind === "search") {
      const isVector = field.path.length === 0 && source.typeOf(field.column) === "tsvector";
      return `${not}${searchSql(operation, left, isVector, bindings)}`;
    }
    return `${not}${left} ${operationSql(operation, bindings)}`;
  }
  const parts = condition.conditions.map((part) => conditionSql(part, source, bindings));
  return `${not}(${parts.join(` ${condition.kind} `)})`;
}

function operationSql(operation: Exclude<Operation, { kind: "search" }>, bindings: Bindings): string {
  switch (operation.kind) {
    case "is":
      return `is ${IS_VALUES[operation.value]}`;
    case "in":
      // An array, because `in ()` is no SQL and the text of the statement should not depend on the number of values.
      return `= any (${bindings.bind(arrayLiteral(operation.values))})`;
    case "compare": {
      const { operator, quantifier } = operation;
      // In URLs `*` stands for `%`, which would have to be escaped.
      const isPattern = operator === "like" || operator === "ilike";
      const value = bindings.bind(isPattern ? operation.value.replaceAll("*", "%") : operation.value);
      return `${OPERATORS[operator]} ${quantifier ? `${quantifier} (${value})` : value}`;
    }
  }
}

function searchSql(
  { operator, language, value }: Extract<Operation, { kind: "search" }>,
  left: string,
  isVector: boolean,
  bindings: Bindings,
): string {
  const configuration = () => language ? `${bindings.bind(language)}, ` : "";
  const vector = isVector ? left : `to_tsvector(${configuration()}${left})`;
  return `${vector} @@ ${SEARCHES[operator]}(${configuration()}${bindings.bind(value)})`;
}

function arrayLiteral(values: string[]): string {
  return `{${values.map((value) => `"${value.replace(/[\\"]/g, "\\$&")}"`).join(",")}}`;
}
