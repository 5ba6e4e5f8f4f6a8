/**
 * The platform's folder against the simulator, which was written from the documentation alone: whatever happens to a
 * publication, its post is there once if it is said to be there, and not at all if it is said not to be.
 */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { type LinkedInOptions, type LinkedInSimulator, startLinkedIn } from "@esteira/simulators/linkedin";
import type { Option } from "../../shared/words/platforms.ts";
import { bytesOf, errorOf, mediaOf } from "../../supabase/functions/_shared/platforms/kit/work_fixture.ts";
import { linkedInWork } from "../../supabase/functions/_shared/platforms/linkedin/fake_linkedin.ts";
import { linkedin } from "../../supabase/functions/_shared/platforms/linkedin/linkedin.ts";
import {
  type PlatformAccount,
  type PlatformApp,
  PlatformError,
  type PublicationMedia,
  type PublicationWork,
  type Tokens,
} from "../../supabase/functions/_shared/platforms/platform.ts";

type Fault = Parameters<LinkedInSimulator["misbehave"]>[0]["fault"];
type File = PublicationMedia & { whole: Uint8Array };

const BACK = "http://127.0.0.1:9/callback";
const CAPTION = "Olá (mundo) #sea_side <3 | C# *now*";
const JPEG = fileOf("a.jpg", "image/jpeg", 500, "ffd8ffe0", "A cat");
const FILM = fileOf("film.mp4", "video/mp4", 10_000, "00000020667479706d703432");
const PDF = fileOf("Year report.pdf", "application/pdf", 700, "255044462d312e37");

function fileOf(
  name: string,
  contentType: string,
  bytes: number,
  head: string,
  altText: string | null = null,
): File {
  const whole = bytesOf(0, bytes);
  whole.set(Uint8Array.fromHex(head));
  const range = (from: number, to: number) => Promise.resolve(whole.slice(from, to));
  return { ...mediaOf(contentType, bytes, { name, altText, range }), whole };
}

/** A simulator, whose films have parts of 4,096 bytes, and who signs in there. */
async function withLinkedIn(
  test: (linkedIn: { simulator: LinkedInSimulator; app: PlatformApp }) => Promise<void>,
  options: LinkedInOptions = {},
): Promise<void> {
  const simulator = startLinkedIn({ processMs: 10, partBytes: 4096, ...options });
  const { url, clientId, clientSecret } = simulator;
  const settings = { base_url: url, oauth_url: url, organizations: true, media_grace_seconds: 0 };
  try {
    await test({
      simulator,
      app: { platform: "linkedin", clientId, clientSecret, apiVersion: "202608", settings },
    });
  } finally {
    await simulator.close();
  }
}

async function signIn(app: PlatformApp, person = "ana", more: Record<string, string> = {}): Promise<Tokens> {
  const page = linkedin.oauth.authorizeUrl(app, { state: "s", redirectUri: BACK });
  for (const [name, value] of Object.entries({ person, ...more })) page.searchParams.set(name, value);
  const { headers } = await fetch(page, { redirect: "manual" });
  const code = new URL(headers.get("location") ?? "").searchParams.get("code") ?? "";
  return await linkedin.oauth.exchange(app, { code, redirectUri: BACK });
}

async function accountsOf(
  app: PlatformApp,
  tokens: Tokens,
): Promise<{ accounts: PlatformAccount[]; pages: number }> {
  const all: PlatformAccount[] = [];
  let cursor: string | undefined;
  for (let pages = 1;; pages++) {
    const { accounts, nextCursor } = await linkedin.oauth.accounts(app, tokens, cursor);
    all.push(...accounts);
    if (nextCursor === null) return { accounts: all, pages };
    cursor = nextCursor;
  }
}

/** A publication of Ana's, or of her first organization, ready to be prepared. */
async function begun(
  app: PlatformApp,
  { option = "linkedin_post", files = [], as = "organization", ...content }: {
    option?: Option;
    files?: readonly File[];
    as?: "person" | "organization";
    caption?: string;
    settings?: Record<string, unknown>;
  } = {},
): Promise<PublicationWork> {
  const tokens = await signIn(app);
  const { accounts } = await accountsOf(app, tokens);
  const account = accounts[as === "person" ? 0 : 1];
  const mediaFiles = files.map(({ name, bytes, contentType, altText }) => ({
    ...{ name, size: bytes, type: contentType, path: name },
    ...altText ? { altText } : {},
  }));
  return linkedInWork(app.settings.base_url as string, {
    option,
    app,
    accessToken: tokens.accessToken,
    content: { caption: CAPTION, ...content, mediaFiles },
    media: files,
    connection: {
      externalId: account?.externalId ?? "",
      displayName: account?.displayName ?? null,
      settings: {},
      scopes: tokens.scopes ?? [],
    },
  });
}

