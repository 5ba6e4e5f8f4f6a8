/**
 * What a platform is: one folder that knows its platform's HTTP and nothing of the database. A publication is prepared
 * (safe to repeat), committed (the one call that makes it visible, never repeated blindly) and observed (safe to repeat).
 * `classify` and what builds requests are pure; the rest does I/O with the platform alone.
 */
import type { PublicationContent } from "../../../../shared/publishing/content.ts";
import type { OptionRules, PublicationIssue } from "../../../../shared/publishing/option_rules.ts";
import type { MediaProbe } from "../../../../shared/requests/requests_publications.ts";
import type { CreatorInfo, PostingLimit } from "../../../../shared/rows/connection.ts";
import type { PublicationWarning } from "../../../../shared/rows/publication.ts";
import type { Option, PlatformName } from "../../../../shared/words/platforms.ts";
import type { PlatformFailure } from "../engine/publication_failure.ts";

export type { FailureClass, PlatformFailure } from "../engine/publication_failure.ts";

/** A call of a platform failed. */
export class PlatformError extends Error {
  /** A commit may have gone through all the same. */
  readonly isAmbiguous: boolean;
  /** Weather: it refuses connections, takes too long or has an error of its own. */
  readonly isUnreachable: boolean;
  /** Of a commit that was not taken, or may not have been: what the next `prepare` has to know of that. */
  readonly facts: Readonly<Record<string, unknown>>;

  constructor(
    readonly failure: PlatformFailure,
    { isAmbiguous = false, isUnreachable = false, facts = {}, cause }: {
      isAmbiguous?: boolean;
      isUnreachable?: boolean;
      facts?: Readonly<Record<string, unknown>>;
      cause?: unknown;
    } = {},
  ) {
    super(`${failure.code}: ${failure.message}`);
    this.name = "PlatformError";
    this.isAmbiguous = isAmbiguous;
    this.isUnreachable = isUnreachable;
    this.facts = facts;
    if (cause !== undefined) this.cause = cause;
  }
}

/** The operator's registration at a platform, and how it is reached. */
export interface PlatformApp {
  platform: PlatformName;
  clientId: string;
  clientSecret: string;
  /** The version of its API that is called; null where it has none. */
  apiVersion: string | null;
  /** `base_url`, `oauth_url`, … where they are not the platform's own; anything else that its folder reads. */
  settings: Record<string, unknown>;
}

/** What a sign-in or a refresh gave. Times in seconds from now. */
export interface Tokens {
  accessToken: string;
  /** Null or empty: none was given, and the one that is there stays. */
  refreshToken: string | null;
  expiresIn: number | null;
  refreshExpiresIn: number | null;
  /** Null: it did not say. */
  scopes: string[] | null;
}

/** An account of whoever signed in that can be published with. */
export interface PlatformAccount {
  externalId: string;
  displayName: string | null;
  avatarUrl: string | null;
  /** Of which it is a part, such as a Facebook page. */
  of: string | null;
  /** What its calls need, no secret: the id of its page, … */
  settings: Record<string, unknown>;
  /** Where it has a token of its own. */
  tokens?: Tokens;
}

/** Signing in at a platform: OAuth 2 with PKCE where it has that. */
export interface PlatformOAuth {
  /** Asked for in all; those that an option needs are in its rules. */
  readonly scopes: readonly string[];
  readonly usesPkce: boolean;
  /** Whether a refresh token is spent by its use: then two refreshes at once end the connection. */
  readonly refreshIsSingleUse: boolean;
  /** Where the browser is sent. `challenge`: S256 of the verifier, where it uses PKCE. */
  authorizeUrl(app: PlatformApp, ask: { state: string; redirectUri: string; challenge?: string }): URL;
  /** Trades the code for tokens, long-lived where there are such. Throws PlatformError. */
  exchange(app: PlatformApp, got: { code: string; redirectUri: string; verifier?: string }): Promise<Tokens>;
  /** The accounts of whoever signed in, a page at a time. Throws PlatformError. */
  accounts(
    app: PlatformApp,
    tokens: Tokens,
    cursor?: string,
  ): Promise<{ accounts: PlatformAccount[]; nextCursor: string | null }>;
  /** Renews the access. Throws PlatformError: of class reconnect when that cannot be done any more. */
  refresh(app: PlatformApp, tokens: { accessToken: string; refreshToken: string | null }): Promise<Tokens>;
  /** How long before its end an access is renewed, in seconds. */
  readonly refreshAheadSeconds: number;
  /** Gives the access back. Resolves as well when it is gone already. Throws PlatformError. */
  revoke(app: PlatformApp, tokens: { accessToken: string; refreshToken: string | null }): Promise<void>;
}

/** A file of a publication, ready to be handed to a platform. */
export interface PublicationMedia {
  name: string;
  contentType: string;
  bytes: number;
  altText: string | null;
  /** An address at which the platform can fetch it; outlives its download. */
  url(): Promise<string>;
  /** Exactly these bytes, `to` not included. */
  range(from: number, to: number, signal?: AbortSignal): Promise<Uint8Array<ArrayBuffer>>;
}

