/**
 * The platform's folder against the simulator, which was written from the documentation alone: whatever happens to a
 * publication, its post is there once if it is said to be there, and not at all if it is said not to be.
 */
import assert from "node:assert/strict";
import { startThreads, type ThreadsSimulator } from "@esteira/simulators/threads";
import type {
  PlatformApp,
  PublicationMedia,
  PublicationWork,
} from "../../supabase/functions/_shared/platforms/platform.ts";
import { threads } from "../../supabase/functions/_shared/platforms/threads/threads.ts";
import { publishAsWorker } from "./publish_as_worker.ts";

type Fault = Parameters<ThreadsSimulator["misbehave"]>[0]["fault"];

const JPEG = Uint8Array.fromHex(
  "ffd8ffe000104a46494600010100000100010000ffc0001108043804380301220002110103110100",
);
const MP4 = Uint8Array.fromHex("00000020667479706d7034320000000000000000000000000000000000000000");
const BACK = "http://127.0.0.1:9/callback";

interface Ana {
  readonly simulator: ThreadsSimulator;
  readonly app: PlatformApp;
  readonly publication: (kinds: string, settings?: Record<string, unknown>) => PublicationWork;
}

/** A simulator with files that it can fetch, and what Ana publishes there. */
async function withAna(
  test: (ana: Ana) => Promise<void>,
  { moreScopes = [], without = "" }: { moreScopes?: string[]; without?: string } = {},
): Promise<void> {
  const simulator = startThreads({ processMs: 10 });
  const files = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen: () => {} },
    ({ url }) => new Response(url.endsWith("v") ? MP4 : JPEG),
  );
  const fileOf = (kind: string): PublicationMedia => ({
    name: kind,
    contentType: kind === "v" ? "video/mp4" : "image/jpeg",
    bytes: 40,
    altText: `It is ${kind}`,
    url: () => Promise.resolve(`http://127.0.0.1:${files.addr.port}/${kind}`),
    range: () => Promise.reject(new Error("Threads fetches files itself")),
  });
  const app: PlatformApp = {
    platform: "threads",
    clientId: simulator.clientId,
    clientSecret: simulator.clientSecret,
    apiVersion: "v1.0",
    settings: { base_url: simulator.url, oauth_url: simulator.url, more_scopes: moreScopes },
  };
  try {
    const { accessToken, account, scopes } = await signIn(app, without);
    const publication: Ana["publication"] = (kinds, settings = {}) => ({
      jobId: crypto.randomUUID(),
      option: "threads_post",
      content: {
        connectionId: crypto.randomUUID(),
        groupId: crypto.randomUUID(),
        caption: "Hello #sea 🌊",
        mediaFiles: [],
        media: [],
        settings,
        allowDuplicate: false,
      },
      media: [...kinds].map(fileOf),
      app,
      connection: { externalId: account, displayName: null, settings: {}, scopes },
      accessToken,
      facts: {},
      committedAt: null,
      createdAt: new Date().toISOString(),
    });
    await test({ simulator, app, publication });
  } finally {
    await simulator.close();
    await files.shutdown();
  }
}

async function signIn(app: PlatformApp, without: string) {
  const page = threads.oauth.authorizeUrl(app, { state: "s", redirectUri: BACK });
  page.searchParams.set("person", "ana");
  if (without !== "") page.searchParams.set("without", without);
  const answer = await fetch(page, { redirect: "manual" });
  const code = new URL(answer.headers.get("location") ?? "").searchParams.get("code") ?? "";
  const tokens = await threads.oauth.exchange(app, { code, redirectUri: BACK });
  const { accounts: [account], nextCursor } = await threads.oauth.accounts(app, tokens);
  assert.deepEqual([account?.displayName, nextCursor], ["ana", null]);
  assert.match(account?.externalId ?? "", /^26543\d{12}$/);
  return {
    accessToken: tokens.accessToken,
    account: account?.externalId ?? "",
    scopes: tokens.scopes ?? assert.fail("no scopes"),
  };
}

const publish = (work: PublicationWork) => publishAsWorker(threads, work);

Deno.test("each kind of post is published once, with what its settings say", () =>
  withAna(async ({ simulator, publication }) => {
    const kinds = [
      ["", "TEXT", { link: "https://news.example/a", textAttachment: "A story", topicTag: "Sea" }],
      ["i", "IMAGE", { isSpoiler: true, replyControl: "followers_only" }],
      ["v", "VIDEO", { quotePostId: "18000000000000001" }],
      ["ivi", "CAROUSEL", { isSpoiler: false }],
    ] as const;
    for (const [files, kind, settings] of kinds) {
      const { ending, commits } = await publish(publication(files, settings));
      assert.ok(ending.state === "published", kind);
      const post = simulator.posts().at(-1);
      assert.deepEqual([ending.postId, ending.permalink, commits], [post?.id, post?.permalink, 1]);
      assert.deepEqual([post?.kind, post?.text, post?.media.length], [kind, "Hello #sea 🌊", files.length]);
      assert.deepEqual(post?.media.map(({ altText }) => altText), [...files].map((file) => `It is ${file}`));
      assert.equal(
        Object.keys(simulator.containers().at(-1)?.settings ?? {}).length,
        Object.keys(settings).length,
      );
    }
    assert.equal(simulator.posts().length, kinds.length);
  }));

Deno.test("a reply counts by itself, and what may still be posted is what Threads says of posts", () =>
  withAna(async ({ simulator, publication }) => {
    const { ending } = await publish(publication("", { replyTo: "18000000000000001" }));
    assert.equal(ending.state, "published");
    const limit = await threads.limits(publication(""));
    assert.deepEqual([limit?.used, limit?.total], [0, 250]);
    await publish(publication(""));
    assert.equal((await threads.limits(publication("")))?.used, 1);
    assert.equal(simulator.posts().length, 2);
  }, { moreScopes: ["threads_manage_replies"] }));