type Ending = { state: "published"; id: string } | { state: "refused" | "unknown"; code: string };

/** Publishes as a worker does, but for its waits: what is in doubt is looked for, and repeated only where it is not there. */
async function publish(
  work: PublicationWork,
): Promise<{ ending: Ending; commits: number; work: PublicationWork }> {
  let commits = 0;
  for (let steps = 0; steps < 300; steps++) {
    try {
      const act = await linkedin.prepare(work, new AbortController().signal);
      const facts: Record<string, unknown> = { ...work.facts, ...act.facts };
      for (const name of act.state === "more" ? act.forget ?? [] : []) delete facts[name];
      work = { ...work, facts };
      if (act.state === "more") {
        if (act.seconds) await waiting();
        continue;
      }
    } catch (error) {
      if (!(error instanceof PlatformError)) throw error;
      if (mayPass(error)) continue;
      return { ending: { state: "refused", code: error.failure.code }, commits, work };
    }
    work = { ...work, committedAt: new Date().toISOString() };
    try {
      commits++;
      const { id } = await linkedin.commit(work).send(AbortSignal.timeout(600));
      return { ending: { state: "published", id }, commits, work };
    } catch (error) {
      if (!(error instanceof PlatformError)) throw error;
      work = { ...work, facts: { ...work.facts, ...error.facts } };
      if (error.isAmbiguous) {
        const found = await linkedin.reconcile?.(work).catch(() => null);
        if (found?.state === "there") return { ending: { state: "published", id: found.id }, commits, work };
        if (found?.state === "unknown") {
          return { ending: { state: "unknown", code: error.failure.code }, commits, work };
        }
      } else if (!mayPass(error)) {
        return { ending: { state: "refused", code: error.failure.code }, commits, work };
      }
    }
  }
  throw new Error("it is worked on for ever");
}

const waiting = () => new Promise((resolve) => setTimeout(resolve, 15));
const mayPass = ({ isUnreachable, failure }: PlatformError) =>
  isUnreachable || ["wait", "backoff"].includes(failure.class);
const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

Deno.test("a person and all organizations that they may post for are shown, over all pages, with their names", () =>
  withLinkedIn(async ({ simulator, app }) => {
    const tokens = await signIn(app, "carla");
    const { accounts, pages } = await accountsOf(app, tokens);
    const may = simulator.organizations("carla").filter(({ role, state }) =>
      state === "APPROVED" && role !== "ANALYST"
    );
    assert.equal(pages, 3);
    assert.deepEqual(accounts.map(({ displayName }) => displayName), [
      "Carla",
      ...may.map(({ name }) => name),
    ]);
    assert.deepEqual(
      accounts.slice(1).map(({ externalId }) => externalId),
      may.map(({ id }) => `urn:li:organization:${id}`),
    );
    const alone = await signIn(app, "carla", { without: "w_organization_social" });
    assert.equal((await accountsOf(app, alone)).accounts.length, 1);
  }, { organizations: { carla: 130 } }));

Deno.test("an access is renewed where LinkedIn gives what renews it, for a year and no longer, and given back", () =>
  withLinkedIn(async ({ simulator, app }) => {
    const tokens = await signIn(app);
    assert.deepEqual([tokens.expiresIn, tokens.refreshExpiresIn], [60 * 86_400, 365 * 86_400]);
    simulator.advance(100 * 86_400_000);
    assert.equal((await errorOf(linkedin.oauth.accounts(app, tokens))).failure.code, "expired_access_token");
    const fresh = await linkedin.oauth.refresh(app, tokens);
    assert.equal(fresh.refreshToken, tokens.refreshToken);
    assert.ok((fresh.refreshExpiresIn ?? 0) <= 265 * 86_400);
    await linkedin.oauth.refresh(app, tokens);
    await linkedin.oauth.revoke(app, fresh);
    await linkedin.oauth.revoke(app, fresh);
    assert.equal((await errorOf(linkedin.oauth.accounts(app, fresh))).failure.code, "revoked_access_token");
    simulator.advance(300 * 86_400_000);
    assert.equal((await errorOf(linkedin.oauth.refresh(app, tokens))).failure.code, "grant_gone");
  }, { hasRefresh: true }));

const OPTIONS: readonly (readonly [Option, readonly File[], Record<string, unknown>])[] = [
  ["linkedin_post", [], {}],
  ["linkedin_post", [], {
    article: { url: "https://example.com/a", title: "A page", description: "Of ours" },
  }],
  ["linkedin_post", [JPEG], {}],
  ["linkedin_post", [JPEG, JPEG, JPEG], { allowReshare: false }],
  ["linkedin_post", [FILM], { title: "A film" }],
  ["linkedin_document", [PDF], {}],
];

