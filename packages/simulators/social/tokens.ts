/**
 * Tokens of a platform. All that came of one sign-in are a family: where a refresh token that was used already comes
 * again, somebody else has it, and the whole family ends.
 */
import { randomBytes } from "node:crypto";
import type { App } from "./apps.ts";
import type { Clock } from "./clock.ts";
import type { Person } from "./people.ts";

/** What came of one sign-in. */
export interface Family {
  readonly n: number;
  readonly app: App;
  readonly person: Person;
  readonly scopes: readonly string[];
  readonly door: string;
  /** Why it has ended; null: it has not. */
  ended: string | null;
}

/** An access token and what it is good for. */
export interface Access {
  readonly token: string;
  readonly family: Family;
  readonly issuedAt: number;
  /** Milliseconds since 1970; Infinity: it has no end. */
  expiresAt: number;
  /** Why it ended before its time. */
  ended: string | null;
  /** What else it is about, such as a page. */
  readonly of?: string;
}

/** What is known of an access token. */
export type Look =
  | { is: "good"; access: Access }
  | { is: "expired" | "ended"; access: Access; why: string }
  | { is: "unknown" };

/** One wish to renew an access. */
export interface RefreshRecord {
  readonly at: Date;
  /** Null: the token is nobody's. */
  readonly username: string | null;
  readonly family: number | null;
  /** reused: the token was used before, and the family has ended with that. */
  outcome: "refreshed" | "reused" | "refused";
  /** Which use of a refresh token of its family it was, counted from 1. */
  readonly n: number;
}

/** All tokens of one simulator. */
export class Tokens {
  readonly #access = new Map<string, Access>();
  readonly #refresh = new Map<string, { family: Family; isUsed: boolean; expiresAt: number }>();
  readonly #uses = new Map<Family, number>();
  readonly #families: Family[] = [];
  /** Oldest first. */
  readonly refreshes: RefreshRecord[] = [];

  constructor(readonly clock: Clock) {}

  /** A new family: somebody has signed in. */
  found(about: Pick<Family, "app" | "person" | "scopes" | "door">): Family {
    const family: Family = { ...about, n: this.#families.length + 1, ended: null };
    this.#families.push(family);
    return family;
  }

  /** An access token. `lifeS`: seconds, or Infinity; `dress` has it look as the platform's do. */
  access(family: Family, lifeS: number, dress: (random: string) => string, of?: string): Access {
    const issuedAt = this.clock.now();
    const access: Access = {
      token: dress(random()),
      family,
      issuedAt,
      expiresAt: issuedAt + lifeS * 1000,
      ended: null,
      ...of === undefined ? {} : { of },
    };
    this.#access.set(access.token, access);
    return access;
  }

  /** A refresh token, good for one use. */
  refresh(family: Family, lifeS: number, dress: (random: string) => string): string {
    const token = dress(random());
    this.#refresh.set(token, { family, isUsed: false, expiresAt: this.clock.now() + lifeS * 1000 });
    return token;
  }

  look(token: string | undefined): Look {
    const access = token === undefined ? undefined : this.#access.get(token);
    if (!access) return { is: "unknown" };
    const why = access.family.ended ?? access.ended;
    if (why !== null) return { is: "ended", access, why };
    if (this.clock.now() >= access.expiresAt) return { is: "expired", access, why: "expired" };
    return { is: "good", access };
  }

  /**
   * Uses a refresh token up, unless it `staysGood`. One that was used before ends its family.
   * @returns the family, or undefined when there is nothing to be had for it.
   */
  use(
    token: string | undefined,
    app: App,
    staysGood: (family: Family) => boolean = () => false,
  ): Family | undefined {
    const entry = token === undefined ? undefined : this.#refresh.get(token);
    const family = entry?.family.app === app ? entry.family : undefined;
    const n = family ? (this.#uses.get(family) ?? 0) + 1 : 1;
    if (family) this.#uses.set(family, n);
    const note = (outcome: RefreshRecord["outcome"]) =>
      void this.refreshes.push({
        at: this.clock.date(),
        username: family?.person.username ?? null,
        family: family?.n ?? null,
        outcome,
        n,
      });
    if (!entry || !family || family.ended !== null || this.clock.now() >= entry.expiresAt) {
      note("refused");
      return undefined;
    }
    if (entry.isUsed) {
      family.ended = "reuse";
      note("reused");
      return undefined;
    }
    entry.isUsed = !staysGood(family);
    note("refreshed");
    return family;
  }

  /** The family of any token of it. */
  familyOf(token: string | undefined): Family | undefined {
    if (token === undefined) return undefined;
    return this.#access.get(token)?.family ?? this.#refresh.get(token)?.family;
  }

  /** Ends the access tokens of a family, or of a person, that are good now; what renews them stays. */
  endAccess(of: (family: Family) => boolean, why = "expired"): number {
    let count = 0;
    for (const access of this.#access.values()) {
      if (!of(access.family) || this.look(access.token).is !== "good") continue;
      access.ended = why;
      count++;
    }
    return count;
  }

  /** Ends whole families. */
  end(of: (family: Family) => boolean, why: string): number {
    const ending = this.#families.filter((family) => family.ended === null && of(family));
    for (const family of ending) family.ended = why;
    return ending.length;
  }

  /** Every token there ever was, for those who look whether one is where it should not be. */
  everything(): string[] {
    return [...this.#access.keys(), ...this.#refresh.keys()];
  }
}

function random(): string {
  return randomBytes(48).toString("base64url");
}
