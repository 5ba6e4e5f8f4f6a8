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
  /** What the person may do there. */
  readonly tasks: readonly string[];
}

const CREATES = "CREATE_CONTENT";
const TASKS: readonly string[] = ["ADVERTISE", "ANALYZE", CREATES, "MESSAGING", "MODERATE", "MANAGE"];

/** Whether the person may publish there. */
export function mayCreate({ tasks }: Page): boolean {
  return tasks.includes(CREATES);
}

/** Pages of everybody; how many is said by name, and one for those whom nobody named. */
export class Pages {
  readonly #pages = new Map<Person, Page[]>();
  readonly #accounts = new Map<string, Account>();
  readonly #byId = new Map<string, { page: Page; person: Person }>();
  readonly #counts: Readonly<Record<string, number>>;
  readonly #moderated: Readonly<Record<string, readonly number[]>>;
  #next = 1;

  /** @param moderated on which of their pages, counted from 1, people may answer and not publish. */
  constructor(
    counts: Readonly<Record<string, number>>,
    moderated: Readonly<Record<string, readonly number[]>> = {},
  ) {
    this.#counts = counts;
    this.#moderated = moderated;
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
      const isModerated = this.#moderated[person.username]?.includes(at + 1) ?? false;
      const page: Page = {
        id: `1020${String(n).padStart(11, "0")}`,
        name: `${person.name}'s page ${at + 1}`,
        account,
        tasks: isModerated ? ["ANALYZE", "MODERATE"] : TASKS,
      };
      this.#byId.set(page.id, { page, person });
      return page;
    });
    this.#pages.set(person, pages);
    return pages;
  }

  /** The account of the person's own name; undefined: the person has none. */
  first(person: Person): Account | undefined {
    return this.of(person).find(({ account }) => account !== null)?.account ?? undefined;
  }

  /** A page and whose it is. */
  page(id: string): { page: Page; person: Person } | undefined {
    return this.#byId.get(id);
  }

  account(id: string): Account | undefined {
    return this.#accounts.get(id);
  }
}
