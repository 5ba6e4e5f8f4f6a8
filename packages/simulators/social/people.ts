/** The people of a platform: whoever is asked for by name is there. */

/** One person, who is one account unless the platform has it otherwise. */
export interface Person {
  readonly id: string;
  /** Unique; what `person=` of the sign-in page names. */
  readonly username: string;
  name: string;
  /** May sign in and read, and post nothing. */
  isSuspended: boolean;
}

/** A name that a person can have. */
export const USERNAME = /^[a-z0-9_.]{1,30}$/;

/** Who is there when nobody else is wanted. */
export const DEFAULT_PEOPLE = ["ana", "bruno", "carla"] as const;

/** Everybody of one simulator, by username. */
export class People {
  readonly #byName = new Map<string, Person>();
  readonly #byId = new Map<string, Person>();
  readonly #newId: () => string;

  /** @param newId makes ids as the platform has them. */
  constructor(newId: () => string, usernames: readonly string[] = DEFAULT_PEOPLE) {
    this.#newId = newId;
    for (const username of usernames) this.named(username);
  }

  /** The person of this name, made when there is none. @throws TypeError when nobody can be called that. */
  named(username: string): Person {
    const known = this.#byName.get(username);
    if (known) return known;
    if (!USERNAME.test(username)) throw new TypeError(`nobody can be called "${username}"`);
    const name = username.charAt(0).toUpperCase() + username.slice(1).replaceAll(/[_.]/g, " ");
    const person: Person = { id: this.#newId(), username, name, isSuspended: false };
    this.#byName.set(username, person);
    this.#byId.set(person.id, person);
    return person;
  }

  /** Whether somebody is called that already. */
  has(username: string): boolean {
    return this.#byName.has(username);
  }

  byId(id: string): Person | undefined {
    return this.#byId.get(id);
  }

  all(): Person[] {
    return [...this.#byName.values()];
  }
}
