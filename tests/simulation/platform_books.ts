/**
 * A platform as it sees itself: its tokens, its posts, and how many there were of each. It knows nothing of the
 * engine.
 */
import type { PlatformTerms, Quota } from "./platform_terms.ts";

export interface Tokens {
  readonly access_token: string;
  readonly refresh_token: string | null;
  readonly expires_in: number;
  readonly refresh_expires_in?: number;
}

interface Token {
  readonly account: string;
  readonly endsAt: number;
  isUsed: boolean;
}

/** A stretch of time when it does not answer. */
export interface Outage {
  readonly from: number;
  readonly to: number;
}

export class PlatformBooks {
  /** What should never have come here. */
  readonly complaints: string[] = [];
  /** Posts by the names of their publications. */
  readonly posts = new Map<string, number>();
  /** What was counted for each quota, the most that any window or day had. */
  readonly most = { account: 0, app: 0 };
  renewals = 0;
  asked = 0;
  readonly #tokens = new Map<string, Token>();
  readonly #made = new Map<string, number[]>();
  #count = 0;

  constructor(
    readonly name: string,
    readonly terms: PlatformTerms,
    private readonly outages: readonly Outage[],
    /** When each version of its API ends, milliseconds since 1970. */
    private readonly sunsets: Readonly<Record<string, number>>,
  ) {}

  isAway(at: number): boolean {
    return this.outages.some(({ from, to }) => at >= from && at < to);
  }

  /** Whether it answers requests of this version; null: it has none. */
  knows(version: string | null, at: number): boolean {
    return version === null || at < (this.sunsets[version] ?? Infinity);
  }

  /** Somebody has signed in. */
  signIn(account: string, at: number): Tokens {
    const { accessSeconds, renewal, refreshSeconds } = this.terms;
    const hasRefresh = renewal === "rotating" || renewal === "lasting";
    return {
      access_token: this.#issue("access", account, at + accessSeconds * 1000),
      refresh_token: hasRefresh ? this.#issue("refresh", account, at + (refreshSeconds ?? 1e9) * 1000) : null,
      expires_in: accessSeconds,
      ...refreshSeconds === undefined ? {} : { refresh_expires_in: refreshSeconds },
    };
  }

  /** Renews an access; null: it is not to be had, and its owner has to sign in. */
  renew(accessToken: string, refreshToken: string | null, at: number): Tokens | null {
    const { renewal, accessSeconds } = this.terms;
    if (renewal === "none") return null;
    const given = this.#tokens.get((renewal === "itself" ? accessToken : refreshToken) ?? "");
    if (!given || at >= given.endsAt) return null;
    this.renewals++;
    if (renewal === "rotating") {
      if (given.isUsed) {
        this.complaints.push(`${this.name}: a refresh token of ${given.account} was used twice`);
      }
      given.isUsed = true;
      return this.signIn(given.account, at);
    }
    return {
      access_token: this.#issue("access", given.account, at + accessSeconds * 1000),
      refresh_token: null,
      expires_in: accessSeconds,
    };
  }

  /** Any request with a token: whose it is. What is not good is complained of. */
  request(token: string, at: number): string | null {
    this.asked++;
    const known = this.#tokens.get(token);
    if (known && at < known.endsAt) return known.account;
    this.complaints.push(
      `${this.name}: a token was used ${known ? "after its end" : "that there never was"}`,
    );
    return null;
  }

  /** A post is made. */
  post(publication: string, token: string, at: number): void {
    const account = this.request(token, at);
    if (account === null) return;
    const times = (this.posts.get(publication) ?? 0) + 1;
    this.posts.set(publication, times);
    if (times > 1) this.complaints.push(`${this.name}: ${publication} was published ${times} times`);
    const { ofAccount, ofApp } = this.terms;
    const clock = at + this.terms.clockAhead * 1000;
    if (ofAccount) this.most.account = Math.max(this.most.account, this.#counted(account, ofAccount, clock));
    if (ofApp) this.most.app = Math.max(this.most.app, this.#counted("", ofApp, clock));
  }

  /** Counts a post by the platform's clock, apart from how the engine does: all of the window, or of the day. */
  #counted(whose: string, quota: Quota, clock: number): number {
    const made = this.#made.get(whose) ?? [];
    this.#made.set(whose, made);
    made.push(clock);
    const isCounted = "zone" in quota
      ? (other: number) => dayOf(other, quota.zone) === dayOf(clock, quota.zone)
      : (other: number) => other > clock - quota.seconds * 1000;
    let count = 0;
    for (let n = made.length - 1; n >= 0 && isCounted(made[n] ?? 0); n--) count++;
    if (count > quota.most) {
      this.complaints.push(`${this.name}: ${count} posts of ${whose || "the app"}, and ${quota.most} may be`);
    }
    return count;
  }

  #issue(kind: string, account: string, endsAt: number): string {
    const token = `${this.name}-${kind}-${++this.#count}`;
    this.#tokens.set(token, { account, endsAt, isUsed: false });
    return token;
  }
}

const FORMATS = new Map<string, Intl.DateTimeFormat>();

/** The date of a moment in a time zone. */
function dayOf(at: number, zone: string): string {
  const format = FORMATS.get(zone) ?? new Intl.DateTimeFormat("en-CA", { timeZone: zone });
  FORMATS.set(zone, format);
  return format.format(at);
}
