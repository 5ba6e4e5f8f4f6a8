/** What a hand can do to a database behind a migration's back, and how to write it down. */

export interface Mutation {
  /** What is done, in words. */
  what: string;
  sql: string;
  /** Who does it: the role of migrations, or a superuser where that one may not. */
  as: "postgres" | "supabase_admin";
  /** The entry of the catalog that must be told, */
  object: string;
  /** with this property, or the whole of it: here the first side is the one that was changed. */
  is: { property: string } | "only here" | "only there";
  /**
   * What pg-delta (CLI 3.1.0) makes of it, when it is asked for a migration: sees it, leaves it out in silence, or
   * cannot go on with it (with --strict-coverage it refuses; an object of a platform's role it would drop).
   */
  pgDelta: "sees" | "misses" | "fails";
}

/** A property of an object is another. */
export const changed = (what: string, sql: string, object: string, property: string): Mutation => ({
  what,
  sql,
  as: "postgres",
  object,
  is: { property },
  pgDelta: "sees",
});
/** An object is there that was not. */
export const added = (what: string, sql: string, object: string): Mutation => ({
  what,
  sql,
  as: "postgres",
  object,
  is: "only here",
  pgDelta: "sees",
});
/** An object is gone. */
export const dropped = (what: string, sql: string, object: string): Mutation => ({
  what,
  sql,
  as: "postgres",
  object,
  is: "only there",
  pgDelta: "sees",
});
/** Done by a superuser. */
export const forced = (mutation: Mutation): Mutation => ({ ...mutation, as: "supabase_admin" });
/** pg-delta leaves it out. */
export const missed = (mutation: Mutation): Mutation => ({ ...mutation, pgDelta: "misses" });
/** pg-delta cannot go on with it. */
export const failing = (mutation: Mutation): Mutation => ({ ...mutation, pgDelta: "fails" });
