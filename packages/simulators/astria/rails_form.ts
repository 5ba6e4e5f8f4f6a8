/** Forms as Rails reads them: `tune[prompts_attributes][][text]` is a text in an object in a list in an object. Pure. */

/** What a form holds. */
export type Nested<Value> = Value | Nested<Value>[] | { [key: string]: Nested<Value> };

/**
 * Reads the fields of a form in their order. `[]` is one more entry of a list; where it is followed by a name, the entry is
 * an object, and the first name that comes again begins the next one.
 * @throws TypeError when a field is a text here and an object there.
 */
export function nested<Value>(
  fields: Iterable<readonly [name: string, value: Value]>,
): Record<string, Nested<Value>> {
  const form = record<Value>();
  for (const [name, value] of fields) {
    const [, first = name, rest = ""] = /^([^[\]]+)((?:\[[^[\]]*\])*)$/.exec(name) ?? [];
    put(form, [first, ...[...rest.matchAll(/\[([^[\]]*)\]/g)].map(([, key = ""]) => key)], value);
  }
  return form;
}

type Fields<Value> = Record<string, Nested<Value>>;

function put<Value>(into: Fields<Value>, [key = "", ...path]: string[], value: Value): void {
  if (path.length === 0) {
    into[key] = value;
  } else if (path[0] !== "") {
    put(fieldsOf(into[key] ??= record()), path, value);
  } else {
    const list = into[key] ??= [];
    if (!Array.isArray(list)) throw new TypeError(`${key} is a list and something else`);
    append(list, path.slice(1), value);
  }
}

function append<Value>(list: Nested<Value>[], path: string[], value: Value): void {
  const [key] = path;
  if (key === undefined) {
    list.push(value);
    return;
  }
  const last = list.at(-1);
  const isOpen = typeof last === "object" && last !== null && !Array.isArray(last) &&
    (path.length > 1 || !(key in last));
  const entry = isOpen ? last : record<Value>();
  if (!isOpen) list.push(entry);
  put(fieldsOf(entry), path, value);
}

function fieldsOf<Value>(value: Nested<Value>): Fields<Value> {
  if (typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Blob)) {
    return value as Fields<Value>;
  }
  throw new TypeError("a field is an object and something else");
}

/** An object in which `__proto__` is a name like any other. */
function record<Value>(): Fields<Value> {
  return Object.create(null);
}
