/** Rules taken out of a running engine, and put back. */
import assert from "node:assert/strict";

/** One guard: the function it stands in, and what stands there without it. */
export interface Breakage {
  function: string;
  /** Must occur once in the function. */
  guard: string;
  instead: string;
}

/** Runs a statement and gives its rows. */
export type Query = (sql: string) => Promise<Record<string, unknown>[]>;

/** Breaks the engine, has `look` look at it, and mends it again. */
export async function broken<T>(
  query: Query,
  breakages: readonly Breakage[],
  look: () => Promise<T>,
): Promise<T> {
  const whole: string[] = [];
  try {
    for (const breakage of breakages) {
      const definition = await guardStands(query, breakage);
      whole.unshift(definition);
      await query(definition.replace(breakage.guard, () => breakage.instead));
    }
    return await look();
  } finally {
    for (const definition of whole) await query(definition);
  }
}

/** The definition of a breakage's function, in which its guard stands once. */
export async function guardStands(query: Query, { function: name, guard }: Breakage): Promise<string> {
  const definition = await definitionOf(query, name);
  assert.equal(definition.split(guard).length, 2, `${name} has this once: ${guard}`);
  return definition;
}

async function definitionOf(query: Query, name: string): Promise<string> {
  const [schema, proname] = name.split(".");
  const rows = await query(
    `select pg_get_functiondef(oid) as definition from pg_proc
     where pronamespace = '${schema}'::regnamespace and proname = '${proname}'`,
  );
  assert.equal(rows.length, 1, `there is one ${name}`);
  return String(rows[0]!["definition"]);
}
