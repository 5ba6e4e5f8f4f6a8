/** The channels of people. An access is that of one of them, as it is where a person has more (brand accounts). */
import { createHash } from "node:crypto";
import type { Person } from "../social/people.ts";

/** A channel. */
export interface Channel {
  readonly id: string;
  readonly title: string;
  /** The list of what it has uploaded. */
  readonly uploads: string;
  readonly person: Person;
  /** Whether its owner has given a telephone number: others may set no thumbnails. */
  readonly isVerified: boolean;
}

/** The channels of everybody, made from the person's name alone. */
export class Channels {
  readonly #without: ReadonlySet<string>;
  readonly #unverified: ReadonlySet<string>;

  /** @param without people without a channel · @param unverified those whose channel has no telephone number. */
  constructor(without: readonly string[], unverified: readonly string[]) {
    this.#without = new Set(without);
    this.#unverified = new Set(unverified);
  }

  of(person: Person): Channel | undefined {
    if (this.#without.has(person.username)) return undefined;
    const id = createHash("sha256").update(person.username).digest("base64url").slice(0, 22);
    return {
      id: `UC${id}`,
      uploads: `UU${id}`,
      title: person.username,
      person,
      isVerified: !this.#unverified.has(person.username),
    };
  }
}
