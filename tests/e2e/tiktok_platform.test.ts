/**
 * The platform's folder against the simulator, which was written from the documentation alone: whatever happens to a
 * publication, its post is there once if it is said to be there, and not at all if it is said not to be.
 */
import { startTikTok, type TikTokOptions, type TikTokSimulator } from "@esteira/simulators/tiktok";
import assert from "node:assert/strict";
import type { Option } from "../../shared/words/platforms.ts";
import {
  type Observed,
  type PlatformApp,
  PlatformError,
  type PublicationMedia,
  type PublicationWork,
} from "../../supabase/functions/_shared/platforms/platform.ts";
import { tiktok } from "../../supabase/functions/_shared/platforms/tiktok/tiktok.ts";
import { film, picture } from "../world/media_files.ts";

type Fault = Parameters<TikTokSimulator["misbehave"]>[0]["fault"];

const BACK = "http://127.0.0.1:9/callback";
const PUBLIC = { privacy: "PUBLIC_TO_EVERYONE" };
/** Of two parts. */
const LARGE = film(11_000_000);
const SMALL = film();
const PHOTO = picture();

interface Ana {
  simulator: TikTokSimulator;
  app: PlatformApp;
  refreshToken: string;
  publication(
    option: Option,
    files?: readonly (typeof SMALL)[],
    settings?: Record<string, unknown>,
  ): PublicationWork;
}

/** A simulator with photos that it can fetch, and what Ana publishes there. */
async function withAna(test: (ana: Ana) => Promise<void>, options: TikTokOptions = {}): Promise<void> {
  const requestLimits = { init: 1_000, creator: 1_000, status: 10_000 };
  const simulator = startTikTok({ processMs: 10, moderateMs: 10, requestLimits, ...options });
  const photos = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen: () => {} },
    () => new Response(PHOTO.bytes),
  );
  const mediaOf = ({ type, bytes }: typeof SMALL): PublicationMedia => ({
    name: "file",
    contentType: type,
    bytes: bytes.length,
    altText: null,
    url: () => Promise.resolve(`http://127.0.0.1:${photos.addr.port}/photo`),
    range: (from, to) => Promise.resolve(bytes.slice(from, to)),
  });
  const app: PlatformApp = {
    platform: "tiktok",
    clientId: simulator.clientId,
    clientSecret: simulator.clientSecret,
    apiVersion: "v2",
    settings: { base_url: simulator.url, oauth_url: simulator.url },
  };
  try {
    const { accessToken, refreshToken, account, scopes } = await signIn(app);
    const publication: Ana["publication"] = (option, files = [SMALL], settings = PUBLIC) => ({
      jobId: crypto.randomUUID(),
      option,
      content: {
        connectionId: crypto.randomUUID(),
        groupId: crypto.randomUUID(),
        caption: "Hello #sea",
        mediaFiles: files.map(({ type, bytes }) => ({ name: "file", size: bytes.length, type, path: "p" })),
        media: [],
        settings,
        allowDuplicate: false,
      },
      media: files.map(mediaOf),
      app,
      connection: { externalId: account, displayName: null, settings: {}, scopes },
      accessToken,
      facts: {},
      committedAt: null,
      createdAt: new Date().toISOString(),
    });
    await test({ simulator, app, refreshToken, publication });
  } finally {
    await simulator.close();
    await photos.shutdown();
  }
}

async function signIn(app: PlatformApp, more: Record<string, string> = {}) {
  const page = tiktok.oauth.authorizeUrl(app, { state: "s", redirectUri: BACK });
  for (const [name, value] of Object.entries({ person: "ana", ...more })) page.searchParams.set(name, value);
  const answer = await fetch(page, { redirect: "manual" });
  const code = new URL(answer.headers.get("location") ?? "").searchParams.get("code") ?? "";
  const tokens = await tiktok.oauth.exchange(app, { code, redirectUri: BACK });
  const { accounts: [account] } = await tiktok.oauth.accounts(app, tokens);
  return {
    accessToken: tokens.accessToken,
    refreshToken: tokens.refreshToken ?? "",
    account: account?.externalId ?? "",
    scopes: tokens.scopes ?? [],
  };
}

type Ending = Observed | { state: "refused"; code: string };
interface Done {
  ending: Ending;
  commits: number;
}

