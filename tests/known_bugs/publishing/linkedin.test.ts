/** Accidents 38 to 41 of others who publish to LinkedIn (docs/platforms/accidents.md), and that they are none here. */
import fc from "fast-check";
import assert from "node:assert/strict";
import { checkOption } from "../../../shared/publishing/check_option.ts";
import type { FoundMedia } from "../../../shared/publishing/check_media.ts";
import { LINKEDIN_RULES } from "../../../shared/publishing/linkedin_rules.ts";
import type { MediaProbe } from "../../../shared/requests/requests_publications.ts";
import { linkedin } from "../../../supabase/functions/_shared/platforms/linkedin/linkedin.ts";
import { fakePlatform } from "../../../supabase/functions/_shared/platforms/kit/fake_platform.ts";
import {
  ACCESS_TOKEN,
  appAt,
  contentOf,
  errorOf,
  publicationAt,
} from "../../../supabase/functions/_shared/platforms/kit/work_fixture.ts";
import { jsonOf } from "../../../supabase/functions/_shared/runtime/fake_runtime.ts";

const NEVER_ABORTED = new AbortController().signal;
const PERSON = "urn:li:person:ana";
const fakeLinkedIn = () =>
  fakePlatform(({ path }) => path, () => Response.json({ status: 404 }, { status: 404 }));

function workAt(url: string, caption: string, apiVersion: string | null = "202608") {
  return publicationAt("linkedin_post", url, {
    content: { caption },
    app: appAt("linkedin_post", url, { apiVersion }),
    connection: { externalId: PERSON, displayName: "ana", settings: {}, scopes: [] },
  });
}

Deno.test("accident 38: a version that has ended pauses all of LinkedIn for the operator, who names it in one row", async () => {
  await using server = fakeLinkedIn();
  const body = {
    status: 426,
    code: "NONEXISTENT_VERSION",
    message: "Requested version 20250801 is not active",
  };
  server.answer("/rest/posts", Response.json(body, { status: 426 }));
  const error = await errorOf(linkedin.commit(workAt(server.url, "Hello")).send(NEVER_ABORTED));
  assert.deepEqual([error.failure.class, error.failure.scope, error.isAmbiguous], [
    "pause",
    "platform",
    false,
  ]);
  assert.equal(server.requests.length, 1, "nobody tries again");

  const made = new Response(null, { status: 201, headers: { "x-restli-id": "urn:li:share:1" } });
  server.answer("/rest/posts", made);
  await linkedin.commit(workAt(server.url, "Hello", "202610")).send(NEVER_ABORTED);
  assert.equal(server.requests.at(-1)?.headers.get("linkedin-version"), "202610", "the row's, and no other");
  const none = await errorOf(() => linkedin.commit(workAt(server.url, "Hello", null)));
  assert.deepEqual([none.failure.class, none.failure.code], ["pause", "misconfigured"]);
});

Deno.test("accident 39: no text is cut at a reserved character: each is escaped, and reads as it was written", async () => {
  await using server = fakeLinkedIn();
  server.answer(
    "/rest/posts",
    () => new Response(null, { status: 201, headers: { "x-restli-id": "urn:li:share:1" } }),
  );
  const sentOf = async (caption: string): Promise<string> => {
    await linkedin.commit(workAt(server.url, caption)).send(NEVER_ABORTED);
    return String(jsonOf(server.requests.at(-1)!).commentary);
  };
  const reserved = "|{}@[]()<>#\\*_~";
  assert.equal(await sentOf(reserved), [...reserved].map((one) => `\\${one}`).join(""));
  const text = fc.string({ unit: fc.constantFrom(..."|{}@[]()<>\\*_~ab \n", "é", "🌎"), maxLength: 60 });
  await fc.assert(
    fc.asyncProperty(text, async (caption) => {
      const sent = await sentOf(caption);
      assert.doesNotMatch(
        sent.replace(/\\[|{}@[\]()<>#\\*_~]/g, ""),
        /[|{}@[\]()<>\\*_~]/,
        "none stands bare",
      );
      assert.equal(sent.replace(/\\([|{}@[\]()<>#\\*_~])/g, "$1"), caption);
    }),
    { numRuns: 50 },
  );
});

Deno.test("accident 40: files are held to a table by their type: no slide of PNG, no image beside a document, no giant", () => {
  const fileOf = (type: string): FoundMedia => ({ type, bytes: 1_000, probe: null });
  const codesOf = (option: "linkedin_post" | "linkedin_document", ...files: FoundMedia[]) =>
    checkOption(LINKEDIN_RULES[option], { caption: "", files, scopes: null }).issues.map(({ code }) => code);
  assert.notDeepEqual(codesOf("linkedin_document", fileOf("image/png")), []);
  assert.deepEqual(codesOf("linkedin_document", fileOf("application/pdf")), []);
  assert.notDeepEqual(codesOf("linkedin_post", fileOf("application/pdf")), []);
  assert.notDeepEqual(codesOf("linkedin_post", fileOf("image/png"), fileOf("video/mp4")), []);
  // Animated or not, it goes as it is: nobody makes another file of it.
  assert.deepEqual(codesOf("linkedin_post", fileOf("image/gif")), []);
  const giant = { contentType: "image/png", width: 7000, height: 7000 } as MediaProbe;
  const content = contentOf({
    mediaFiles: [{ name: "a.png", size: 1_000, type: "image/png", path: "a.png" }],
  });
  const { issues } = linkedin.preflight("linkedin_post", content, [giant]);
  assert.deepEqual(issues.map(({ code, field }) => [code, field]), [["media_refused", "mediaFiles.0"]]);
});

Deno.test("accident 41: who looks after the content of a page may post for it, and all pages of the list are shown", async () => {
  await using server = fakeLinkedIn();
  const roles = Array.from({ length: 73 }, (_, n) => ({
    role: n % 2 ? "CONTENT_ADMINISTRATOR" : "ADMINISTRATOR",
    state: "APPROVED",
    organization: `urn:li:organization:${1000 + n}`,
  }));
  const others = [
    { role: "ANALYST", state: "APPROVED", organization: "urn:li:organization:1" },
    { role: "CONTENT_ADMINISTRATOR", state: "REVOKED", organization: "urn:li:organization:2" },
  ];
  server.answer("/v2/userinfo", { sub: "ana", name: "Ana" });
  server.answer("/rest/organizationAcls", ({ query }: { query: URLSearchParams }) => {
    const [start, count] = [Number(query.get("start")), Number(query.get("count"))];
    const all = [...others, ...roles];
    return Response.json({
      elements: all.slice(start, start + count),
      paging: { total: all.length, start, count },
    });
  });
  server.answer("/rest/organizations", { results: {} });
  const app = appAt("linkedin_post", server.url, {
    apiVersion: "202608",
    settings: { base_url: server.url, organizations: true },
  });
  const tokens = {
    accessToken: ACCESS_TOKEN,
    refreshToken: null,
    expiresIn: null,
    refreshExpiresIn: null,
    scopes: null,
  };
  const found: string[] = [];
  for (let cursor: string | undefined, pages = 0; pages < 9; pages++) {
    const page = await linkedin.oauth.accounts(app, tokens, cursor);
    found.push(...page.accounts.map(({ externalId }) => externalId));
    if (page.nextCursor === null) break;
    cursor = page.nextCursor;
  }
  assert.deepEqual(found, [PERSON, ...roles.map(({ organization }) => organization)]);
});
