/**
 * The platform's folder against the simulator, which was written from the documentation alone: whatever happens to a
 * publication, its post is there once if it is said to be there, and not at all if it is said not to be.
 */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { type FacebookOptions, type FacebookSimulator, startFacebook } from "@esteira/simulators/facebook";
import type { PublicationContent } from "../../shared/publishing/content.ts";
import type { Option } from "../../shared/words/platforms.ts";
import { facebook } from "../../supabase/functions/_shared/platforms/facebook/facebook.ts";
import {
  type PlatformAccount,
  type PlatformApp,
  PlatformError,
  type PublicationMedia,
  type PublicationWork,
  type Tokens,
} from "../../supabase/functions/_shared/platforms/platform.ts";
import { film, picture } from "../world/media_files.ts";
import { publishAsWorker } from "./publish_as_worker.ts";

type Fault = Parameters<FacebookSimulator["misbehave"]>[0]["fault"];

const BACK = "http://127.0.0.1:9/callback";
/** What a file is, by the letter that asks for it. */
const FILES: Readonly<Record<string, Uint8Array<ArrayBuffer>>> = {
  i: picture().bytes,
  j: picture().bytes,
  v: film(200_000).bytes,
};

interface Ana {
  simulator: FacebookSimulator;
  app: PlatformApp;
  tokens: Tokens;
  page: PlatformAccount;
  publication: (option: Option, kinds: string, content?: Partial<PublicationContent>) => PublicationWork;
}

/** A simulator with files that it can fetch, and what Ana publishes on her page there. */
async function withAna(test: (ana: Ana) => Promise<void>, options: FacebookOptions = {}): Promise<void> {
  const simulator = startFacebook({ processMs: 10, ...options });
  const files = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, served);
  const app: PlatformApp = {
    platform: "facebook",
    clientId: simulator.clientId,
    clientSecret: simulator.clientSecret,
    apiVersion: "v27.0",
    settings: { base_url: simulator.url, oauth_url: simulator.url },
  };
  try {
    const tokens = await signIn(app, "ana");
    const { accounts: [page] } = await facebook.oauth.accounts(app, tokens);
    assert.ok(page?.tokens);
    const publication: Ana["publication"] = (option, kinds, content) => ({
      ...workOf(app, page, option),
      media: [...kinds].map((kind) => fileAt(`http://127.0.0.1:${files.addr.port}/`, kind)),
      content: {
        ...workOf(app, page, option).content,
        mediaFiles: [...kinds].map((name) => ({ name, size: 1, type: typeOf(name), path: name })),
        ...content,
      },
    });
    await test({ simulator, app, tokens, page, publication });
  } finally {
    await simulator.close();
    await files.shutdown();
  }
}

const typeOf = (kind: string) => kind === "v" ? "video/mp4" : "image/jpeg";

/** A file, or a part of it where that is asked for. */
function served(request: Request): Response {
  const bytes = FILES[request.url.at(-1) ?? ""] ?? new Uint8Array();
  const from = Number(/^bytes=(\d+)-$/.exec(request.headers.get("range") ?? "")?.[1] ?? NaN);
  return Number.isNaN(from) ? new Response(bytes) : new Response(bytes.subarray(from), { status: 206 });
}

function fileAt(address: string, kind: string): PublicationMedia {
  return {
    name: kind,
    contentType: typeOf(kind),
    bytes: FILES[kind]?.length ?? 0,
    altText: kind === "i" ? "A beach" : null,
    url: () => Promise.resolve(address + kind),
    range: () => Promise.reject(new Error("Facebook fetches files itself")),
  };
}

function workOf(app: PlatformApp, page: PlatformAccount, option: Option): PublicationWork {
  return {
    jobId: crypto.randomUUID(),
    option,
    content: {
      connectionId: crypto.randomUUID(),
      groupId: crypto.randomUUID(),
      caption: `Hello #sea ${option}`,
      mediaFiles: [],
      media: [],
      settings: {},
      allowDuplicate: false,
    },
    media: [],
    app,
    connection: {
      externalId: page.externalId,
      displayName: page.displayName,
      settings: {},
      scopes: [...facebook.oauth.scopes],
    },
    accessToken: page.tokens?.accessToken ?? "",
    facts: {},
    committedAt: null,
    createdAt: new Date().toISOString(),
  };
}

async function signIn(app: PlatformApp, person: string): Promise<Tokens> {
  const page = facebook.oauth.authorizeUrl(app, { state: "s", redirectUri: BACK });
  page.searchParams.set("person", person);
  const answer = await fetch(page, { redirect: "manual" });
  const code = new URL(answer.headers.get("location") ?? "").searchParams.get("code") ?? "";
  return await facebook.oauth.exchange(app, { code, redirectUri: BACK });
}

