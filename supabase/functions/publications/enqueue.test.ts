import assert from "node:assert/strict";
import type { EnqueueResponse } from "../../../shared/requests/requests_publications.ts";
import { databaseError, refusal } from "../_shared/engine/fake_supabase.ts";
import { fakeEdgeRuntime, recordLogs } from "../_shared/runtime/fake_runtime.ts";
import {
  type AskedWish,
  IMAGE,
  INSTAGRAM_ID,
  made,
  ON_INSTAGRAM,
  ON_X,
  OTHER_ID,
  publicationsApi,
  USER_ID,
  X_ID,
} from "./publications_fixture.ts";

const api = publicationsApi();
const logs = recordLogs();
const runtime = fakeEdgeRuntime();
Deno.test.afterEach(async () => await runtime.idle());

const REQUEST = {
  userId: USER_ID,
  selectedOptions: ["x_post"],
  captions: { universal: "Legenda universal" },
};
const enqueue = async (changes: Record<string, unknown> = {}, as: "user" | "server" | "nobody" = "user") =>
  await api.call("POST /enqueue", { as, body: { ...REQUEST, ...changes } });
const data = (answer: { body: unknown }) => (answer.body as EnqueueResponse).data;
/** Option, code and field of what was not enqueued. */
const rejected = (answer: { body: unknown }) =>
  data(answer).rejected.map(({ platform, code, field }) => [platform, code, field]);
const copies = () => [...api.project.files.keys()].filter((key) => key.startsWith("handed/"));

Deno.test("the answer is document 003's word for word, and beside it what was not enqueued", async () => {
  logs.length = 0;
  const answer = await enqueue({ mediaFiles: [IMAGE] });
  assert.equal(answer.status, 200);
  const { groupId, ...rest } = data(answer);
  assert.match(groupId ?? "", /^[0-9a-f-]{36}$/);
  assert.deepEqual({ ...answer.body as object, data: rest }, {
    success: true,
    message: "Successfully enqueued 1 publication job(s)",
    data: {
      jobs: [{ job_id: "0199d2c4-8a6b-7c3d-9e4f-5a6b7c8d9f00", platform: "x_post", status: "pending" }],
      totalEnqueued: 1,
      totalRequested: 1,
      rejected: [],
    },
  });
  assert.match(
    logs.join("\n"),
    /\[Publications Enqueue API\] Job created successfully .*"platform":"x_post"/,
  );
});

Deno.test("what is published is the request's, by option: caption, settings, connection, copies of files", async () => {
  const url = {
    name: "b",
    size: 1,
    type: "image/png",
    url: `${api.project.url}/storage/v1/object/${`inputs/${IMAGE.path}`}`,
  };
  await enqueue({
    mediaFiles: [IMAGE, url],
    captions: { universal: "all", specific: { x_post: "X" } },
    settings: { x_post: { replySettings: "following" }, instagram_feed: { anything: 1 } },
    connections: { x_post: X_ID.toUpperCase() },
    metadata: { campaign: 7 },
    priority: -3,
    allowDuplicate: true,
  });
  const [call] = api.project.callsOf("enqueue_publications");
  const [wish] = api.wishes();
  const { groupId, ...input } = wish?.input ?? { groupId: "" };
  assert.deepEqual({ ...wish, input }, {
    n: 0,
    tool: "x_post",
    input: {
      connectionId: X_ID,
      caption: "X",
      mediaFiles: [IMAGE, url],
      media: [IMAGE.path],
      settings: { replySettings: "following" },
      allowDuplicate: true,
    },
    metadata: { campaign: 7 },
    priority: -3,
    run_at: null,
    idempotency_key: null,
  });
  assert.ok(groupId);
  assert.deepEqual([call?.p_user_id, call?.p_by_user, call?.p_caller_drains], [USER_ID, true, true]);
  assert.deepEqual(Object.keys(call?.p_handed as object), [IMAGE.path]);
  assert.equal(copies().length, 1);
});

Deno.test("options that cannot be enqueued are told with code and field, and the others go on", async () => {
  const answer = await enqueue({
    selectedOptions: ["myspace_post", "instagram_feed", "x_post", "x_post"],
    captions: { universal: "hi", specific: { myspace_post: "for nobody" } },
    settings: { myspace_post: { privacy: "PUBLIC_TO_EVERYONE", allowComments: true } },
  });
  assert.equal(answer.status, 200);
  assert.deepEqual(rejected(answer), [
    ["myspace_post", "unknown_option", "selectedOptions.0"],
    ["instagram_feed", "media_missing", "mediaFiles"],
    ["x_post", "invalid_input", "selectedOptions.3"],
  ]);
  assert.deepEqual([data(answer).totalEnqueued, data(answer).totalRequested], [1, 4]);
  assert.deepEqual(api.wishes().map(({ n, tool }) => [n, tool]), [[2, "x_post"]]);
});