for (const as of ["person", "organization"] as const) {
  Deno.test(`each option is published once for a person or an organization (${as}), whole, with its text to the letter`, () =>
    withLinkedIn(async ({ simulator, app }) => {
      for (const [option, files, settings] of OPTIONS) {
        const work = await begun(app, { option, files, settings, as });
        const { ending, commits } = await publish(work);
        const post = simulator.posts().at(-1);
        assert.deepEqual([ending, commits], [{ state: "published", id: post?.id }, 1]);
        assert.deepEqual([post?.account, post?.text], [work.connection.externalId, CAPTION]);
        assert.deepEqual(post?.media.map(({ sha256 }) => sha256), files.map(({ whole }) => sha256(whole)));
        assert.deepEqual(
          post?.media.map(({ altText }) => altText),
          files.map(({ altText }) => altText),
        );
      }
      assert.equal(simulator.posts().length, OPTIONS.length);
    }));
}

Deno.test("a film is brought over through ten deaths of its worker, and hardly a part of it is sent twice", () =>
  withLinkedIn(async ({ simulator, app }) => {
    const film = fileOf("long.mp4", "video/mp4", 200_001, "00000020667479706d703432");
    let work = await begun(app, { files: [film] });
    for (let acts = 0;; acts++) {
      const act = await linkedin.prepare(work, new AbortController().signal);
      if (act.state === "ready") break;
      if (act.seconds) await waiting();
      if (acts % 5 === 3) continue; // what it has come to dies with it
      const facts: Record<string, unknown> = { ...work.facts, ...act.facts };
      for (const name of act.forget ?? []) delete facts[name];
      work = { ...work, facts };
    }
    const { ending } = await publish(work);
    assert.equal(ending.state, "published");
    assert.equal(simulator.posts()[0]?.media[0]?.sha256, sha256(film.whole));
    const [media] = simulator.media();
    assert.deepEqual([simulator.media().length, media?.parts], [1, 49]);
    assert.ok((media?.puts ?? 0) <= 49 * 1.25, String(media?.puts));
  }));

/** What goes wrong; what becomes of a film of an organization; and how many commits that takes. */
const STORIES: readonly (readonly [name: string, faults: Fault[], ending: string, commits: number])[] = [
  ["a commit that was done and answered with a server's error", [lost({ accepted: true })], "published", 1],
  ["a commit that a server's error kept from being done", [lost({})], "published", 2],
  ["a commit whose answer breaks off", [{ kind: "cut_answer", path: "commit", times: 1 }], "published", 1],
  ["a commit that is done and never answered", [hanging({ accepted: true })], "published", 1],
  ["a commit that is neither done nor answered", [hanging({})], "published", 2],
  ["a film that cannot be processed at first", [{ kind: "processing_fails" }], "published", 1],
  [
    "a film that is said to be well and is not",
    [{ kind: "processing_fails", said: "AVAILABLE" }],
    "published",
    2,
  ],
  ["a film that is slow", [{ kind: "slow_processing", ms: 200 }], "published", 1],
  ["a film that is not ready when it is posted", [{ kind: "media_not_ready", times: 1 }], "published", 2],
  [
    "a word for a film's state that nobody knows",
    [{ kind: "unknown_status", word: "BAKING", times: 2 }],
    "published",
    1,
  ],
  ["addresses that end before the film is sent", [{ kind: "upload_expires", ms: 0 }], "published", 1],
  [
    "an upload that is lost among its parts",
    [{ kind: "media_lost", path: "upload", times: 1 }],
    "published",
    1,
  ],
  [
    "an upload that is lost before it is put together",
    [{ kind: "media_lost", path: "finalize", times: 1 }],
    "published",
    1,
  ],
  [
    "an upload that is lost while it is processed",
    [{ kind: "media_lost", path: "status", times: 1 }],
    "published",
    1,
  ],
  [
    "a part whose answer is lost",
    [{ kind: "http_error", path: "upload", status: 503, times: 1, accepted: true }],
    "published",
    1,
  ],
  [
    "a film that is put together, and nobody hears of it",
    [{ kind: "http_error", path: "finalize", status: 502, times: 1, accepted: true }],
    "published",
    1,
  ],
  [
    "a mood in which all is forbidden, once",
    [moody("initialize"), moody("finalize"), moody("commit")],
    "published",
    1,
  ],
  ["a state that nobody may ask after", [{ kind: "forbidden", path: "status", times: 9 }], "published", 1],
  ["limits on the way", [limited("initialize"), limited("upload"), limited("commit")], "published", 2],
  ["a role that is gone", [{ kind: "forbidden", path: "commit", times: 2 }], "refused forbidden", 1],
  [
    "a version past its end",
    [{ kind: "version_sunset", path: "commit", times: 1 }],
    "refused version_sunset",
    1,
  ],
  [
    "an access that ends while it is prepared",
    [{ kind: "access_ends", path: "finalize", times: 1 }],
    "refused expired_access_token",
    0,
  ],
  ["a post that is called a duplicate and is none", [{ kind: "calls_duplicate", times: 1 }], "published", 2],
];

