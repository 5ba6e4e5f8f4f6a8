import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { eventually } from "@esteira/local-supabase/testing";
import {
  choicesResponse,
  connectionResponse,
  startConnectionResponse,
} from "../../shared/requests/requests_connections.ts";
import { enqueueResponse, publicationsPage } from "../../shared/requests/requests_publications.ts";
import { callFunction } from "../world/api.ts";
import { type Environment, startEnvironment, type User } from "../world/environment.ts";
import { enablePublishing } from "../world/publishing.ts";

const APP = "http://127.0.0.1:9/publish";

/** What begins as a square JPEG does. */
function picture(): Uint8Array<ArrayBuffer> {
  const bytes = crypto.getRandomValues(new Uint8Array(2048));
  bytes.set(
    Uint8Array.fromHex("ffd8ffe000104a46494600010100000100010000ffc0001108043804380301220002110103110100"),
  );
  return bytes;
}

/** Goes the way of a browser: to the platform's page, on which this person agrees, and back. @returns the choice to be made. */
async function signIn(
  environment: Environment,
  user: User,
  platform: string,
  person: string,
): Promise<string> {
  const started = await callFunction(environment, `connections/${platform}/start`, {
    token: user.accessToken,
    body: { redirectTo: APP },
  });
  const page = new URL(startConnectionResponse.parse(started.body).url);
  page.searchParams.set("person", person);
  let location = page.href;
  while (!location.startsWith(APP)) {
    const answer = await fetch(location, { redirect: "manual" });
    await answer.body?.cancel();
    location = answer.headers.get("location") ?? assert.fail(`${location} answers ${answer.status}`);
  }
  return new URL(location).searchParams.get("choice") ?? assert.fail(location);
}

/** Looks through all accounts of a sign-in, and connects the last. @returns its name and how many there were. */
async function connectLast(environment: Environment, { accessToken: token }: User, choice: string) {
  const accounts = [];
  for (let cursor: string | null = ""; cursor !== null;) {
    const query = cursor === "" ? "" : `?cursor=${encodeURIComponent(cursor)}`;
    const { body } = await callFunction(environment, `connections/choices/${choice}${query}`, {
      method: "GET",
      token,
    });
    const page = choicesResponse.parse(body);
    accounts.push(...page.accounts);
    cursor = page.nextCursor;
  }
  const { externalId, displayName } = accounts.at(-1) ?? assert.fail("nobody signed in");
  const chosen = await callFunction(environment, `connections/choices/${choice}`, {
    token,
    body: { externalId },
  });
  assert.equal(connectionResponse.parse(chosen.body).connection.state, "live");
  return { externalId, displayName, count: accounts.length };
}

/** What begins as a document of Word does: an archive whose first entry says what is in it. */
function letter(): Uint8Array<ArrayBuffer> {
  const bytes = crypto.getRandomValues(new Uint8Array(2048));
  bytes.set(Uint8Array.fromHex("504b030414000600080000002100"));
  bytes.set(new TextEncoder().encode("[Content_Types].xml"), 30);
  return bytes;
}

const WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";

/** Asks for a document at LinkedIn, which lies in the user's inputs under a name with this ending. */
async function publishDocument(
  environment: Environment,
  user: User,
  bytes: Uint8Array<ArrayBuffer>,
  ending: string,
) {
  const path = `${user.userId}/${crypto.randomUUID()}.${ending}`;
  const { error } = await user.client.storage.from("inputs")
    .upload(path, new Blob([bytes], { type: WORD }), { contentType: WORD });
  assert.equal(error, null);
  return await callFunction(environment, "publications/enqueue", {
    token: user.accessToken,
    body: {
      selectedOptions: ["linkedin_document"],
      mediaFiles: [{ name: "Our letter.docx", path, type: WORD, size: bytes.length }],
      captions: { universal: "Read this (all of it) #letter" },
    },
  });
}