const publish = (work: PublicationWork) => publishAsWorker(facebook, work, { commitMs: 1_000 });

const OPTIONS: readonly (readonly [Option, string, Partial<PublicationContent>?])[] = [
  ["facebook_post", ""],
  ["facebook_post", "", { caption: "Read this", settings: { link: "https://esteira.example/news" } }],
  ["facebook_post", "i"],
  ["facebook_post", "iji"],
  ["facebook_video", "v", { settings: { title: "The sea" } }],
  ["facebook_reel", "v", { settings: { title: "The sea" } }],
  ["facebook_story", "i"],
  ["facebook_story", "v"],
];

Deno.test("each option is published once, with the bytes of its files", () =>
  withAna(async ({ simulator, publication }) => {
    for (const [option, kinds, content] of OPTIONS) {
      const { ending, commits } = await publish(publication(option, kinds, content));
      assert.ok(ending.state === "published", `${option} ${JSON.stringify(ending)}`);
      const post = simulator.posts().at(-1);
      // A story of a photo has an address; that of a video is its video's.
      assert.deepEqual([ending.postId, commits], [post?.id, 1]);
      assert.ok(ending.permalink?.startsWith("https://www.facebook.com/"), option);
      const text = option === "facebook_story" ? "" : content?.caption ?? `Hello #sea ${option}`;
      assert.equal(post?.text, text);
      const sent = [...kinds].map((kind) => createHash("sha256").update(FILES[kind] ?? "").digest("hex"));
      assert.deepEqual(post?.media.map(({ sha256 }) => sha256), sent);
    }
    assert.equal(simulator.posts().length, OPTIONS.length);
    assert.deepEqual(simulator.posts()[2]?.media[0]?.altText, "A beach");
    for (const { fetches } of simulator.videos()) assert.equal(fetches, 1);
  }));

Deno.test("pages come a page at a time, and those on which one may not publish are left out", () =>
  withAna(async ({ app }) => {
    const tokens = await signIn(app, "carla");
    const found: PlatformAccount[] = [];
    let cursor: string | undefined;
    let pages = 0;
    do {
      const { accounts, nextCursor } = await facebook.oauth.accounts(app, tokens, cursor);
      found.push(...accounts);
      cursor = nextCursor ?? undefined;
      pages++;
    } while (cursor !== undefined);
    assert.equal(pages, 2);
    const numbers = found.map(({ displayName }) => Number(displayName?.split(" ").at(-1)));
    assert.deepEqual(
      numbers,
      Array.from({ length: 60 }, (_, at) => at + 1).filter((n) => n !== 3 && n !== 60),
    );
    assert.equal(new Set(found.map(({ tokens }) => tokens?.accessToken)).size, 58);
    assert.ok(found.every(({ avatarUrl }) => avatarUrl !== null));
  }, { pages: { carla: 60 }, moderated: { carla: [3, 60] } }));

Deno.test("a page's token outlives those of its person, and is had anew when it is refused", () =>
  withAna(async ({ simulator, app, page, publication }) => {
    const kept = {
      accessToken: page.tokens?.accessToken ?? "",
      refreshToken: page.tokens?.refreshToken ?? null,
    };
    const fresh = await facebook.oauth.refresh(app, kept);
    assert.notEqual(fresh.accessToken, kept.accessToken);
    simulator.advance(61 * 86_400_000);
    assert.equal((await publish(publication("facebook_post", ""))).ending.state, "published");
    await assert.rejects(facebook.oauth.refresh(app, kept), (error) => {
      assert.ok(error instanceof PlatformError);
      return error.failure.class === "reconnect";
    });
    // Nothing is left to be given back.
    await facebook.oauth.revoke(app, kept);
  }));

Deno.test("giving the access back ends every page of the person's", () =>
  withAna(async ({ app, page, publication }) => {
    await facebook.oauth.revoke(app, {
      accessToken: page.tokens?.accessToken ?? "",
      refreshToken: page.tokens?.refreshToken ?? null,
    });
    const { ending } = await publish(publication("facebook_post", ""));
    assert.ok(ending.state === "refused" && ending.code.startsWith("190"), JSON.stringify(ending));
  }));

const COMMIT = { path: "commit", times: 1 } as const;
const lost: Fault = { kind: "http_error", ...COMMIT, status: 500, accepted: true };
const gone: Fault = { kind: "http_error", ...COMMIT, status: 500 };
const silent: Fault = { kind: "hang", ...COMMIT, accepted: true };
const cut: Fault = { kind: "cut_answer", ...COMMIT };

