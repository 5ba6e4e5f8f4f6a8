/** The state behind a platform's endpoints: its people, apps, tokens and books, and the faults in force. */
import { FaultBook } from "../kit/fault_rules.ts";
import type { FaultRule } from "../kit/fault_rules.ts";
import { pause } from "../kit/pause.ts";
import type { App } from "./apps.ts";
import { Books, type Commit } from "./books.ts";
import { Clock } from "./clock.ts";
import { Codes } from "./codes.ts";
import type { CommonFault } from "./faults.ts";
import { type Ask, type Refusals, SocialFront } from "./front.ts";
import { People, type Person } from "./people.ts";
import { type Limit, Quota, type QuotaView } from "./quotas.ts";
import { type Access, type Look, Tokens } from "./tokens.ts";

/** What every platform is told. */
export interface WorldOptions {
  /** The app that is registered; more of them in `moreApps`. */
  clientId?: string;
  clientSecret?: string;
  moreApps?: readonly App[];
  /** Who is there from the start; others are there as soon as they are asked for. */
  people?: readonly string[];
  /** How long a commit takes, in milliseconds. */
  commitMs?: number;
  /** How long reads do not show a new post, in milliseconds. Default 0. */
  readLagMs?: number;
}

/** What a world is made of besides what it is told. */
export interface WorldParts {
  readonly url: string;
  readonly apps: readonly App[];
  readonly newId: () => string;
  readonly codeLifeMs: number;
  readonly refusals: Refusals;
  readonly options: WorldOptions;
}

/** One platform's state. Route handlers are given it. */
export class SocialWorld<Fault extends { kind: string }> {
  readonly clock = new Clock();
  readonly faults = new FaultBook<Fault>();
  readonly books = new Books(this.clock);
  readonly tokens = new Tokens(this.clock);
  readonly people: People;
  readonly codes: Codes;
  readonly front: SocialFront;
  readonly url: string;
  readonly apps: readonly App[];
  readonly #quotas = new Map<string, Quota>();
  readonly #closing = new AbortController();
  readonly #options: WorldOptions;

  constructor({ url, apps, newId, codeLifeMs, refusals, options }: WorldParts) {
    this.url = url;
    this.apps = apps;
    this.#options = options;
    this.people = new People(newId, options.people);
    this.codes = new Codes(this.clock, codeLifeMs);
    this.front = new SocialFront(
      // The book holds every fault of this platform; the kinds asked for there are those that all have.
      this.faults as unknown as FaultBook<CommonFault>,
      refusals,
      (token) => this.#endAccess(token),
      this.closing,
    );
  }

  /** Aborted when the simulator closes. */
  get closing(): AbortSignal {
    return this.#closing.signal;
  }

  close(): void {
    this.#closing.abort();
  }

  misbehave(rule: FaultRule<Fault>): void {
    const { times } = rule.fault as { times?: number };
    const least = Math.min(times ?? Infinity, rule.times ?? Infinity);
    this.faults.add(least === Infinity ? rule : { ...rule, times: least });
  }

  look(token: string | undefined): Look {
    return this.tokens.look(token);
  }

  /** A limit that is counted under this name from its first use on. */
  quota(name: string, limit: Limit): Quota {
    const known = this.#quotas.get(name);
    if (known) return known;
    const quota = new Quota(name, limit, this.clock);
    this.#quotas.set(name, quota);
    return quota;
  }

  quotas(): QuotaView[] {
    return [...this.#quotas.values()].flatMap((quota) => quota.views());
  }

  /**
   * Answers a request to make a post visible, and notes it. `answer` is given the note, and a way to enter the post.
   * @param account whose it would be; null: the token is no good.
   */
  async commit(
    request: Request,
    ask: Omit<Ask, "path"> & { account: { id: string; username: string } | null },
    answer: (commit: Commit) => Response | Promise<Response>,
  ): Promise<Response> {
    const commit = this.books.begin({
      account: ask.account?.id ?? null,
      username: ask.account?.username ?? null,
      texts: ask.texts,
    });
    let isOver = false;
    const over = (status: number | null) => {
      if (!isOver) this.books.end(commit, status);
      isOver = true;
    };
    // Who has gone away has nothing under way any more, whatever the platform still does.
    request.signal.addEventListener("abort", () => over(null), { once: true });
    try {
      const response = await this.front.respond(request, { ...ask, path: "commit" }, async () => {
        const { commitMs = 0 } = this.#options;
        if (commitMs > 0) await pause(commitMs, this.closing).catch(() => {});
        commit.outcome = "refused"; // unless it becomes a post
        return await answer(commit);
      }, { silent: () => over(null) });
      over(response.status);
      return response;
    } finally {
      over(null);
    }
  }

  /** How long reads do not show a post with these texts. */
  lagOf(texts: readonly string[]): number {
    const common = this.faults as unknown as FaultBook<CommonFault>;
    return common.take("read_lag", texts)?.ms ?? this.#options.readLagMs ?? 0;
  }

  /** Ends the access tokens of a person; with `isForGood`, what renews them too. @returns how many ended. */
  endAccess(person: Person, isForGood = false): number {
    const of = ({ person: { id } }: { person: Person }) => id === person.id;
    return isForGood ? this.tokens.end(of, "revoked") : this.tokens.endAccess(of);
  }

  #endAccess(token: string | undefined): void {
    const look = this.tokens.look(token);
    if (look.is === "good") this.tokens.endAccess((family) => family === look.access.family);
  }
}

/** The bearer token of a request. */
export function bearerOf(request: Request): string | undefined {
  return /^Bearer +(\S+)$/i.exec(request.headers.get("authorization") ?? "")?.[1];
}

/** Whether an access was granted a scope. */
export function mayUse({ family }: Access, scope: string): boolean {
  return family.scopes.includes(scope);
}
