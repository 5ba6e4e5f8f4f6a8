/**
 * Which of the functions with the same name a call means: the one whose required parameters are all given and which
 * has a parameter for each argument; else, for a POST, the one that takes the whole body.
 */
import { NotInSchemaCache, RestError } from "./rest_error.ts";
import type { Parameter, Routine } from "./schema_cache.ts";

/** A call, as far as it decides which function is meant. */
export interface Call {
  schema: string;
  name: string;
  /** Names of the arguments. */
  keys: string[];
  /** Whether there is a JSON body, which a function with one unnamed json parameter could take. */
  hasBody: boolean;
}

/** The chosen function, and whether it takes the whole body as its only argument. */
export interface Choice {
  routine: Routine;
  takesBody: boolean;
}

/** @throws NotInSchemaCache PGRST202 when none fits, RestError PGRST203 when several do. */
export function chooseRoutine(routines: Routine[], call: Call): Choice {
  const byName = routines.filter((routine) => matches(routine, call.keys));
  const byBody = call.hasBody ? routines.filter(takesWholeBody) : [];
  const takesBody = byName.length === 0;
  const [routine, ...others] = takesBody ? byBody : byName;
  if (!routine) throw notFound(routines, call);
  if (others.length > 0) throw ambiguous([routine, ...others]);
  return { routine, takesBody };
}

function matches({ parameters }: Routine, keys: string[]): boolean {
  const given = new Set(keys);
  const known = new Set(parameters.map(({ name }) => name));
  return [...given].every((key) => known.has(key)) &&
    parameters.every(({ name, required }) => !required || given.has(name));
}

function takesWholeBody({ parameters }: Routine): boolean {
  const [only, ...others] = parameters;
  return only !== undefined && others.length === 0 && only.name === "" &&
    ["json", "jsonb"].includes(only.type);
}

function notFound(routines: Routine[], { schema, name, keys, hasBody }: Call): RestError {
  const sorted = [...new Set(keys)].sort();
  const list = sorted.join(", ");
  const searched = sorted.length === 0
    ? "without parameters"
    : `with parameter${sorted.length > 1 ? "s" : ""} ${list}`;
  const orBody = hasBody ? " or with a single unnamed json/jsonb parameter" : "";
  return new NotInSchemaCache(
    404,
    "PGRST202",
    `Could not find the function ${schema}.${name}${
      sorted.length === 0 ? " without parameters" : `(${list})`
    } in the schema cache`,
    {
      details:
        `Searched for the function ${schema}.${name} ${searched}${orBody}, but no matches were found in the schema cache.`,
      hint: closest(routines, sorted),
    },
  );
}

// Names the function of that name that shares the most parameters with the call.
function closest(routines: Routine[], keys: string[]): string | null {
  const shared = ({ parameters }: Routine) => parameters.filter(({ name }) => keys.includes(name)).length;
  const [best] = routines.toSorted((a, b) => shared(b) - shared(a));
  if (!best) return null;
  const names = best.parameters.map(({ name }) => name).sort().join(", ");
  return `Perhaps you meant to call the function ${best.schema}.${best.name}(${names})`;
}

function ambiguous(routines: Routine[]): RestError {
  const signature = ({ name, type }: Parameter) => `${name} => ${type}`;
  const candidates = routines.map((routine) =>
    `${routine.schema}.${routine.name}(${routine.parameters.map(signature).join(", ")})`
  );
  return new RestError(
    300,
    "PGRST203",
    `Could not choose the best candidate function between: ${candidates.join(", ")}`,
    {
      hint:
        "Try renaming the parameters or the function itself in the database so function overloading can be resolved",
    },
  );
}