Deno.test("from signing in at two platforms to a post at each, once, with its file and its address", async () => {
  const environment = await startEnvironment({ instagram: { pages: { carla: 90 } } });
  try {
    const { sql, x, instagram } = environment;
    const user = await environment.signUp(10);
    await sql`select ops.allow_redirect(${APP})`;
    const onX = await connectLast(environment, user, await signIn(environment, user, "x", "ana"));
    const onInstagram = await connectLast(
      environment,
      user,
      await signIn(environment, user, "instagram", "carla"),
    );
    assert.deepEqual([onX.displayName, onX.count, onInstagram.count], ["ana", 1, 60]); // a third of the pages has none

    const bytes = picture();
    const path = `${user.userId}/${crypto.randomUUID()}.jpg`;
    const { error } = await user.client.storage.from("inputs")
      .upload(path, new Blob([bytes], { type: "image/jpeg" }), { contentType: "image/jpeg" });
    assert.equal(error, null);
    const enqueued = await callFunction(environment, "publications/enqueue", {
      token: user.accessToken,
      body: {
        selectedOptions: ["x_post", "instagram_feed"],
        mediaFiles: [{ name: "a.jpg", path, type: "image/jpeg", size: bytes.length }],
        captions: { universal: "The whole way & back" },
      },
    });
    assert.equal(enqueueResponse.parse(enqueued.body).data.totalEnqueued, 2, JSON.stringify(enqueued.body));

    const published = await eventually(async () => {
      const { body } = await callFunction(environment, "publications", {
        method: "GET",
        token: user.accessToken,
      });
      const { publications } = publicationsPage.parse(body);
      return publications.every(({ status }) => status === "completed") ? publications : undefined;
    }, { timeoutMs: 60_000, what: "both posts" });
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    const there = [...x.posts(), ...instagram.posts()];
    assert.deepEqual(
      there.map(({ account, text, media }) => [account, text, media.map(({ sha256 }) => sha256)]),
      [onX, onInstagram].map(({ externalId }) => [externalId, "The whole way & back", [sha256]]),
    );
    assert.deepEqual(
      new Set(published.map(({ permalink }) => permalink)),
      new Set(there.map(({ permalink }) => permalink)),
    );
    for (const { commits } of [x, instagram]) {
      assert.deepEqual(commits().map(({ outcome }) => outcome), ["posted"]);
    }
  } finally {
    await environment.close();
  }
});

Deno.test("a document is published for the organization that was chosen among pages of them; what only says it is one is not", async () => {
  const environment = await startEnvironment({ linkedin: { organizations: { carla: 70 } } });
  try {
    const { sql, linkedin } = environment;
    const user = await environment.signUp(10);
    await sql`select ops.allow_redirect(${APP})`;
    await enablePublishing(environment);
    const chosen = await connectLast(environment, user, await signIn(environment, user, "linkedin", "carla"));
    // Of five organizations she posts for three; and there is she herself.
    assert.deepEqual([chosen.count, chosen.displayName], [43, "Carla & Co. 69"]);

    const page = new TextEncoder().encode("<html>no letter</html>");
    for (const [bytes, ending] of [[page, "docx"], [letter(), "pptz"]] as const) {
      const refused = await publishDocument(environment, user, bytes, ending);
      assert.equal(refused.status, 415, JSON.stringify(refused.body));
    }
    const bytes = letter();
    const enqueued = await publishDocument(environment, user, bytes, "docx");
    assert.equal(enqueueResponse.parse(enqueued.body).data.totalEnqueued, 1, JSON.stringify(enqueued.body));
    const [published] = await eventually(async () => {
      const { body } = await callFunction(environment, "publications", {
        method: "GET",
        token: user.accessToken,
      });
      const { publications } = publicationsPage.parse(body);
      return publications.every(({ status }) => status === "completed") ? publications : undefined;
    }, { timeoutMs: 60_000, what: "the document" });
    const [post] = linkedin.posts();
    assert.deepEqual([post?.account, post?.text, published?.permalink], [
      chosen.externalId,
      "Read this (all of it) #letter",
      post?.permalink,
    ]);
    assert.equal(post?.media[0]?.sha256, createHash("sha256").update(bytes).digest("hex"));
    assert.deepEqual(linkedin.commits().map(({ outcome }) => outcome), ["posted"]);
  } finally {
    await environment.close();
  }
});