function lost(more: { accepted?: true }): Fault {
  return { kind: "http_error", path: "commit", status: 500, times: 1, ...more };
}
function hanging(more: { accepted?: true }): Fault {
  return { kind: "hang", path: "commit", times: 1, ...more };
}
function moody(path: "initialize" | "finalize" | "commit"): Fault {
  return { kind: "forbidden", path, times: 1 };
}
function limited(path: "initialize" | "upload" | "commit"): Fault {
  return { kind: "rate_limited", path, times: 1, headers: true, seconds: 1 };
}

for (const [name, faults, expected, commits] of STORIES) {
  Deno.test(`${name}: ${expected}`, () =>
    withLinkedIn(async ({ simulator, app }) => {
      for (const fault of faults) simulator.misbehave({ fault, times: "times" in fault ? fault.times : 1 });
      const done = await publish(await begun(app, { files: [FILM] }));
      const [ending, code] = expected.split(" ");
      assert.equal(simulator.posts().length, ending === "published" ? 1 : 0);
      assert.deepEqual(
        [done.ending.state, "code" in done.ending ? done.ending.code : undefined, done.commits],
        [ending, code, commits],
      );
    }));
}

Deno.test("what nobody may read is not guessed: a person's lost post stays in doubt, and a duplicate is no proof", () =>
  withLinkedIn(async ({ simulator, app }) => {
    simulator.misbehave({ fault: lost({ accepted: true }), times: 1 });
    const { ending, work } = await publish(await begun(app, { as: "person" }));
    assert.equal(ending.state, "unknown");
    const { failure, isAmbiguous } = await errorOf(linkedin.commit(work).send(AbortSignal.timeout(600)));
    assert.deepEqual([failure.class, failure.code, isAmbiguous], ["unknown", "duplicate_content", true]);
    assert.equal(simulator.posts().length, 1);
  }));

Deno.test("a person's film that is no good is handed in once more, though nobody may ask how it stands", () =>
  withLinkedIn(async ({ simulator, app }) => {
    simulator.misbehave({ fault: { kind: "processing_fails" }, times: 1 });
    const { ending, commits } = await publish(await begun(app, { as: "person", files: [FILM] }));
    assert.deepEqual([ending.state, commits, simulator.media().length], ["published", 2, 2]);
    simulator.misbehave({ fault: { kind: "processing_fails" }, times: 2 });
    const again = await publish(await begun(app, { as: "person", files: [FILM], caption: "Another" }));
    assert.deepEqual(again.ending, { state: "refused", code: "media_refused" });
  }, { processMs: 0 }));

Deno.test("a day's posts are counted, and there are more at midnight UTC", () =>
  withLinkedIn(async ({ simulator, app }) => {
    const post = async (caption: string) => {
      const work = await begun(app, { caption });
      return await linkedin.commit(work).send(AbortSignal.timeout(600)).catch((error) => error);
    };
    await post("first");
    const { failure } = await post("second") as PlatformError;
    assert.deepEqual([failure.class, failure.scope, failure.code], ["wait", "connection", "rate_limited"]);
    assert.ok((failure.retryAfterMs ?? 0) > 0 && (failure.retryAfterMs ?? 0) <= 86_400_000);
    simulator.advance(failure.retryAfterMs ?? 0);
    assert.ok("id" in await post("third"));
  }, { memberLimit: 1 }));

Deno.test("a version that is dead or missing stops the platform, and says what is to be done", () =>
  withLinkedIn(async ({ app }) => {
    const work = await begun(app);
    const send = (apiVersion: string | null) =>
      errorOf(() => linkedin.commit({ ...work, app: { ...app, apiVersion } }).send(AbortSignal.timeout(600)));
    const dead = await send("202401");
    assert.deepEqual([dead.failure.class, dead.failure.scope, dead.failure.code], [
      "pause",
      "platform",
      "version_sunset",
    ]);
    assert.match(dead.failure.message, /name a newer one/);
    assert.equal((await send(null)).failure.code, "misconfigured");
  }));
