/**
 * The platform's folder against the simulator, which was written from the documentation alone: whatever happens to a
 * publication, its post is there once if it is said to be there, and not at all if it is said not to be.
 */
import assert from "node:assert/strict";
import { type InstagramSimulator, startInstagram } from "@esteira/simulators/instagram";
import type { Option } from "../../shared/words/platforms.ts";
import { instagram } from "../../supabase/functions/_shared/platforms/instagram/instagram.ts";
import type {
  PlatformApp,
  PublicationMedia,
  PublicationWork,
} from "../../supabase/functions/_shared/platforms/platform.ts";
import { publishAsWorker } from "./publish_as_worker.ts";

type Fault = Parameters<InstagramSimulator["misbehave"]>[0]["fault"];

const JPEG = Uint8Array.fromHex(
  "ffd8ffe000104a46494600010100000100010000ffc0001108043804380301220002110103110100",
);
const MP4 = Uint8Array.fromHex("00000020667479706d7034320000000000000000000000000000000000000000");
const BACK = "http://127.0.0.1:9/callback";

/** A simulator with files that it can fetch, and what Ana publishes there. */
async function withAna(
  test: (ana: {
    simulator: InstagramSimulator;
    app: PlatformApp;
    publication: (option: Option, kinds: string) => PublicationWork;
  }) => Promise<void>,
  login: "facebook" | "instagram" = "facebook",
): Promise<void> {
  const simulator = startInstagram({ processMs: 10 });
  const files = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen: () => {} },
    ({ url }) => new Response(url.endsWith("v") ? MP4 : JPEG),
  );
  const fileOf = (kind: string): PublicationMedia => ({
    name: kind,
    contentType: kind === "v" ? "video/mp4" : "image/jpeg",
    bytes: 40,
    altText: null,
    url: () => Promise.resolve(`http://127.0.0.1:${files.addr.port}/${kind}`),
    range: () => Promise.reject(new Error("Instagram fetches files itself")),
  });
  const app: PlatformApp = {
    platform: "instagram",
    clientId: simulator.clientId,
    clientSecret: simulator.clientSecret,
    apiVersion: "v27.0",
    settings: { base_url: simulator.url, oauth_url: simulator.url, login },
  };
  try {
    const { accessToken, account } = await signIn(app);
    const publication = (option: Option, kinds: string): PublicationWork => ({
      jobId: crypto.randomUUID(),
      option,
      content: {
        connectionId: crypto.randomUUID(),
        groupId: crypto.randomUUID(),
        caption: "Hello #sea",
        mediaFiles: [],
        media: [],
        settings: {},
        allowDuplicate: false,
      },
      media: [...kinds].map(fileOf),
      app,
      connection: { externalId: account, displayName: null, settings: {}, scopes: [] },
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

async function signIn(app: PlatformApp): Promise<{ accessToken: string; account: string }> {
  const page = instagram.oauth.authorizeUrl(app, { state: "s", redirectUri: BACK });
  page.searchParams.set("person", "ana");
  const answer = await fetch(page, { redirect: "manual" });
  const code = new URL(answer.headers.get("location") ?? "").searchParams.get("code") ?? "";
  const tokens = await instagram.oauth.exchange(app, { code, redirectUri: BACK });
  const { accounts: [account] } = await instagram.oauth.accounts(app, tokens);
  return { accessToken: tokens.accessToken, account: account?.externalId ?? "" };
}

const publish = (work: PublicationWork) => publishAsWorker(instagram, work);

const OPTIONS: readonly (readonly [Option, string])[] = [
  ["instagram_feed", "i"],
  ["instagram_feed", "v"],
  ["instagram_reel", "v"],
  ["instagram_story", "i"],
  ["instagram_story", "v"],
  ["instagram_carousel", "ivi"],
];

for (const login of ["facebook", "instagram"] as const) {
  Deno.test(`each option is published once, signed in with ${login}`, () =>
    withAna(async ({ simulator, publication }) => {
      for (const [option, kinds] of OPTIONS) {
        const { ending, commits } = await publish(publication(option, kinds));
        assert.ok(ending.state === "published", option);
        const post = simulator.posts().at(-1);
        assert.deepEqual([ending.postId, ending.permalink, commits], [post?.id, post?.permalink, 1]);
        assert.equal(post?.text, option === "instagram_story" ? "" : "Hello #sea");
        assert.equal(post?.media.length, kinds.length);
      }
      assert.equal(simulator.posts().length, OPTIONS.length);
    }, login));
}

/** What goes wrong; whether the post is there in the end; and how many commits that takes. */
const STORIES: readonly (readonly [name: string, faults: Fault[], isThere: boolean, commits: number])[] = [
  ["a commit that was done and answered with a server's error", [lost({ accepted: true })], true, 1],
  ["a commit that a server's error kept from being done", [lost({})], true, 2],
  ["a commit whose answer breaks off", [{ kind: "cut_answer", path: "commit", times: 1 }], true, 1],
  ["a commit that is done and never answered", [hanging({ accepted: true })], true, 1],
  ["a commit that is neither done nor answered", [hanging({})], true, 2],
  ["a commit that is taken for spam, and is live", [refused(4, 2207051, true)], true, 1],
  ["a commit that says that the file could not be had, and is live", [refused(9004, 2207052, true)], true, 1],
  ["a commit that says that the file could not be had", [refused(9004, 2207052, false)], true, 2],
  [
    "a container that fails for a reason that may pass",
    [{ kind: "processing_fails", subcode: 2207052 }],
    true,
    1,
  ],
  ["a container that fails for good", [{ kind: "processing_fails", subcode: 2207026 }], false, 0],
  [
    "a container that was finished and cannot be published",
    [{ kind: "processing_fails", said: "FINISHED" }],
    true,
    2,
  ],
  ["a container that expires before it is published", [{ kind: "container_expires" }], true, 1],
  ["a container that is slow", [{ kind: "slow_processing", ms: 300 }], true, 1],
  [
    "a word for a container's state that nobody knows",
    [{ kind: "unknown_status", word: "BAKING", times: 2 }],
    true,
    1,
  ],
  [
    "limits on the way, told and not",
    [limited("container", true), limited("status", false), limited("commit", true)],
    true,
    2,
  ],
  ["a post that cannot be read at first", [{ kind: "permalink_fails", times: 3 }], true, 1],
  ["a password that is changed before the commit", [{ kind: "password_changed", path: "commit" }], false, 1],
  [
    "a token that ends between preparing and the commit",
    [{ kind: "access_ends", path: "status", times: 1 }],
    false,
    1,
  ],
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
      const done = await publish(publication("instagram_feed", "i"));
      assert.equal(simulator.posts().length, isThere ? 1 : 0);
      assert.equal(done.ending.state, isThere ? "published" : "refused", JSON.stringify(done.ending));
      assert.equal(done.commits, commits);
      const post = simulator.posts()[0];
      if (done.ending.state === "published") assert.ok([post?.id, null].includes(done.ending.postId));
    }));
}

