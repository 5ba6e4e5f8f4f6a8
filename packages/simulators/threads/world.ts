/** What the route handlers of Threads are given. */
import type { Hono } from "hono";
import type { Containers } from "../graph/containers.ts";
import type { Account } from "../graph/pages.ts";
import type { Versions } from "../graph/versions.ts";
import type { Limit } from "../social/quotas.ts";
import type { Access } from "../social/tokens.ts";
import type { SocialWorld } from "../social/world.ts";
import type { Fault } from "./faults.ts";

/** Threads, for its routes. */
export interface Threads extends Versions {
  readonly app: Hono;
  readonly world: SocialWorld<Fault>;
  readonly containers: Containers<Fault>;
  /** Posts of an account, and its replies, which count by themselves. */
  readonly postLimit: Limit;
  readonly replyLimit: Limit;
  readonly shortLifeS: number;
  readonly longLifeS: number;
}

/** Scopes for what makes posts, and for what reads. */
export const PUBLISHES = { threads: ["threads_basic", "threads_content_publish"] } as const;
export const READS = { threads: ["threads_basic"] } as const;

/** The account of this id: each person is one. */
export function accountWith({ world }: Threads, id: string): Account | undefined {
  const person = world.people.byId(id);
  if (!person) return undefined;
  // The same object each time: containers are known by it.
  const known = accounts.get(person);
  if (known) return known;
  const account: Account = { id: person.id, username: person.username, name: person.name, person };
  accounts.set(person, account);
  return account;
}
const accounts = new WeakMap<object, Account>();

/** The account of this id, or of `me`, where the token is good for it. */
export function accountOf(threads: Threads, { family }: Access, id: string): Account | undefined {
  const { person } = family;
  return id === "me" || id === person.id ? accountWith(threads, person.id) : undefined;
}

/** What is told of an account. */
export function accountView(url: string, { id, username, name }: Account): Record<string, unknown> {
  return {
    id,
    username,
    name,
    threads_profile_picture_url: `${url}/profile_pictures/${id}.svg`,
    threads_biography: "",
    is_verified: false,
  };
}