Deno.test("whoever left a permission out cannot publish, and is told which one to allow", () =>
  withAna(async ({ simulator, publication }) => {
    const work = publication("");
    assert.deepEqual(work.connection.scopes, ["threads_basic"]);
    assert.deepEqual((await publish(work)).ending, { state: "refused", code: "missing_scope" });
    assert.equal(simulator.posts().length, 0);
  }, { without: "threads_content_publish" }));

/** What goes wrong with an image; whether the post is there in the end; and how many commits that takes. */
const STORIES: readonly (readonly [name: string, faults: Fault[], isThere: boolean, commits: number])[] = [
  ["a commit that was done and answered with a server's error", [lost({ accepted: true })], true, 1],
  ["a commit that a server's error kept from being done", [lost({})], true, 2],
  ["a commit whose answer breaks off", [{ kind: "cut_answer", path: "commit", times: 1 }], true, 1],
  ["a commit that is done and never answered", [hanging({ accepted: true })], true, 1],
  ["a commit that is neither done nor answered", [hanging({})], true, 2],
  ["a commit that is taken for spam, and is live", [refused(4, 2207051, true)], true, 1],
  ["a commit of which the file could not be had, and that is live", [refused(1, 2207052, true)], true, 1],
  ["a container that is finished and not found", [{ kind: "container_not_found" }], true, 2],
  ["a commit that is told for once that there is nothing", [refused(24, 4279009, false)], true, 2],
  ["a container that fails without a word", [{ kind: "processing_fails" }], true, 1],
  ["a container that fails for good", [{ kind: "processing_fails", word: "INVALID_DURATION" }], false, 0],
  ["a container that was finished and fails", [{ kind: "processing_fails", said: "FINISHED" }], true, 2],
  ["a container that expires before it is published", [{ kind: "container_expires" }], true, 1],
  ["a container that is slow", [{ kind: "slow_processing", ms: 300 }], true, 1],
  ["a word for its state that nobody knows", [{ kind: "unknown_status", word: "BAKING", times: 2 }], true, 1],
  [
    "limits on the way, told and not",
    [limited("container", true), limited("status", false), limited("commit", true)],
    true,
    2,
  ],
  ["a post that cannot be read at first", [{ kind: "permalink_fails", times: 3 }], true, 1],
  ["a password that is changed before the commit", [{ kind: "password_changed", path: "commit" }], false, 1],
  ["an account that is restricted", [refused(24, 4279013, false)], false, 1],
];

function lost(more: { accepted?: true }): Fault {
  return { kind: "http_error", path: "commit", status: 500, times: 1, ...more };
}
function hanging(more: { accepted?: true }): Fault {
  return { kind: "hang", path: "commit", times: 1, ...more };
}
function refused(code: number, subcode: number, accepted: boolean): Fault {
  return { kind: "refuse", path: "commit", times: 1, code, subcode, message: "No", accepted };
}
function limited(path: "container" | "status" | "commit", headers: boolean): Fault {
  return { kind: "rate_limited", path, times: 1, headers, seconds: 1 };
}

for (const [name, faults, isThere, commits] of STORIES) {
  Deno.test(`${name}: ${isThere ? "once" : "not at all"}`, () =>
    withAna(async ({ simulator, publication }) => {
      for (const fault of faults) simulator.misbehave({ fault, times: "times" in fault ? fault.times : 1 });
      const done = await publish(publication("i"));
      assert.equal(simulator.posts().length, isThere ? 1 : 0);
      assert.equal(done.ending.state, isThere ? "published" : "refused", JSON.stringify(done.ending));
      assert.equal(done.commits, commits);
      const post = simulator.posts()[0];
      if (done.ending.state === "published") assert.ok([post?.id, null].includes(done.ending.postId));
    }));
}

Deno.test("a carousel of which the whole, or an item, is not there or fails, is there once", async () => {
  const faults: Fault[] = [
    { kind: "carousel_fails" },
    { kind: "processing_fails", word: "FAILED_PROCESSING_VIDEO" },
    { kind: "container_not_found" },
  ];
  for (const fault of faults) {
    await withAna(async ({ simulator, publication }) => {
      simulator.misbehave({ fault, times: 1 });
      const { ending } = await publish(publication("ivi"));
      assert.deepEqual([ending.state, simulator.posts().length], ["published", 1], fault.kind);
      assert.equal(simulator.posts()[0]?.media.length, 3);
    });
  }
});

Deno.test("a container that is never found is made four times, and no more", () =>
  withAna(async ({ simulator, publication }) => {
    simulator.misbehave({ fault: { kind: "container_not_found" } });
    const { ending, commits } = await publish(publication("i"));
    assert.deepEqual([ending, commits], [{ state: "refused", code: "24/4279009" }, 4]);
    assert.deepEqual([simulator.containers().length, simulator.posts().length], [4, 0]);
  }));

Deno.test("a publication whose commit is repeated by a worker that knows nothing of the first is not there twice", () =>
  withAna(async ({ simulator, publication }) => {
    simulator.misbehave({ fault: lost({ accepted: true }), times: 1 });
    const { work } = await publish(publication("i"));
    await assert.rejects(threads.prepare(work, new AbortController().signal), {
      message: /^already_published/,
    });
    await assert.rejects(threads.commit(work).send(new AbortController().signal));
    assert.equal(simulator.posts().length, 1);
  }));
