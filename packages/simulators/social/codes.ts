/** Authorization codes: what a sign-in leads back with, once, and only for whoever began it. */
import { createHash, randomBytes } from "node:crypto";
import type { App } from "./apps.ts";
import type { Clock } from "./clock.ts";
import type { Person } from "./people.ts";

/** The challenge of a sign-in with PKCE. */
export interface Challenge {
  readonly method: "S256" | "plain";
  readonly challenge: string;
}

/** What a person has agreed to. */
export interface Consent {
  readonly app: App;
  readonly person: Person;
  readonly scopes: readonly string[];
  readonly redirectUri: string;
  /** Where the platform has more than one way in. */
  readonly door: string;
  readonly challenge?: Challenge;
}

/** Why a code is worth nothing. */
export type CodeRefusal = "unknown" | "spent" | "expired" | "other_app" | "other_redirect" | "wrong_verifier";

/** The codes of one simulator. */
export class Codes {
  readonly #codes = new Map<string, { consent: Consent; until: number; isSpent: boolean }>();
  readonly #clock: Clock;
  readonly #lifeMs: number;

  constructor(clock: Clock, lifeMs: number) {
    this.#clock = clock;
    this.#lifeMs = lifeMs;
  }

  /** A code for this consent. */
  give(consent: Consent): string {
    const code = randomBytes(32).toString("base64url");
    this.#codes.set(code, { consent, until: this.#clock.now() + this.#lifeMs, isSpent: false });
    return code;
  }

  /** Takes a code, which is spent by that. */
  take(
    code: string | undefined,
    asked: { app: App; redirectUri: string | undefined; verifier?: string | undefined },
  ): { consent: Consent } | { refused: CodeRefusal } {
    const entry = code === undefined ? undefined : this.#codes.get(code);
    if (!entry) return { refused: "unknown" };
    const { consent, until, isSpent } = entry;
    if (isSpent) return { refused: "spent" };
    if (this.#clock.now() >= until) return { refused: "expired" };
    if (consent.app !== asked.app) return { refused: "other_app" };
    if (consent.redirectUri !== asked.redirectUri) return { refused: "other_redirect" };
    if (consent.challenge && !meets(consent.challenge, asked.verifier)) return { refused: "wrong_verifier" };
    entry.isSpent = true;
    return { consent };
  }
}

function meets({ method, challenge }: Challenge, verifier: string | undefined): boolean {
  if (verifier === undefined) return false;
  return challenge ===
    (method === "plain" ? verifier : createHash("sha256").update(verifier).digest("base64url"));
}
