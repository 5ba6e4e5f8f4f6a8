/** For tests: a platform with a book of posts, whose commits go as they are told. */
import assert from "node:assert/strict";
import {
  type Committed,
  type Platform,
  type PlatformApp,
  PlatformError,
  type PlatformFailure,
  type PublicationWork,
} from "../../platforms/platform.ts";
import type { Means } from "./turn.ts";

export const TOKEN_OF = (n: number) => `access-token-number-${n}-of-the-test`;
export const APP: PlatformApp = {
  platform: "x",
  clientId: "client",
  clientSecret: "client-secret-of-the-test",
  apiVersion: null,
  settings: {},
};

/** A failure of a call, as platforms tell it. */
export function failure(failureClass: PlatformFailure["class"], code: string): PlatformFailure {
  return { class: failureClass, scope: "publication", code, message: `It says ${code}`, raw: { code } };
}

const LOST = () =>
  new PlatformError(failure("unknown", "unreachable"), { isAmbiguous: true, isUnreachable: true });

/** How one call goes. */
export type Answer =
  /** It is done and answered. */
  | "takes"
  /** It is done, and the answer is lost. */
  | "loses_answer"
  /** It is lost on its way. */
  | "loses_request"
  /** Refused: the token is good no more. */
  | "token"
  /** Refused for good. */
  | "refuses"
  /** Refused: it is busy. */
  | "busy"
  /** Refused for now, with what preparing has to know of it. */
  | "refuses_with_facts"
  /** Taken, and nothing comes of it: `observe` says that it failed. */
  | "fails_later";

export interface Script {
  commits: Answer[];
  /** How calls that may be repeated go; `takes` when there is none left. */
  others?: ("takes" | "loses_request" | "token" | "busy")[];
  /** Acts that preparing takes. */
  acts?: number;
  /** For so many looks a post that is there is not seen. */
  lag?: number;
  canReconcile?: boolean;
  /** How often `observe` says that it is processed. */
  processing?: number;
  /** Called at each step of the worker; may throw, as if it died there. */
  dies?: (where: string) => void;
}

/** The platform, its book and the ways to it. */
export function scriptedPlatform(script: Script) {
  const { dies = () => {}, canReconcile = true, acts = 2 } = script;
  const posts: string[] = [];
  const asked: string[] = [];
  const tokens = new Set<string>();
  let generation = 1;
  let [lag, processing] = [script.lag ?? 0, script.processing ?? 0];
  const failed = new Set<string>();
  const other = (what: string, { accessToken }: PublicationWork) => {
    dies(`at ${what}`);
    asked.push(what);
    tokens.add(accessToken);
    const answer = script.others?.shift() ?? "takes";
    if (answer === "loses_request") {
      throw new PlatformError(failure("wait", "unreachable"), { isUnreachable: true });
    }
    if (answer === "busy") {
      throw new PlatformError({ ...failure("wait", "rate_limited"), retryAfterMs: 1000 });
    }
    if (answer === "token" && accessToken === TOKEN_OF(generation)) {
      throw new PlatformError(failure("reconnect", "http_401"));
    }
  };
  const send = (accessToken: string): Committed => {
    dies("before the commit");
    asked.push("commit");
    const answer = script.commits.shift() ?? "takes";
    if (answer === "token" && accessToken === TOKEN_OF(generation)) {
      throw new PlatformError(failure("reconnect", "http_401"));
    }
    if (answer === "refuses") throw new PlatformError(failure("never", "refused"));
    if (answer === "busy") {
      throw new PlatformError({ ...failure("wait", "rate_limited"), retryAfterMs: 1000 });
    }
    if (answer === "refuses_with_facts") {
      throw new PlatformError(failure("wait", "not_found"), { facts: { lost: accessToken } });
    }
    if (answer === "loses_request") throw LOST();
    const id = `post-${posts.length + failed.size + 1}`;
    if (answer === "fails_later") failed.add(id);
    else posts.push(id);
    if (answer === "loses_answer") throw LOST();
    dies("after the commit");
    return {
      id,
      state: processing > 0 || answer === "fails_later" ? "processing" : "published",
      raw: { id, accessToken },
    };
  };
  const platform: Platform = {
    name: "x",
    oauth: null as unknown as Platform["oauth"], // nobody signs in here
    rules: {},
    preflight: () => ({ issues: [], warnings: [] }),
    limits: () => Promise.resolve(null),
    prepare: async (work) => {
      await Promise.resolve();
      const done = Number(work.facts.acts ?? 0);
      if (done >= acts) return { state: "ready" };
      other(`prepare ${done + 1}`, work);
      return { state: "more", name: `act_${done + 1}`, facts: { acts: done + 1 } };
    },
    commit: ({ accessToken }) => ({
      send: async () => {
        await Promise.resolve();
        return send(accessToken);
      },
    }),
    observe: async (work, id) => {
      await Promise.resolve();
      other(`observe ${id}`, work);
      const raw = { id, echo: work.accessToken };
      if (failed.has(id)) return { state: "failed", failure: failure("never", "processing_failed"), raw };
      if (processing > 0) {
        processing--;
        return { state: "processing", raw };
      }
      return { state: "published", postId: id, permalink: `https://x.example/${id}`, raw };
    },
    ...canReconcile
      ? {
        reconcile: async (work: PublicationWork) => {
          await Promise.resolve();
          other("reconcile", work);
          const id = posts.at(-1) ?? [...failed].at(-1);
          if (id === undefined || lag-- > 0) return { state: "not_there" as const, raw: {} };
          return { state: "there" as const, id, raw: {} };
        },
      }
      : {},
  };
  const means: Means = {
    platformNamed: (name) => name === "x" ? platform : null,
    appOf: () => Promise.resolve(APP),
    accessOf: (_, refused) => {
      dies("at the token");
      if (refused !== undefined) {
        assert.equal(refused, TOKEN_OF(generation), "a token is renewed that nobody has");
        generation++;
      }
      return Promise.resolve(TOKEN_OF(generation));
    },
  };
  return { platform, means, posts, failed, asked, tokens, renewals: () => generation - 1 };
}
