/** Accidents 34 to 36 of others who publish to X (docs/platforms/accidents.md), and that they are none here. */
import assert from "node:assert/strict";
import { checkOption } from "../../../shared/publishing/check_option.ts";
import { X_RULES } from "../../../shared/publishing/x_rules.ts";
import { errorOf, mediaOf } from "../../../supabase/functions/_shared/platforms/kit/work_fixture.ts";
import type { Recorded } from "../../../supabase/functions/_shared/runtime/fake_runtime.ts";
import { jsonOf } from "../../../supabase/functions/_shared/runtime/fake_runtime.ts";
import {
  fakeX,
  kindOf,
  namesOf,
  prepareAll,
  problem,
  SCOPES,
  uploaded,
  xWork,
} from "../../../supabase/functions/_shared/platforms/x/fake_x.ts";
import { x } from "../../../supabase/functions/_shared/platforms/x/x.ts";

const MIB = 1024 * 1024;
const NEVER_ABORTED = new AbortController().signal;
const WITHOUT_MEDIA = SCOPES.filter((scope) => scope !== "media.write");
const IMAGE = mediaOf("image/png", 3, { name: "a.png" });

function workWith(url: string, media = [IMAGE], scopes = SCOPES) {
  const mediaFiles = media.map(({ name, bytes, contentType }) => ({
    name,
    size: bytes,
    type: contentType,
    path: name,
  }));
  const connection = { externalId: "1001", displayName: "ana", settings: {}, scopes };
  return xWork(url, { media, content: { mediaFiles }, connection });
}

Deno.test("accident 34: 402 is said of all that X is asked, not tried again publication by publication", async () => {
  await using server = fakeX();
  const broke = problem(402, { title: "CreditsDepleted", type: kindOf("credits") });
  server.answer("post", broke);
  const post = await errorOf(x.commit(xWork(server.url)).send(NEVER_ABORTED));
  server.answer("initialize", broke);
  const upload = await errorOf(x.prepare(workWith(server.url), NEVER_ABORTED));
  for (const { failure, isAmbiguous } of [post, upload]) {
    assert.deepEqual([failure.class, failure.scope, failure.code, isAmbiguous], [
      "pause",
      "platform",
      "credits_depleted",
      false,
    ]);
  }
  assert.equal(server.requests.length, 2, "each once");
});

Deno.test("accident 35: who was not granted media.write is told so before anything is sent, and by its name", async () => {
  const caption = { caption: "A text", files: [] };
  const { issues } = checkOption(X_RULES.x_post, { ...caption, scopes: WITHOUT_MEDIA });
  assert.deepEqual(issues.map(({ code, details }) => [code, details?.missing]), [["missing_scope", [
    "media.write",
  ]]]);
  assert.deepEqual(checkOption(X_RULES.x_post, { ...caption, scopes: SCOPES }).issues, []);
  assert.ok(x.oauth.scopes.includes("media.write"), "it is asked for at the sign-in");

  await using server = fakeX();
  const unsent = await errorOf(x.prepare(workWith(server.url, [IMAGE], WITHOUT_MEDIA), NEVER_ABORTED));
  assert.deepEqual([unsent.failure.class, unsent.failure.code, server.requests.length], [
    "reconnect",
    "missing_scope",
    0,
  ]);
  // Where X has not said what was granted, its refusal is understood.
  server.answer("initialize", problem(403, { title: "Forbidden", detail: "Forbidden" }));
  const refused = await errorOf(x.prepare(workWith(server.url, [IMAGE], []), NEVER_ABORTED));
  assert.match(refused.failure.message, /media\.write/);
});

Deno.test("accident 36: an upload names its category, goes in pieces of a MiB, and each as multipart", async () => {
  for (
    const [type, category] of [["image/png", "tweet_image"], ["image/gif", "tweet_gif"], [
      "video/mp4",
      "tweet_video",
    ]]
  ) {
    await using server = fakeX();
    server.answer("initialize", uploaded("700"));
    server.answer("append", { data: { expires_at: 1 } });
    server.answer("finalize", uploaded("700"));
    const bytes = 2 * MIB + 5;
    const { acts } = await prepareAll(workWith(server.url, [mediaOf(type ?? "", bytes, { name: "file" })]));
    assert.equal(namesOf(acts).at(-1), "ready");
    assert.deepEqual(jsonOf(server.asked("initialize")[0]!), {
      media_type: type,
      total_bytes: bytes,
      media_category: category,
    });
    const pieces = await Promise.all(server.asked("append").map(pieceOf));
    assert.deepEqual(pieces, [[0, MIB], [1, MIB], [2, 5]]);
    assert.ok(
      server.requests.every(({ bytes }) => bytes.length < MIB + 1000),
      "none is refused as too large",
    );
  }
});

/** A piece's number, and how long it is. */
async function pieceOf({ bytes, headers }: Recorded): Promise<[number, number]> {
  const type = headers.get("content-type") ?? "";
  assert.match(type, /^multipart\/form-data; boundary=/);
  const form = await new Response(bytes, { headers: { "content-type": type } }).formData();
  const media = form.get("media");
  assert.ok(media instanceof File);
  return [Number(form.get("segment_index")), media.size];
}