/** What goes wrong; with which option and files; whether the post is there in the end; and how many commits that takes. */
const STORIES:
  readonly (readonly [name: string, Option, string, Fault[], isThere: boolean, commits: number])[] = [
    ["a text that was posted and answered with a server's error", "facebook_post", "", [lost], true, 1],
    ["a text that a server's error kept from being posted", "facebook_post", "", [gone], true, 2],
    ["a text that is posted and never answered", "facebook_post", "", [silent], true, 1],
    ["photos whose post is answered by half", "facebook_post", "ij", [cut], true, 1],
    ["photos whose post did not come to be", "facebook_post", "ij", [gone], true, 2],
    ["a video whose answer is lost", "facebook_video", "v", [lost], true, 1],
    ["a reel whose answer is lost", "facebook_reel", "v", [lost], true, 1],
    ["a reel that a server's error kept from being published", "facebook_reel", "v", [gone], true, 2],
    ["a story of a photo whose answer is lost", "facebook_story", "i", [lost], true, 1],
    ["a story of a video whose answer is lost", "facebook_story", "v", [lost], true, 1],
    [
      "a reel that is slow",
      "facebook_reel",
      "v",
      [{ kind: "slow_download", ms: 60 }, { kind: "slow_processing", ms: 200 }],
      true,
      1,
    ],
    [
      "a reel whose bytes come in pieces",
      "facebook_reel",
      "v",
      [{ kind: "download_breaks", bytes: 90_000, times: 2 }],
      true,
      1,
    ],
    [
      "a reel that is told of and not fetched",
      "facebook_reel",
      "v",
      [{ kind: "bytes_never_come", times: 1 }],
      true,
      1,
    ],
    ["a reel whose upload is gone", "facebook_reel", "v", [{ kind: "upload_expires", times: 1 }], true, 1],
    [
      "a reel whose uploading has a new word",
      "facebook_reel",
      "v",
      [
        { kind: "unknown_status", word: "transfer_done", times: 3 },
      ],
      true,
      1,
    ],
    ["a reel that cannot be used", "facebook_reel", "v", [{ kind: "processing_fails" }], false, 0],
    [
      "a reel that fails after all was well",
      "facebook_reel",
      "v",
      [
        { kind: "processing_fails", said: "complete" },
      ],
      false,
      1,
    ],
    ["a video that stays a draft", "facebook_video", "v", [{ kind: "stays_draft" }], false, 1],
    [
      "a post that cannot be read at first",
      "facebook_post",
      "i",
      [{ kind: "permalink_fails", times: 3 }],
      true,
      1,
    ],
    [
      "a post that is called a duplicate, and is there",
      "facebook_post",
      "",
      [
        { kind: "refuse", ...COMMIT, code: 506, message: "Duplicate status message", accepted: true },
      ],
      true,
      1,
    ],
    [
      "a password that is changed before the commit",
      "facebook_post",
      "",
      [
        { kind: "password_changed", path: "commit" },
      ],
      false,
      1,
    ],
    [
      "limits on the way, told and not",
      "facebook_reel",
      "v",
      [
        { kind: "rate_limited", path: "start", times: 1, headers: true, seconds: 1 },
        { kind: "rate_limited", path: "status", times: 1, headers: false, seconds: 1 },
        { kind: "rate_limited", path: "commit", times: 1, headers: true, seconds: 1 },
      ],
      true,
      2,
    ],
  ];

for (const [name, option, kinds, faults, isThere, commits] of STORIES) {
  Deno.test(`${name}: ${isThere ? "once" : "not at all"}`, () =>
    withAna(async ({ simulator, publication }) => {
      for (const fault of faults) simulator.misbehave({ fault, times: "times" in fault ? fault.times : 1 });
      const done = await publish(publication(option, kinds));
      assert.equal(simulator.posts().length, isThere ? 1 : 0);
      const isPublished = done.ending.state === "published";
      assert.equal(isPublished, isThere, JSON.stringify(done.ending));
      assert.equal(done.commits, commits);
      if (done.ending.state === "published") assert.equal(done.ending.postId, simulator.posts()[0]?.id);
      // No byte of a file is fetched twice.
      for (const { bytes } of simulator.videos()) assert.ok(bytes <= (FILES.v?.length ?? 0));
    }));
}

Deno.test("a permission that is missing is named, with the page", () =>
  withAna(async ({ simulator, publication }) => {
    simulator.misbehave({
      fault: {
        kind: "refuse",
        path: "commit",
        times: 1,
        code: 200,
        message: "(#200) Requires pages_manage_posts",
      },
    });
    const { ending, refusal } = await publish(publication("facebook_post", ""));
    assert.ok(ending.state === "refused");
    assert.equal(ending.code, "missing_scope");
    assert.match(refusal?.message ?? "", /Ana's page 1.*pages_manage_posts/);
  }));