const waiting = () => new Promise((resolve) => setTimeout(resolve, 15));
const mayPass = ({ isUnreachable, failure }: PlatformError) =>
  isUnreachable || ["wait", "backoff"].includes(failure.class);

/**
 * Publishes as workers do, one after the other, but for their waits: what is in doubt is looked for, and repeated only
 * where it is not there; a post that failed for a reason that may pass is made anew.
 */
async function publish(work: PublicationWork): Promise<Done> {
  let commits = 0;
  for (let steps = 0; steps < 200; steps++) {
    try {
      // Of every three acts the first is another worker's.
      if (steps % 3 === 0) work = takenOver(work);
      const { facts, ready } = await prepareOnce(work);
      work = { ...work, facts };
      if (!ready) continue;
    } catch (error) {
      if (!(error instanceof PlatformError) || error.isAmbiguous) throw error;
      if (mayPass(error)) continue;
      return { ending: { state: "refused", code: error.failure.code }, commits };
    }
    const before = work;
    work = takenOver({ ...work, committedAt: new Date().toISOString() });
    const id = await commitOnce(before, work).catch((error: unknown) => error);
    commits++;
    if (id instanceof PlatformError) {
      if (mayPass(id)) continue;
      return { ending: { state: "refused", code: id.failure.code }, commits };
    }
    if (id instanceof Error) throw id;
    if (typeof id !== "string") continue;
    const ending = await observed(work, id);
    if (ending.state !== "failed" || !["wait", "backoff"].includes(ending.failure.class)) {
      return { ending, commits };
    }
  }
  throw new Error("it is worked on for ever");
}

/** By a worker that knows of the facts what the database does. */
function takenOver(work: PublicationWork): PublicationWork {
  return { ...work, facts: JSON.parse(JSON.stringify(work.facts)) };
}

async function prepareOnce(
  work: PublicationWork,
): Promise<{ facts: Record<string, unknown>; ready: boolean }> {
  const step = await tiktok.prepare(work, new AbortController().signal);
  const facts: Record<string, unknown> = { ...work.facts, ...step.facts };
  for (const name of step.state === "more" ? step.forget ?? [] : []) delete facts[name];
  if (step.state === "more" && step.seconds) await waiting();
  return { facts, ready: step.state === "ready" };
}

/** The post's name; null: it is not there. Throws PlatformError where the commit was refused. */
async function commitOnce(built: PublicationWork, work: PublicationWork): Promise<string | null> {
  try {
    return (await tiktok.commit(built).send(AbortSignal.timeout(500))).id;
  } catch (error) {
    if (!(error instanceof PlatformError) || !error.isAmbiguous) throw error;
  }
  for (let looks = 0; looks < 20; looks++) {
    const found = await tiktok.reconcile?.(work).catch(() => null);
    if (found?.state === "there") return found.id;
    if (found?.state === "not_there") return null;
    await waiting();
  }
  throw new PlatformError({ class: "unknown", scope: "publication", code: "outcome_unknown", message: "?" });
}

async function observed(work: PublicationWork, id: string): Promise<Observed> {
  for (;;) {
    const seen = await tiktok.observe(work, id).catch(() => ({ state: "processing" as const, raw: null }));
    if (seen.state !== "processing") return seen;
    await waiting();
  }
}

Deno.test("a video in one part and in two, and photos, are published once, with the addresses that TikTok has", () =>
  withAna(async ({ simulator, publication }) => {
    const cases = [
      ["tiktok_video", [SMALL], "video"],
      ["tiktok_video", [LARGE], "video"],
      ["tiktok_photo", [PHOTO, PHOTO], "photo"],
    ] as const;
    for (const [option, files, kind] of cases) {
      const { ending, commits } = await publish(publication(option, files));
      const post = simulator.posts().at(-1);
      assert.ok(ending.state === "published", JSON.stringify(ending));
      assert.deepEqual([ending.postId, ending.permalink, commits], [post?.id, post?.permalink, 1]);
      assert.deepEqual([post?.kind, post?.text], [kind, "Hello #sea"]);
      assert.deepEqual(post?.media.map(({ sha256 }) => sha256), files.map(({ sha256 }) => sha256));
    }
    assert.equal(simulator.posts().length, cases.length);
    assert.ok(simulator.uploads().every(({ parts }) => parts.every(({ times }) => times === 1)));
  }));

