import assert from "node:assert/strict";
import { jpeg, mp4, sha256 } from "../social/sign_in_fixture.ts";
import { withLinkedIn } from "./linkedin_client_fixture.ts";

const text = (words: string, bytes = 200) => {
  const all = new Uint8Array(bytes);
  all.set(new TextEncoder().encode(words));
  return all;
};

Deno.test("a text is there at once, named in a header, and as much of it as was understood", () =>
  withLinkedIn({}, async (linkedIn) => {
    const { status, headers, body } = await linkedIn.post("Hello \\(all\\) {hashtag|\\#|sea} (cut");
    assert.deepEqual([status, body], [201, ""]);
    const [post] = linkedIn.simulator.posts();
    assert.equal(headers.get("x-restli-id"), post?.id);
    assert.match(post?.id ?? "", /^urn:li:share:\d{19}$/);
    assert.deepEqual([post?.text, post?.kind, post?.username], ["Hello (all) #sea ", "text", "ana-co-1"]);
    assert.equal(post?.permalink, `https://www.linkedin.com/feed/update/${post?.id}`);
    const read = await linkedIn.call(`/rest/posts/${encodeURIComponent(post?.id ?? "")}`);
    assert.equal(read.body.commentary, "Hello \\(all\\) {hashtag|\\#|sea} ");
  }));

Deno.test("images, a film in its parts and a document are posted, each with what was in it", () =>
  withLinkedIn({}, async (linkedIn) => {
    const pictures = [jpeg(), jpeg(500, 500)];
    const images = await Promise.all(pictures.map((one) => linkedIn.upload("image", one)));
    const alone = await linkedIn.post("one", { media: { id: images[0], altText: "A cat" } });
    assert.equal(alone.status, 201);
    assert.equal(
      (await linkedIn.post("two", { multiImage: { images: images.map((id) => ({ id })) } })).status,
      201,
    );
    const film = mp4(2500);
    const urn = await linkedIn.film(film);
    await linkedIn.ready(urn);
    assert.equal((await linkedIn.post("film", { media: { id: urn, title: "A film" } })).status, 201);
    const pdf = text("%PDF-1.7");
    const document = await linkedIn.upload("document", pdf);
    await linkedIn.ready(document);
    assert.equal((await linkedIn.post("report", { media: { id: document, title: "Report" } })).status, 201);
    const posts = linkedIn.simulator.posts();
    assert.deepEqual(posts.map(({ kind }) => kind), ["image", "image", "video", "document"]);
    assert.deepEqual(
      posts.map(({ media }) => media.map(({ sha256 }) => sha256)),
      [[sha256(pictures[0]!)], pictures.map(sha256), [sha256(film)], [sha256(pdf)]],
    );
    assert.equal(posts[0]?.media[0]?.altText, "A cat");
    const [, , seen] = linkedIn.simulator.media();
    assert.deepEqual([seen?.parts, seen?.puts, seen?.bytes], [3, 3, 2500]);
  }));

Deno.test("a part is as long as it was wanted, and a film is put together of all its parts in their order", () =>
  withLinkedIn({}, async (linkedIn) => {
    const film = mp4(2500);
    const { uploadInstructions: [first] } = await linkedIn.begin("video", film.length);
    assert.equal((await linkedIn.put(first.uploadUrl, film.slice(0, 1000))).status, 400);
    assert.equal((await linkedIn.put(first.uploadUrl, film)).status, 400);
    const { urn, token, etags } = await linkedIn.parts(film);
    assert.equal((await linkedIn.finalize(urn, token, etags.toReversed())).status, 400);
    assert.equal((await linkedIn.finalize(urn, token, etags.slice(1))).status, 400);
    assert.equal((await linkedIn.finalize(urn, "other", etags)).status, 400);
    for (let times = 0; times < 2; times++) {
      assert.equal((await linkedIn.finalize(urn, token, etags)).status, 200);
    }
  }));

