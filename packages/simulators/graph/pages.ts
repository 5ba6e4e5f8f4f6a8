/** What people of Facebook have: pages, each with an Instagram account or without. Made from the person's name alone. */
import type { Person } from "../social/people.ts";

/** An account that is posted as. */
export interface Account {
  readonly id: string;
  readonly username: string;
  readonly name: string;
  /** Whose it is. */
  readonly person: Person;
}

export interface Page {
  readonly id: string;
  readonly name: string;
  readonly account: Account | null;
}

/** Pages of everybody; how many is said by name, and one for those whom nobody named. */
export class Pages {
  readonly #pages = new Map<Person, Page[]>();
  readonly #accounts = new Map<string, Account>();
  readonly #counts: Readonly<Record<string, number>>;
  #next = 1;

  constructor(counts: Readonly<Record<string, number>>) {
    this.#counts = counts;
  }

  /** The pages of a person. The first has the account of the person's own name; every third has none. */
  of(person: Person): readonly Page[] {
    const known = this.#pages.get(person);
    if (known) return known;
    const count = this.#counts[person.username] ?? 1;
    const pages = Array.from({ length: count }, (_, at): Page => {
      const n = this.#next++;
      const suffix = at === 0 ? "" : `_${at + 1}`;
      const account: Account | null = at % 3 === 2 ? null : {
        id: `178414${String(n).padStart(11, "0")}`,
        username: `${person.username}${suffix}`,
        name: `${person.name}${at === 0 ? "" : ` ${at + 1}`}`,
        person,
      };
      if (account) this.#accounts.set(account.id, account);
      return { id: `1020${String(n).padStart(11, "0")}`, name: `${person.name}'s page ${at + 1}`, account };
    });
    this.#pages.set(person, pages);
    return pages;
  }

  /** The account of the person's own name; undefined: the person has none. */
  first(person: Person): Account | undefined {
    return this.of(person).find(({ account }) => account !== null)?.account ?? undefined;
  }

  account(id: string): Account | undefined {
    return this.#accounts.get(id);
  }
}