Deno.test("a carousel that fails as a whole, or by one of its items, is there once", async () => {
  for (
    const fault of [{ kind: "carousel_fails", subcode: 2207053 }, {
      kind: "processing_fails",
      subcode: 2207052,
    }] as const
  ) {
    await withAna(async ({ simulator, publication }) => {
      simulator.misbehave({ fault, times: 1 });
      const { ending } = await publish(publication("instagram_carousel", "iii"));
      assert.deepEqual([ending.state, simulator.posts().length], ["published", 1]);
      assert.equal(simulator.posts()[0]?.media.length, 3);
    });
  }
});

Deno.test("a publication whose commit is repeated by a worker that knows nothing of the first is not there twice", () =>
  withAna(async ({ simulator, publication }) => {
    simulator.misbehave({ fault: lost({ accepted: true }), times: 1 });
    const { work } = await publish(publication("instagram_feed", "i"));
    await assert.rejects(instagram.prepare(work, new AbortController().signal), {
      message: /^already_published/,
    });
    await assert.rejects(instagram.commit(work).send(new AbortController().signal));
    assert.equal(simulator.posts().length, 1);
  }));

Deno.test("a version that is dead is served by another, and the row's is the one that is asked for", () =>
  withAna(async ({ simulator, app, publication }) => {
    const work = publication("instagram_feed", "i");
    await publish({ ...work, app: { ...app, apiVersion: "v20.0" } });
    const asked = simulator.versions().find(({ asked }) => asked === "v20.0");
    assert.equal(asked?.servedBy, "v22.0");
  }));