Deno.test("drafts are laid in the inbox, and say that somebody has to finish them", () =>
  withAna(async ({ simulator, publication }) => {
    for (const [option, file] of [["tiktok_video", SMALL], ["tiktok_photo", PHOTO]] as const) {
      const { ending } = await publish(publication(option, [file], { mode: "draft" }));
      assert.ok(ending.state === "published");
      assert.deepEqual([ending.postId, ending.warnings?.[0]?.code], [null, "finish_in_tiktok"]);
    }
    assert.deepEqual(simulator.posts().map(({ kind }) => kind), ["video_draft", "photo_draft"]);
  }));

function lost(more: { accepted?: true }): Fault {
  return { kind: "http_error", path: "commit", status: 500, times: 1, ...more };
}
function hanging(more: { accepted?: true }): Fault {
  return { kind: "hang", path: "commit", times: 1, ...more };
}
function refused(
  path: "init" | "creator" | "part",
  code: string,
  { status = 403, accepted = false }: { status?: number; accepted?: boolean } = {},
): Fault {
  return { kind: "refuse", path, times: 1, status, code, accepted };
}

/** What goes wrong with a video of two parts; whether the post is there in the end; and how many commits that takes. */
const STORIES: readonly (readonly [name: string, faults: Fault[], isThere: boolean, commits: number])[] = [
  ["a last part that came and was answered with a server's error", [lost({ accepted: true })], true, 1],
  ["a last part that a server's error kept from coming", [lost({})], true, 2],
  ["a last part whose answer breaks off", [{ kind: "cut_answer", path: "commit", times: 1 }], true, 1],
  ["a last part that came and is never answered", [hanging({ accepted: true })], true, 1],
  ["a last part that neither came nor is answered", [hanging({})], true, 2],
  [
    "a last part that reads do not show at first",
    [lost({ accepted: true }), { kind: "read_lag", ms: 100 }],
    true,
    2,
  ],
  [
    "a last part that is out of step, as TikTok has it",
    [{ kind: "out_of_step", path: "commit", times: 1 }],
    true,
    2,
  ],
  [
    "a part that came and was answered with an error",
    [refused("part", "x", { status: 502, accepted: true })],
    true,
    1,
  ],
  ["a part that is out of step", [{ kind: "out_of_step", path: "part", times: 1 }], true, 1],
  ["an address that is gone at once", [{ kind: "upload_expires" }], true, 1],
  [
    "an address that is gone before the last part",
    [{ kind: "upload_expires", after: 5_500_000, status: 404 }],
    true,
    3,
  ],
  [
    "an init whose answer is lost",
    [{ kind: "http_error", path: "init", status: 503, times: 1, accepted: true }],
    true,
    1,
  ],
  [
    "limits on the way",
    [refused("creator", "spam_risk_too_many_posts"), refused("init", "rate_limit_exceeded", { status: 429 })],
    true,
    1,
  ],
  [
    "a post that is slow",
    [{ kind: "slow_processing", ms: 200 }, { kind: "slow_moderation", ms: 200 }],
    true,
    1,
  ],
  [
    "a word for a state that nobody knows",
    [{ kind: "unknown_status", word: "PONDERING", times: 3 }],
    true,
    1,
  ],
  [
    "a post that fails for a reason that may pass",
    [{ kind: "processing_fails", reason: "internal" }],
    true,
    2,
  ],
  ["a post that fails for good", [{ kind: "processing_fails", reason: "spam_risk" }], false, 1],
  ["an account that is banned", [refused("init", "spam_risk_user_banned_from_posting")], false, 0],
  [
    "an app that was not audited",
    [refused("init", "unaudited_client_can_only_post_to_private_accounts")],
    false,
    0,
  ],
];

for (const [name, faults, isThere, commits] of STORIES) {
  Deno.test(`${name}: ${isThere ? "once" : "not at all"}`, () =>
    withAna(async ({ simulator, publication }) => {
      for (const fault of faults) simulator.misbehave({ fault, times: "times" in fault ? fault.times : 1 });
      const done = await publish(publication("tiktok_video", [LARGE]));
      assert.equal(simulator.posts().length, isThere ? 1 : 0);
      const expected = isThere ? ["published"] : ["refused", "failed"];
      assert.ok(expected.includes(done.ending.state), JSON.stringify(done.ending));
      assert.equal(done.commits, commits);
      if (isThere) assert.equal(simulator.posts()[0]?.media[0]?.sha256, LARGE.sha256);
    }));
}

