import assert from "node:assert/strict";
import { errorBody } from "../../shared/errors/error_body.ts";
import type { EnqueueResponse } from "../../shared/requests/requests_publications.ts";
import { callFunction, uploadInput } from "../world/api.ts";
import { type Environment, startEnvironment, type User } from "../world/environment.ts";
import { drawPicture } from "../world/picture.ts";
import type { SocialName } from "../world/simulators.ts";

const X_SCOPES = ["tweet.read", "tweet.write", "users.read", "media.write", "offline.access"];

/** A connection as a sign-in leaves it, with a token that is good for nothing. */
async function connected(
  { sql }: Environment,
  { userId }: User,
  platform: SocialName,
  scopes: string[],
): Promise<string> {
  const account = {
    external_id: crypto.randomUUID(),
    display_name: "Ana",
    avatar_url: null,
    scopes,
    settings: {},
  };
  const tokens = { access_token: "none", refresh_token: null, expires_in: null };
  const [row] = await sql`
    select id from worker.save_connection(${userId}, ${platform}, ${sql.json(account)}, ${sql.json(tokens)})`;
  return String(row?.id);
}

/** Jobs, publications, entries, balance and copies of a user: what must not change when something is refused. */
async function standing({ sql }: Environment, userId: string): Promise<unknown> {
  const [row] = await sql`
    select (select count(*) from public.jobs where user_id = ${userId})::integer as jobs,
           (select count(*) from public.publications where user_id = ${userId})::integer as publications,
           (select count(*) from public.credit_entries where user_id = ${userId})::integer as entries,
           (select balance from public.credit_accounts where user_id = ${userId})::integer as balance`;
  return { ...row };
}