/** A publication under way, as a platform sees it. */
export interface PublicationWork {
  jobId: string;
  option: Option;
  content: PublicationContent;
  media: readonly PublicationMedia[];
  app: PlatformApp;
  connection: {
    externalId: string;
    displayName: string | null;
    settings: Record<string, unknown>;
    scopes: string[];
  };
  accessToken: string;
  /** What earlier calls of `prepare` have come to: all their facts, merged. */
  facts: Readonly<Record<string, unknown>>;
  /** When the commit was last passed, ISO 8601; null: never. */
  committedAt: string | null;
  /** When the publication was asked for, ISO 8601. */
  createdAt: string;
  /** Posts that other publications of this connection have made of late: none of them is this one's. Absent: not known. */
  knownPostIds?: readonly string[];
}

/** What one call of `prepare` came to: one bounded act, whose fact is stored before the next. */
export type Prepared =
  /** `until`: ISO 8601, for how long the facts are good, such as a container's or an upload's life; null: for ever. */
  | { state: "ready"; facts?: Record<string, unknown>; until?: string | null; name?: string }
  /** `name`: what was done, in the platform's words. `seconds`: not before so many; default at once. `forget`: facts that are void. */
  | {
    state: "more";
    name: string;
    facts?: Record<string, unknown>;
    forget?: string[];
    until?: string | null;
    seconds?: number;
    details?: Record<string, unknown>;
  };

/** A commit, built whole and not yet sent. */
export interface PreparedCommit {
  /** Sends it, once. Throws PlatformError, ambiguous when it may have gone through. */
  send(signal: AbortSignal): Promise<Committed>;
}

/** The platform has taken the commit. */
export interface Committed {
  /** The post's id, or the name by which its outcome is asked for. */
  id: string;
  /** published: it is there · processing: `observe` will tell. */
  state: "published" | "processing";
  permalink?: string | null;
  warnings?: PublicationWarning[];
  raw: unknown;
}

/** What became of a commit that was taken. */
export type Observed =
  | {
    state: "published";
    postId: string | null;
    permalink: string | null;
    warnings?: PublicationWarning[];
    raw: unknown;
  }
  /** `seconds`: not to be asked again before so many; default: as long as the worker sees fit. */
  | { state: "processing"; seconds?: number; raw: unknown }
  | { state: "failed"; failure: PlatformFailure; raw: unknown }
  | { state: "unknown"; reason: string; raw: unknown };

/** What became of a commit whose answer was lost. */
export type Reconciled =
  /** `id`: as of Committed. */
  | { state: "there"; id: string; permalink?: string | null; raw: unknown }
  /** It has not become visible. It counts when it was found twice, a minute apart, with nobody at a commit. */
  | { state: "not_there"; raw: unknown }
  /** `isForGood`: the platform cannot tell, however often it is asked, so that nobody waits for it. */
  | { state: "unknown"; reason: string; isForGood?: true; raw: unknown };

export interface Platform {
  readonly name: PlatformName;
  readonly oauth: PlatformOAuth;
  /** The table that preflight reads, by option. */
  readonly rules: Readonly<Record<string, OptionRules>>;
  /** The same with what the operator has set in the app's settings. Absent: nothing can be set. Pure. */
  rulesFor?(settings: Readonly<Record<string, unknown>>): Readonly<Record<string, OptionRules>>;
  /** The schema of an option's settings is in shared/publishing; what rules cannot say is looked at here. Pure. */
  preflight(option: Option, content: PublicationContent, probes: readonly (MediaProbe | null)[]): {
    issues: PublicationIssue[];
    warnings: PublicationIssue[];
  };
  /** What may still be posted, where the platform tells; null: it does not. Throws PlatformError. */
  limits(work: Pick<PublicationWork, "app" | "connection" | "accessToken">): Promise<PostingLimit | null>;
  /** What the account may choose for its next post. Absent: there is nothing that it would not offer. Throws PlatformError. */
  creator?(work: Pick<PublicationWork, "app" | "connection" | "accessToken">): Promise<CreatorInfo>;
  /** Does the next thing that has to be done before the commit. Throws PlatformError. */
  prepare(work: PublicationWork, signal: AbortSignal): Promise<Prepared>;
  /** Builds the commit, whole. Throws PlatformError when there can be none, with nothing sent. */
  commit(work: PublicationWork): PreparedCommit;
  /** A commit that was taken (under this name) is a post, whatever `observe` reads of it: at the deadline it is there. */
  readonly takenIsThere?: true | ((id: string) => boolean);
  /** Asks after a commit that was taken. Throws PlatformError when the question fails. */
  observe(work: PublicationWork, id: string): Promise<Observed>;
  /** Whether `observe` hands in files, such as a picture for what is there by then: it is given none else. Pure. */
  observeNeedsMedia?(content: PublicationContent): boolean;
  /** Finds out what became of a commit whose answer was lost. Absent: nobody can tell. Throws PlatformError. */
  reconcile?(work: PublicationWork): Promise<Reconciled>;
}
