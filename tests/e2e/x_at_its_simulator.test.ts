/** The platform X against the simulator of X, which knows nothing of it: each holds the other to what is documented. */
import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { startX, type XSimulator } from "@esteira/simulators/x";
import type { Fault } from "@esteira/simulators/x/faults";
import { bytesOf, errorOf, mediaOf } from "../../supabase/functions/_shared/platforms/kit/work_fixture.ts";
import {
  type Committed,
  type PlatformApp,
  PlatformError,
  type PublicationMedia,
  type PublicationWork,
  type Reconciled,
  type Tokens,
} from "../../supabase/functions/_shared/platforms/platform.ts";
import { namesOf, prepareAll, xWork } from "../../supabase/functions/_shared/platforms/x/fake_x.ts";
import { x } from "../../supabase/functions/_shared/platforms/x/x.ts";

/** Nobody waits longer for an answer to a post. */
const SILENCE_MS = 500;
/** Nobody waits between two questions here: there are as many as it takes. */
const MOST_ACTS = 100_000;
const REDIRECT = "https://app.example/connections/x/callback";
const FILM = fileOf("film.mp4", "video/mp4", 2 * 1024 * 1024 + 5, [0, 0, 0, 24, ...chars("ftypmp42")]);
const IMAGE = fileOf("a.png", "image/png", 2_000, [0x89, ...chars("PNG\r\n\x1a\n")], "A cat");

function chars(text: string): number[] {
  return [...text].map((character) => character.charCodeAt(0));
}

/** A file that begins as those of its type do. */
function fileOf(
  name: string,
  contentType: string,
  bytes: number,
  head: number[],
  altText: string | null = null,
): PublicationMedia & { whole: Uint8Array } {
  const whole = bytesOf(0, bytes);
  whole.set(head);
  const range = (from: number, to: number) => Promise.resolve(whole.slice(from, to));
  return { ...mediaOf(contentType, bytes, { name, altText, range }), whole };
}

function appOf({ url, clientId, clientSecret }: XSimulator): PlatformApp {
  return { platform: "x", clientId, clientSecret, apiVersion: null, settings: { base_url: url } };
}

/** Signs @ana in as a browser does. */
async function signIn(simulator: XSimulator, more: Record<string, string> = {}): Promise<Tokens> {
  const app = appOf(simulator);
  const verifier = randomBytes(32).toString("base64url");
  const challenge = createHash("sha256").update(verifier).digest("base64url");
  const page = x.oauth.authorizeUrl(app, { state: "some-state", redirectUri: REDIRECT, challenge });
  for (const [name, value] of Object.entries({ person: "ana", ...more })) page.searchParams.set(name, value);
  const { headers } = await fetch(page, { redirect: "manual" });
  const back = new URL(headers.get("location") ?? "");
  assert.equal(back.searchParams.get("state"), "some-state");
  return await x.oauth.exchange(app, {
    code: back.searchParams.get("code") ?? "",
    redirectUri: REDIRECT,
    verifier,
  });
}

/** A post of @ana's, ready to be prepared. */
async function begun(
  simulator: XSimulator,
  { media = [], caption = "Olá <mundo> & https://example.com/a?b=1 🌎" }: {
    media?: PublicationMedia[];
    caption?: string;
  } = {},
): Promise<PublicationWork> {
  const app = appOf(simulator);
  const tokens = await signIn(simulator);
  const { accounts: [account] } = await x.oauth.accounts(app, tokens);
  const mediaFiles = media.map(({ name, bytes, contentType, altText }) => ({
    ...{ name, size: bytes, type: contentType, path: name },
    ...altText ? { altText } : {},
  }));
  return xWork(simulator.url, {
    app,
    accessToken: tokens.accessToken,
    content: { caption, mediaFiles },
    media,
    connection: {
      externalId: account?.externalId ?? "",
      displayName: account?.displayName ?? null,
      settings: account?.settings ?? {},
      scopes: tokens.scopes ?? [],
    },
  });
}

/** Prepares it all and sends the post. */
async function post(
  work: PublicationWork,
): Promise<{ work: PublicationWork; answer: Committed | PlatformError }> {
  const { facts } = await prepareAll(work, { most: MOST_ACTS });
  const ready = { ...work, facts, media: [] };
  const answer = await x.commit(ready).send(AbortSignal.timeout(SILENCE_MS)).catch((error) => error);
  if (!("id" in answer) && !(answer instanceof PlatformError)) throw answer;
  return { work: { ...ready, committedAt: new Date().toISOString() }, answer };
}

async function withX(body: (simulator: XSimulator) => Promise<void>): Promise<void> {
  const simulator = startX();
  try {
    await body(simulator);
  } finally {
    await simulator.close();
  }
}

Deno.test("an account is connected, its access renewed once by each token, and given back", () =>
  withX(async (simulator) => {
    const app = appOf(simulator);
    const tokens = await signIn(simulator);
    assert.deepEqual(tokens.scopes, [...x.oauth.scopes]);
    const { accounts } = await x.oauth.accounts(app, tokens);
    assert.equal(accounts[0]?.displayName, "ana");
    const fresh = await x.oauth.refresh(app, tokens);
    assert.notEqual(fresh.accessToken, tokens.accessToken);
    assert.deepEqual((await errorOf(x.oauth.refresh(app, tokens))).failure.code, "grant_gone");
    const again = await signIn(simulator);
    await x.oauth.revoke(app, again);
    await x.oauth.revoke(app, again);
    const { failure } = await errorOf(x.oauth.accounts(app, again));
    assert.deepEqual([failure.class, failure.code], ["reconnect", "access_refused"]);
  }));