Deno.test("what cannot be published has a stable code that names option and field; the others go on", async (t) => {
  const environment = await startEnvironment();
  try {
    const { sql } = environment;
    await sql`update public.tools set is_enabled = true where lane = 'publication'`;
    const user = await environment.signUp(50);
    const stranger = await environment.signUp(50);
    const { userId, accessToken: token } = user;
    const x = await connected(environment, user, "x", X_SCOPES);
    const theirs = await connected(environment, stranger, "x", X_SCOPES);
    const picture = drawPicture(64);
    const path = await uploadInput(user, picture);
    const png = { name: "a.png", size: picture.length, type: "image/png", path };
    const theirFile = { ...png, path: await uploadInput(stranger, picture) };
    const text = { ...png, path: await uploadInput(user, new TextEncoder().encode("no picture".repeat(20))) };
    const address = (url: string) => ({ name: "b", size: 1, type: "image/png", url });

    const enqueue = async (changes: Record<string, unknown>) =>
      await callFunction(environment, "publications/enqueue", {
        token,
        body: { selectedOptions: ["x_post"], captions: { universal: crypto.randomUUID() }, ...changes },
      });
    const refuses = (
      name: string,
      status: number,
      code: string,
      field: string,
      changes: Record<string, unknown>,
    ) =>
      t.step(`${name}: ${status} ${code}`, async () => {
        const before = await standing(environment, userId);
        const answer = await enqueue(changes);
        assert.equal(answer.status, status, JSON.stringify(answer.body));
        const { code: told, details } = errorBody.parse(answer.body).error;
        assert.deepEqual([told, details.field], [code, field]);
        assert.ok(details.platform, "the option is named");
        assert.deepEqual(await standing(environment, userId), before, "nothing is written or charged");
      });

    await refuses("an unknown option", 422, "unknown_option", "selectedOptions.0", {
      selectedOptions: ["tiktok_vidoe"],
    });
    await refuses("no connection", 404, "connection_not_found", "connections", {
      selectedOptions: ["instagram_reel"],
    });
    const instagram = await connected(environment, user, "instagram", [
      "instagram_basic",
      "instagram_content_publish",
      "pages_read_engagement",
    ]);
    await refuses("no media", 422, "media_missing", "mediaFiles", { selectedOptions: ["instagram_reel"] });
    await refuses("a wrong type for the option", 415, "unsupported_file_type", "mediaFiles.0", {
      selectedOptions: ["instagram_reel"],
      mediaFiles: [png],
    });
    await refuses("a file that is none", 415, "unsupported_file_type", "mediaFiles.0", {
      mediaFiles: [text],
    });
    await refuses("too many files", 422, "too_many_media", "mediaFiles", {
      mediaFiles: [png, png, png, png, png],
    });
    await refuses("somebody else's file", 422, "file_not_found", "mediaFiles.0", { mediaFiles: [theirFile] });
    await refuses("a private address", 422, "refused_address", "mediaFiles.1", {
      mediaFiles: [png, address("https://192.168.1.1/a.png")],
    });
    await refuses("a plain http address", 422, "refused_address", "mediaFiles.0", {
      mediaFiles: [address("http://example.com/a.png")],
    });
    await refuses("an address of nothing", 422, "media_unreachable", "mediaFiles.0", {
      mediaFiles: [address(`${environment.x.url}/nothing.png`)],
    });
    await refuses("nothing to say", 422, "text_missing", "caption", { captions: {} });
    await refuses("a schedule in the past", 422, "invalid_schedule", "scheduledFor", {
      scheduledFor: "2020-01-01T00:00:00Z",
    });
    await refuses("a schedule beyond a year", 422, "invalid_schedule", "scheduledFor", {
      scheduledFor: "2999-01-01T00:00:00Z",
    });
    await refuses("no such time zone", 422, "invalid_schedule", "timeZone", {
      scheduledFor: "2999-01-01T00:00:00",
      timeZone: "America/Sao Paulo",
    });
    await refuses("a connection that is not theirs", 404, "connection_not_found", "connections", {
      connections: { x_post: theirs },
    });
    await refuses("an unknown setting", 422, "invalid_input", "settings.nullcast", {
      settings: { x_post: { nullcast: true } },
    });
    await refuses("a priority above the option's own", 422, "invalid_priority", "priority", { priority: 99 });

    await t.step("a text that is too long is told with its count", async () => {
      const { details } =
        errorBody.parse((await enqueue({ captions: { universal: "a".repeat(300) } })).body).error;
      assert.deepEqual([details.count, details.maximum], [300, 280]);
    });

    await t.step(
      "a connection that is ended, one of several, or short of a scope is told as such",
      async () => {
        const code = async (changes: Record<string, unknown> = {}) =>
          errorBody.parse((await enqueue(changes)).body).error;
        const short = await connected(environment, user, "x", X_SCOPES.slice(0, 3));
        assert.equal((await code()).code, "connection_ambiguous");
        const missing = await code({ connections: { x_post: short } });
        assert.deepEqual([missing.code, missing.details.missing], ["missing_scope", ["media.write"]]);
        await sql`select worker.disconnect(${short}, ${userId})`;
        assert.equal((await code({ connections: { x_post: short } })).code, "connection_revoked");
      },
    );

    await t.step("the others go on: in order, each once, and the same never twice within a day", async () => {
      const request = {
        selectedOptions: ["myspace_post", "x_post", "instagram_feed", "x_post"],
        captions: { universal: "the same" },
        connections: { x_post: x, instagram_feed: instagram },
        scheduledFor: new Date(Date.now() + 86_400_000).toISOString(),
      };
      const { status, body } = await enqueue(request);
      assert.equal(status, 200, JSON.stringify(body));
      const { data, message } = body as EnqueueResponse;
      assert.equal(message, "Successfully enqueued 1 publication job(s)");
      assert.deepEqual(data.jobs.map(({ platform, status }) => [platform, status]), [["x_post", "pending"]]);
      assert.deepEqual(data.rejected.map(({ platform, code }) => [platform, code]), [
        ["myspace_post", "unknown_option"],
        ["instagram_feed", "media_missing"],
        ["x_post", "invalid_input"],
      ]);
      assert.deepEqual([data.totalEnqueued, data.totalRequested], [1, 4]);

      const again = await enqueue({ ...request, selectedOptions: ["x_post"] });
      assert.deepEqual([again.status, errorBody.parse(again.body).error.code], [409, "duplicate_content"]);
      const allowed = await enqueue({ ...request, selectedOptions: ["x_post"], allowDuplicate: true });
      assert.equal(allowed.status, 200, JSON.stringify(allowed.body));
    });

    await t.step("the balance lasts for some of them", async () => {
      await sql`update public.tools set credit_cost = 30 where tool in ('x_post', 'instagram_carousel')`;
      const { body } = await enqueue({
        selectedOptions: ["x_post"],
        connections: { x_post: x },
        captions: { universal: "dear" },
        scheduledFor: new Date(Date.now() + 86_400_000).toISOString(),
      });
      assert.equal((body as EnqueueResponse).data?.totalEnqueued, 1, JSON.stringify(body));
    });
    await refuses("too few credits", 402, "insufficient_credits", "selectedOptions.0", {
      connections: { x_post: x },
      captions: { universal: "dear too" },
    });
  } finally {
    await environment.close();
  }
});
