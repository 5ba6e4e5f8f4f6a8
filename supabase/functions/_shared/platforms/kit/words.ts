/** Words and facts that several platforms' folders need. */
import type { PlatformFailure } from "../platform.ts";

/** A fact of an earlier `prepare`, of a type that `read` knows; undefined where there is none. */
export function factOf<T>(
  facts: Readonly<Record<string, unknown>>,
  name: string,
  read: (value: unknown) => value is T,
): T | undefined {
  const value = Object.hasOwn(facts, name) ? facts[name] : undefined;
  return read(value) ? value : undefined;
}

/** The failure of a connection that lacks a scope, which it names: it must be connected anew. */
export function missingScope(scope: string, raw?: unknown): PlatformFailure {
  return {
    class: "reconnect",
    scope: "connection",
    code: "missing_scope",
    message: `The connection was not granted the scope ${scope}: connect the account again and allow it`,
    ...raw === undefined ? {} : { raw },
  };
}
