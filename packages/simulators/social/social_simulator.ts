/** A platform's simulator, as those who start one see it: what they can have it do, and its books. */
import type { FaultRule } from "../kit/fault_rules.ts";
import type { Outage } from "../kit/outage.ts";
import type { Commit, Counts, Post } from "./books.ts";
import type { Person } from "./people.ts";
import type { QuotaView } from "./quotas.ts";
import type { RefreshRecord } from "./tokens.ts";

/** What a sign-in gives, handed out without one. */
export interface Grant {
  readonly access_token: string;
  readonly refresh_token?: string;
  /** Seconds; absent: it has no end. */
  readonly expires_in?: number;
  readonly scopes: readonly string[];
  /** The account that is posted as: its id and name. */
  readonly account: { readonly id: string; readonly username: string };
}

export interface GrantOptions {
  scopes?: readonly string[];
  /** Where the platform has more than one way in. */
  door?: string;
}

/** What was counted, all in one. */
export interface SocialCounts extends Counts {
  readonly quotas: readonly QuotaView[];
}

/** A running simulator. */
export interface SocialSimulator<Fault> {
  /** Base URL without a trailing slash. */
  readonly url: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Stops it. A second call waits for the first. */
  close(): Promise<void>;
  /** Adds a fault rule. @throws ZodError when it is not one. */
  misbehave(rule: FaultRule<Fault>): void;
  /** Forgets all fault rules. */
  behave(): void;
  /** Has the platform as a whole be away for a while. @throws ZodError when it is no outage. */
  outage(outage: Outage): Promise<void>;
  /** Puts the platform's clock ahead: tokens, media and quotas come to their end by that. */
  advance(ms: number): void;
  /** Every post that is there, oldest first. */
  posts(): readonly Post[];
  /** Every request to make a post visible, oldest first. */
  commits(): readonly Commit[];
  /** Every wish to renew an access, oldest first. */
  refreshes(): readonly RefreshRecord[];
  counts(): SocialCounts;
  people(): readonly Person[];
  /** Every token there ever was. */
  secrets(): readonly string[];
  /** Signs somebody in without the page. @throws TypeError when nobody can be called that. */
  grant(username: string, options?: GrantOptions): Grant;
  /** access: what is good now ends and can be renewed · everything: nothing can. */
  endAccess(username: string, end: "access" | "everything"): void;
  suspend(username: string, isSuspended: boolean): void;
}