Deno.test("a text, four images and a film are posted once each, whole, and described", () =>
  withX(async (simulator) => {
    for (const media of [[], [IMAGE, IMAGE, IMAGE, IMAGE], [FILM]]) {
      const { answer } = await post(
        await begun(simulator, { media, caption: `Post with ${media.length} files` }),
      );
      assert.ok("id" in answer, String(answer));
      const made = simulator.posts().at(-1);
      assert.deepEqual([made?.id, made?.permalink], [answer.id, answer.permalink]);
      assert.deepEqual(made?.media.map(({ altText }) => altText), media.map(({ altText }) => altText));
      assert.deepEqual(
        made?.media.map(({ sha256 }) => sha256),
        media.map(({ whole }) => createHash("sha256").update(whole).digest("hex")),
      );
    }
    assert.equal(simulator.posts().length, 3);
  }));

/** Faults of a post, and whether it is there. */
const LOST: readonly (readonly [Fault, boolean])[] = [
  [{ kind: "http_error", path: "commit", status: 503, times: 1 }, false],
  [{ kind: "http_error", path: "commit", status: 502, times: 1, accepted: true }, true],
  [{ kind: "hang", path: "commit", times: 1 }, false],
  [{ kind: "hang", path: "commit", times: 1, accepted: true }, true],
  [{ kind: "cut_answer", path: "commit", times: 1 }, true],
];

for (const [fault, isThere] of LOST) {
  Deno.test(`a post that is lost as ${JSON.stringify(fault)} is in doubt, and looked for: it is ${isThere ? "" : "not "}there`, () =>
    withX(async (simulator) => {
      for (const media of [[], [IMAGE]]) {
        simulator.behave();
        simulator.misbehave({ fault, times: 1 });
        const caption = `Lost with ${media.length} files: https://example.com/${media.length}`;
        const before = simulator.posts().length;
        const { work, answer } = await post(await begun(simulator, { media, caption }));
        assert.ok(answer instanceof PlatformError && answer.isAmbiguous, String(answer));
        assert.equal(simulator.posts().length, before + Number(isThere));
        const found: Reconciled = await x.reconcile!(work);
        assert.equal(found.state, isThere ? "there" : "not_there");
        if (found.state === "there") assert.equal(found.id, simulator.posts().at(-1)?.id);
        // Sent again where it is there, X says so, and which it is.
        if (isThere && media.length === 0) {
          assert.equal(
            (await x.commit(work).send(AbortSignal.timeout(SILENCE_MS))).id,
            simulator.posts().at(-1)?.id,
          );
        }
      }
    }));
}

/** Faults that say for sure that there is no post, and what is to be done. */
const REFUSED: readonly (readonly [Fault, string])[] = [
  [{ kind: "unauthorized", path: "commit", times: 1 }, "reconnect connection access_refused"],
  [
    { kind: "rate_limited", path: "commit", times: 1, headers: true, seconds: 30 },
    "wait connection rate_limited",
  ],
  [{ kind: "rate_limited", path: "commit", times: 1, headers: false }, "wait connection rate_limited"],
  [{ kind: "no_credits", path: "commit", times: 1 }, "pause platform credits_depleted"],
  [{ kind: "usage_capped", path: "commit", times: 1 }, "pause platform usage_capped"],
  [{ kind: "usage_capped", path: "commit", times: 1, status: 403 }, "pause platform usage_capped"],
  [{ kind: "suspended", path: "commit", times: 1 }, "never publication user_suspended"],
  [{ kind: "version_sunset", path: "commit", times: 1 }, "pause platform version_sunset"],
];

for (const [fault, verdict] of REFUSED) {
  Deno.test(`a post that meets ${JSON.stringify(fault)} is not there: ${verdict}`, () =>
    withX(async (simulator) => {
      const work = await begun(simulator);
      simulator.misbehave({ fault, times: 1 });
      const { answer } = await post(work);
      assert.ok(answer instanceof PlatformError);
      const { class: failureClass, scope, code } = answer.failure;
      assert.deepEqual([`${failureClass} ${scope} ${code}`, answer.isAmbiguous], [verdict, false]);
      assert.equal(simulator.posts().length, 0);
    }));
}

Deno.test("a film that takes its time, in a state of no known name, is waited for; one that fails is handed in once more", () =>
  withX(async (simulator) => {
    simulator.misbehave({ fault: { kind: "unknown_state", word: "pondering", times: 2 } });
    const { acts } = await prepareAll(await begun(simulator, { media: [FILM] }), { most: MOST_ACTS });
    assert.ok(namesOf(acts).filter((name) => name === "media_processing").length >= 1);
    simulator.behave();
    simulator.misbehave({ fault: { kind: "processing_fails" }, times: 1 });
    const again = await prepareAll(await begun(simulator, { media: [FILM] }), { most: MOST_ACTS });
    assert.ok(namesOf(again.acts).includes("media_failed") && namesOf(again.acts).at(-1) === "ready");
  }));

Deno.test("a connection without media.write cannot hand in files, and is told which scope it lacks", () =>
  withX(async (simulator) => {
    const work = await begun(simulator, { media: [IMAGE] });
    const { accessToken } = await signIn(simulator, { without: "media.write" });
    const connection = { ...work.connection, scopes: [] };
    const { failure } = await errorOf(prepareAll({ ...work, accessToken, connection }));
    assert.deepEqual([failure.class, failure.code], ["reconnect", "missing_scope"]);
    assert.match(failure.message, /media\.write/);
  }));