Deno.test("what the database refuses is told beside the rest, in the words of the request", async () => {
  api.project.answers.enqueue_publications = ({ p_wishes }) => ({
    ...made((p_wishes as AskedWish[]).slice(0, 1)),
    rejected: [{
      n: 1,
      code: "duplicate_content",
      message: "The same was published there within 24 hours.",
      field: "connectionId",
      details: { job_id: "j" },
      status: 409,
    }],
  });
  const answer = await enqueue({ selectedOptions: ["x_post", "instagram_feed"], mediaFiles: [JPEG] });
  assert.deepEqual(rejected(answer), [["instagram_feed", "duplicate_content", "connections"]]);
  assert.deepEqual(data(answer).rejected[0]?.details, { job_id: "j" });
});

/** Passes for a photograph of 1080 by 1080. */
const JPEG_BYTES = Uint8Array.from([
  ...[0xff, 0xd8, 0xff, 0xc0, 0, 17, 8, 0x04, 0x38, 0x04, 0x38],
  ...Array(60).fill(1),
]);
const JPEG = { name: "a.jpg", size: JPEG_BYTES.length, type: "image/jpeg", path: `${USER_ID}/a.jpg` };
Deno.test.beforeEach(() =>
  void api.project.files.set(`inputs/${JPEG.path}`, { bytes: JPEG_BYTES, contentType: "image/jpeg" })
);

Deno.test("where nothing is left the first fault is the answer, with all of them in its details", async () => {
  api.project.answers.enqueue_publications = {
    jobs: [],
    rejected: [{ n: 0, code: "duplicate_content", message: "Again.", field: null, details: {}, status: 409 }],
  };
  const answer = await enqueue({ mediaFiles: [IMAGE] });
  const { code, details } = answer.error();
  assert.deepEqual([answer.status, code, details.platform], [409, "duplicate_content", "x_post"]);
  assert.equal((details.rejected as unknown[]).length, 1);
  await runtime.idle();
  assert.deepEqual(copies(), [], "no publication has the copies");
});

Deno.test("each bad input has its code, its status and its field, and the database is not asked", async (t) => {
  const cases: [
    name: string,
    changes: Record<string, unknown>,
    status: number,
    code: string,
    field: string,
  ][] = [
    ["no media", { selectedOptions: ["instagram_reel"] }, 422, "media_missing", "mediaFiles"],
    [
      "wrong type for the option",
      { selectedOptions: ["instagram_reel"], mediaFiles: [JPEG] },
      415,
      "unsupported_file_type",
      "mediaFiles.0",
    ],
    ["text too long", { captions: { universal: "é".repeat(281) } }, 422, "text_too_long", "caption"],
    ["nothing to publish", { captions: {} }, 422, "text_missing", "caption"],
    ["unknown option", { selectedOptions: ["x_pots"] }, 422, "unknown_option", "selectedOptions.0"],
    [
      "a connection that is not theirs",
      { connections: { x_post: OTHER_ID } },
      404,
      "connection_not_found",
      "connections",
    ],
    [
      "a connection of another platform",
      { connections: { x_post: INSTAGRAM_ID } },
      404,
      "connection_not_found",
      "connections",
    ],
    [
      "a schedule in the past",
      { scheduledFor: "2020-01-01T00:00:00Z" },
      422,
      "invalid_schedule",
      "scheduledFor",
    ],
    [
      "a schedule beyond a year",
      { scheduledFor: "2999-01-01T00:00:00Z" },
      422,
      "invalid_schedule",
      "scheduledFor",
    ],
    [
      "a schedule without a zone",
      { scheduledFor: "2999-01-01T00:00:00" },
      422,
      "invalid_schedule",
      "timeZone",
    ],
    [
      "a private address",
      { mediaFiles: [{ name: "a", size: 1, type: "image/png", url: "https://10.0.0.7/a.png" }] },
      422,
      "refused_address",
      "mediaFiles.0",
    ],
    [
      "an address without anything",
      { mediaFiles: [{ name: "a", size: 1, type: "image/png", url: "http://127.0.0.1:1/a.png" }] },
      422,
      "media_unreachable",
      "mediaFiles.0",
    ],
    [
      "somebody else's file",
      { mediaFiles: [{ ...IMAGE, path: `${OTHER_ID}/a.png` }] },
      422,
      "file_not_found",
      "mediaFiles.0",
    ],
    [
      "a file that is gone",
      { mediaFiles: [{ ...IMAGE, path: `${USER_ID}/b.png` }] },
      422,
      "file_not_found",
      "mediaFiles.0",
    ],
    [
      "an unknown setting",
      { settings: { x_post: { privacy: "all" } } },
      422,
      "invalid_input",
      "settings.privacy",
    ],
    [
      "a setting that is not heeded",
      { settings: { x_post: { madeWithAi: true } } },
      422,
      "settings_ignored",
      "settings.madeWithAi",
    ],
  ];
  for (const [name, changes, status, code, field] of cases) {
    await t.step(name, async () => {
      const answer = await enqueue(changes);
      const { code: told, details } = answer.error();
      assert.deepEqual(
        [answer.status, told, details.field],
        [status, code, field],
        JSON.stringify(answer.body),
      );
      assert.deepEqual(api.project.callsOf("enqueue_publications"), []);
      assert.ok(details.platform, "the option is named");
    });
  }
});

