/** Organizations, and what part people have in them. */
import type { Person } from "../social/people.ts";

/** A part that somebody has. */
export interface Assignment {
  readonly organization: Organization;
  readonly role: string;
  state: string;
}

export interface Organization {
  readonly id: string;
  readonly name: string;
  readonly vanityName: string;
}

/** Who may post for an organization. */
export const POSTERS: readonly string[] = ["ADMINISTRATOR", "CONTENT_ADMINISTRATOR"];

/** Of five in a row: two that look after all of it, one after its content; one only looks, and one has been sent away. */
const PARTS: readonly (readonly [role: string, state: string])[] = [
  ["ADMINISTRATOR", "APPROVED"],
  ["CONTENT_ADMINISTRATOR", "APPROVED"],
  ["ANALYST", "APPROVED"],
  ["ADMINISTRATOR", "APPROVED"],
  ["ADMINISTRATOR", "REVOKED"],
];

/** All of one simulator. */
export class Organizations {
  readonly #counts: Readonly<Record<string, number>>;
  readonly #parts = new Map<string, Assignment[]>();
  readonly #byId = new Map<string, Organization>();

  /** @param counts how many a person has part in, by username; five where nothing is said. */
  constructor(counts: Readonly<Record<string, number>>) {
    this.#counts = counts;
  }

  /** A person's parts, in an order that stays. */
  of(person: Person): Assignment[] {
    const known = this.#parts.get(person.id);
    if (known) return known;
    const count = this.#counts[person.username] ?? PARTS.length;
    const parts = Array.from({ length: count }, (_, n): Assignment => {
      const id = String(5_000_000 + this.#byId.size + 1);
      const organization = {
        id,
        name: `${person.name} & Co. ${n + 1}`,
        vanityName: `${person.username}-co-${n + 1}`,
      };
      this.#byId.set(id, organization);
      const [role, state] = PARTS[n % PARTS.length] ?? ["ANALYST", "APPROVED"];
      return { organization, role, state };
    });
    this.#parts.set(person.id, parts);
    return parts;
  }

  /** The organization of this id. */
  byId(id: string): Organization | undefined {
    return this.#byId.get(id);
  }

  /** Whether a person may post for an organization now. */
  mayPost(person: Person, id: string): boolean {
    return this.of(person).some(({ organization, role, state }) =>
      organization.id === id && state === "APPROVED" && POSTERS.includes(role)
    );
  }
}
