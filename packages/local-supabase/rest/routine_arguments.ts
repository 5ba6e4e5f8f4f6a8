/** The arguments of a function call as SQL, by name; every conversion from JSON or text is PostgreSQL's. */
import type { Payload } from "./payload.ts";
import type { Parameter, Routine } from "./schema_cache.ts";
import { type Bindings, quoteName } from "./sql_text.ts";

/** The arguments of a call, ready to be put into a statement. */
export interface ArgumentsSql {
  /** What goes between the parentheses of the call. */
  list: string;
  /** A `from` item that the list refers to, to stand before the call; null: none. */
  from: string | null;
}

/** The whole body as the only, unnamed argument. */
export function bodyArgument(payload: Payload, routine: Routine, bindings: Bindings): ArgumentsSql {
  return { list: `${bindings.bind(payload.json)}::${routine.parameters[0]?.type}`, from: null };
}

/** The keys of a JSON object (or of the first one of an array) as arguments. */
export function jsonArguments(payload: Payload, routine: Routine, bindings: Bindings): ArgumentsSql {
  const given = routine.parameters.filter(({ name }) => payload.keys.includes(name));
  if (given.length === 0) return { list: "", from: null };
  const types = given.map((parameter) => `${quoteName(parameter.name)} ${unlimitedType(parameter)}`).join(
    ", ",
  );
  const toRow = payload.isObject ? "json_to_record" : "json_to_recordset";
  const row = `select * from ${toRow}(${bindings.bind(payload.json)}::json) as rest_json (${types}) limit 1`;
  return {
    list: named(given, ({ name }) => `rest_arguments.${quoteName(name)}`),
    from: `(${row}) as rest_arguments`,
  };
}

/** Query parameters as arguments, as text in the type's own notation. A repeated variadic one makes an array. */
export function queryArguments(
  values: [string, string][],
  routine: Routine,
  bindings: Bindings,
): ArgumentsSql {
  const given = routine.parameters.filter(({ name }) => values.some(([key]) => key === name));
  const list = named(given, (parameter) => {
    const texts = values.filter(([key]) => key === parameter.name).map(([, text]) => text);
    const value = parameter.variadic
      ? `array[${texts.map((text) => `${bindings.bind(text)}::text`).join(", ")}]`
      : bindings.bind(texts.at(-1) ?? "");
    return `${value}::${unlimitedType(parameter)}`;
  });
  return { list, from: null };
}

function named(parameters: Parameter[], value: (parameter: Parameter) => string): string {
  return parameters.map((parameter) =>
    `${parameter.variadic ? "variadic " : ""}${quoteName(parameter.name)} => ${value(parameter)}`
  ).join(", ");
}

// A bare `bit` or `character` means length 1 in a cast, but any length as a function's parameter.
function unlimitedType({ type }: Parameter): string {
  return type.replace(/^(bit|character)(?=$|\[)/, "$1 varying");
}