Deno.test("photos whose answer is lost may be there, and nobody makes them again", () =>
  withAna(async ({ simulator, publication }) => {
    simulator.misbehave({ fault: lost({ accepted: true }) });
    const { ending, commits } = await publish(publication("tiktok_photo", [PHOTO]));
    assert.deepEqual([ending.state === "refused" && ending.code, commits], ["outcome_unknown", 1]);
    assert.equal(simulator.posts().length, 1);
  }));

Deno.test("a commit that is repeated by a worker that knows nothing of the first posts nothing twice", () =>
  withAna(async ({ simulator, publication }) => {
    let work = publication("tiktok_video", [LARGE]);
    for (let ready = false; !ready;) {
      const step = await prepareOnce(work);
      work = { ...work, facts: step.facts };
      ready = step.ready;
    }
    const commit = () => tiktok.commit(work).send(new AbortController().signal);
    const [first, second] = [await commit(), await commit()];
    assert.equal(first.id, second.id);
    assert.equal(simulator.posts().length, 1);
  }));

Deno.test("what an account does not offer is refused before anything begins, and shown to its owner", () =>
  withAna(async ({ simulator, publication }) => {
    simulator.creator("ana", { isPrivate: true, commentDisabled: true });
    const creator = await tiktok.creator?.(publication("tiktok_video"));
    assert.deepEqual(creator?.privacy, ["FOLLOWER_OF_CREATOR", "MUTUAL_FOLLOW_FRIENDS", "SELF_ONLY"]);
    const codeOf = async (settings: Record<string, unknown>) => {
      const { ending } = await publish(publication("tiktok_video", [SMALL], settings));
      return ending.state === "refused" ? ending.code : ending.state;
    };
    assert.equal(await codeOf(PUBLIC), "privacy_not_offered");
    assert.equal(await codeOf({ privacy: "SELF_ONLY", allowComments: true }), "comments_disabled");
    assert.equal(await codeOf({ privacy: "SELF_ONLY" }), "published");
    assert.equal(simulator.uploads().length, 1);
  }));

Deno.test("an access that has ended is refused as such, renewed once, and gone for good when its token comes twice", () =>
  withAna(async ({ simulator, app, refreshToken, publication }) => {
    simulator.endAccess("ana", "access");
    const ended = await publish(publication("tiktok_video"));
    assert.deepEqual(ended.ending, { state: "refused", code: "access_refused" });
    const tokens = await tiktok.oauth.refresh(app, { accessToken: "", refreshToken });
    const work = { ...publication("tiktok_video"), accessToken: tokens.accessToken };
    assert.equal((await publish(work)).ending.state, "published");
    await assert.rejects(tiktok.oauth.refresh(app, { accessToken: "", refreshToken }), /grant_gone/);
    await assert.rejects(tiktok.oauth.refresh(app, tokens), /grant_gone/);
    // Connected anew, it goes on.
    const { accessToken } = await signIn(app);
    assert.equal((await publish({ ...publication("tiktok_video"), accessToken })).ending.state, "published");
    await tiktok.oauth.revoke(app, { accessToken, refreshToken: null });
    await tiktok.oauth.revoke(app, { accessToken, refreshToken: null });
  }));

Deno.test("whoever agreed to drafts alone makes drafts, and is told what a direct post would take", () =>
  withAna(async ({ simulator, app, publication }) => {
    const { accessToken, account, scopes } = await signIn(app, { without: "video.publish" });
    const connection = { externalId: account, displayName: null, settings: {}, scopes };
    const own = (settings: Record<string, unknown>) => ({
      ...publication("tiktok_video", [SMALL], settings),
      accessToken,
      connection,
    });
    assert.equal((await publish(own({ mode: "draft" }))).ending.state, "published");
    assert.deepEqual((await publish(own(PUBLIC))).ending, { state: "refused", code: "missing_scope" });
    assert.deepEqual(simulator.posts().map(({ kind }) => kind), ["video_draft"]);
  }));