Deno.test("a text that is too long is told with its count", async () => {
  const { details } = (await enqueue({ captions: { universal: "a".repeat(281) } })).error();
  assert.deepEqual([details.count, details.maximum], [281, 280]);
});

Deno.test("the only connection of a platform is meant, unless it is ended or there are several", async () => {
  const codeWith = async (...connections: typeof api.connections) => {
    api.connections = connections;
    const answer = await enqueue();
    return answer.status === 200 ? api.wishes().at(-1)?.input.connectionId : answer.error().code;
  };
  const other = { ...ON_X, id: OTHER_ID };
  const ended = { ...ON_X, state: "revoked" as const, state_code: "revoked" };
  assert.equal(await codeWith(ON_X, ON_INSTAGRAM), X_ID);
  assert.equal(await codeWith(ON_INSTAGRAM), "connection_not_found");
  assert.equal(await codeWith(ON_X, other), "connection_ambiguous");
  assert.equal(await codeWith(ended, other), OTHER_ID);
  assert.equal(await codeWith(ended), "connection_revoked");
  assert.equal(await codeWith({ ...ON_X, state: "reconnect_needed" }), X_ID, "it waits for its owner");
  assert.equal(
    await codeWith({ ...ON_X, scopes: ["tweet.write", "tweet.read", "users.read"] }),
    "missing_scope",
  );
});

Deno.test("a missing scope is named, of the ways to sign in that there are", async () => {
  api.connections = [{ ...ON_INSTAGRAM, scopes: ["instagram_business_basic"] }];
  const answer = await enqueue({ selectedOptions: ["instagram_feed"], mediaFiles: [JPEG] });
  const { code, message, details } = answer.error();
  assert.deepEqual([answer.status, code, details.field], [403, "missing_scope", "connections"]);
  assert.match(message, /instagram_content_publish or instagram_business_content_publish/);
});

Deno.test("what the operator has set decides what is taken, and where no app is registered the defaults do", async () => {
  const request = {
    selectedOptions: ["instagram_feed"],
    mediaFiles: [JPEG],
    captions: { universal: "#a #b" },
  };
  api.project.answers.platform_app = { settings: { hashtag_limit: 1 } };
  assert.equal((await enqueue(request)).error().code, "too_many_hashtags");
  api.project.answers.platform_app = refusal(503, "misconfigured", "No app is registered");
  assert.equal((await enqueue(request)).status, 200);
});

Deno.test("an option that is switched off is refused by name", async () => {
  api.project.rows.tools = [];
  const answer = await enqueue();
  assert.deepEqual([answer.status, answer.error().code], [409, "tool_disabled"]);
});

Deno.test("a time is handed on in UTC, and kept with what is published", async () => {
  const next = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);
  assert.equal(
    (await enqueue({ scheduledFor: `${next}T09:00:00`, timeZone: "America/Sao_Paulo" })).status,
    200,
  );
  const [wish] = api.wishes();
  assert.deepEqual([wish?.run_at, wish?.input.scheduledFor], Array(2).fill(`${next}T12:00:00.000Z`));
});

Deno.test("words about an option that nobody knows are refused, whatever is selected", async () => {
  for (
    const [field, changes] of [
      ["captions.specific.x_pots", { captions: { universal: "a", specific: { x_pots: "b" } } }],
      ["settings.x_pots", { settings: { x_pots: {} } }],
      ["connections.x_pots", { connections: { x_pots: X_ID } }],
    ] as const
  ) {
    const { code, details } = (await enqueue(changes)).error();
    assert.deepEqual([code, details.field], ["invalid_input", field]);
  }
  const unselected = { settings: { instagram_reel: { x: 1 } }, connections: { instagram_feed: OTHER_ID } };
  assert.equal((await enqueue(unselected)).status, 200);
});

Deno.test("users publish for themselves, servers for whom they name, others for nobody", async () => {
  assert.equal((await enqueue({ userId: OTHER_ID })).error().code, "forbidden");
  assert.equal((await enqueue({ userId: undefined }, "server")).error().code, "invalid_input");
  assert.equal((await enqueue({}, "nobody")).status, 401);
  assert.equal((await enqueue({ userId: OTHER_ID }, "server")).status, 200);
  const [call] = api.project.callsOf("enqueue_publications");
  assert.deepEqual([call?.p_user_id, call?.p_by_user], [OTHER_ID, false]);
});

Deno.test("where the database refuses all of it the copies are given back, and where it does not answer they stay", async () => {
  for (
    const [answer, left] of [[databaseError(), 0], [new Response("bad gateway", { status: 502 }), 1]] as const
  ) {
    api.project.files.clear();
    api.project.files.set(`inputs/${IMAGE.path}`, { bytes: JPEG_BYTES, contentType: "image/png" });
    api.project.answers.enqueue_publications = answer;
    assert.ok((await enqueue({ mediaFiles: [IMAGE] })).status >= 500);
    await runtime.idle();
    assert.equal(copies().length, left);
  }
});