Deno.test("files that are no good fail, and what is not the author's, not there or not whole is refused", () =>
  withLinkedIn({}, async (linkedIn) => {
    const wrong = await linkedIn.upload("image", text("GIF is not this"));
    assert.equal(await linkedIn.status(wrong), "PROCESSING_FAILED");
    const huge = await linkedIn.upload("image", jpeg(8000, 8000));
    assert.equal(await linkedIn.status(huge), "PROCESSING_FAILED");
    const { image } = await linkedIn.begin("image");
    const codeOf = async (id: string) =>
      (await linkedIn.post("no", { media: { id } })).body.errorDetails.inputErrors[0].code;
    assert.equal(await codeOf(wrong), "MEDIA_ASSET_PROCESSING_FAILED");
    assert.equal(await codeOf(image), "MEDIA_ASSET_WAITING_UPLOAD");
    assert.equal(await codeOf("urn:li:image:C4nobody"), "INVALID_URN_ID");
    const mine = await linkedIn.upload("image", jpeg());
    linkedIn.author = `urn:li:organization:${linkedIn.simulator.organizations("ana")[1]?.id}`;
    assert.equal(await codeOf(mine), "INVALID_CONTENT_OWNERSHIP");
    assert.equal(linkedIn.simulator.posts().length, 0);
  }));

Deno.test("only those who may post for an organization do, and only what they may read is shown", () =>
  withLinkedIn({}, async (linkedIn) => {
    const [, , analyst, , revoked] = linkedIn.simulator.organizations("ana");
    for (const one of [analyst, revoked]) {
      linkedIn.author = `urn:li:organization:${one?.id}`;
      assert.equal((await linkedIn.post("no")).body.code, "ACCESS_DENIED");
    }
    const grant = linkedIn.simulator.grant("ana");
    linkedIn.author = grant.account.id;
    assert.equal((await linkedIn.post("mine")).status, 201);
    const read = await linkedIn.call(`/rest/posts?q=author&author=${encodeURIComponent(linkedIn.author)}`);
    assert.equal(read.body.code, "ACCESS_DENIED");
    const image = await linkedIn.upload("image", jpeg());
    assert.equal((await linkedIn.call(`/rest/images/${encodeURIComponent(image)}`)).status, 403);
  }));

Deno.test("a version is asked for, and one that is dead is refused", () =>
  withLinkedIn({}, async (linkedIn) => {
    const asked = (headers: Record<string, string>) => linkedIn.post("hello", undefined, { headers });
    assert.equal((await asked({ "linkedin-version": "" })).body.code, "VERSION_MISSING");
    const dead = await asked({ "linkedin-version": "202401" });
    assert.deepEqual([dead.status, dead.body.code], [426, "NONEXISTENT_VERSION"]);
    assert.equal((await asked({ "x-restli-protocol-version": "1.0.0" })).status, 400);
    assert.equal((await asked({})).status, 201);
    linkedIn.simulator.advance(400 * 86_400_000);
    linkedIn.token = linkedIn.simulator.grant("ana").access_token;
    assert.equal((await asked({})).status, 426);
  }));

Deno.test("the same again is a duplicate, which is named, until it is old", () =>
  withLinkedIn({ duplicateMs: 60_000 }, async (linkedIn) => {
    await linkedIn.post("twice");
    const { status, body } = await linkedIn.post("twice");
    assert.deepEqual([status, body.errorDetails.inputErrors[0].code], [422, "DUPLICATE_POST"]);
    assert.ok(body.message.endsWith(`duplicate of ${linkedIn.simulator.posts()[0]?.id}`));
    assert.equal(
      (await linkedIn.post("twice", { article: { source: "https://a.example", title: "A" } })).status,
      201,
    );
    linkedIn.simulator.advance(60_001);
    assert.equal((await linkedIn.post("twice")).status, 201);
  }));

Deno.test("posts of a member and of the app are counted by days of UTC", () =>
  withLinkedIn({ memberLimit: 1, appLimit: 2 }, async (linkedIn) => {
    assert.equal((await linkedIn.post("1")).status, 201);
    assert.match((await linkedIn.post("2")).body.message, /throttle MEMBER DAY limit/);
    const next = async (person: string) => {
      const grant = linkedIn.simulator.grant(person);
      [linkedIn.token, linkedIn.author] = [grant.access_token, grant.account.id];
      return await linkedIn.post(person);
    };
    assert.equal((await next("bruno")).status, 201);
    assert.match((await next("carla")).body.message, /throttle APPLICATION DAY limit/);
    linkedIn.simulator.advance(86_400_000);
    assert.equal((await next("carla")).status, 201);
    assert.ok(linkedIn.simulator.counts().quotas.every(({ used, limit }) => used <= limit));
  }));
