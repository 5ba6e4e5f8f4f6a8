import assert from "node:assert/strict";
import { film } from "../_shared/files/film_fixture.ts";
import type { PreflightResponse } from "../../../shared/requests/requests_publications.ts";
import { fakeEdgeRuntime, recordLogs } from "../_shared/runtime/fake_runtime.ts";
import { INSTAGRAM_ID, ON_INSTAGRAM, ON_X, publicationsApi, USER_ID, X_ID } from "./publications_fixture.ts";

const api = publicationsApi();
const runtime = fakeEdgeRuntime();
recordLogs();
const bytes = await film({ seconds: 10 });
const FILM = { name: "f.mp4", size: bytes.length, type: "video/mp4", path: `${USER_ID}/f.mp4` };
Deno.test.beforeEach(() =>
  void api.project.files.set(`inputs/${FILM.path}`, { bytes, contentType: "video/mp4" })
);
Deno.test.afterEach(async () => await runtime.idle());

async function preflight(changes: Record<string, unknown> = {}): Promise<PreflightResponse["data"]> {
  const body = {
    selectedOptions: ["instagram_reel", "x_post"],
    mediaFiles: [FILM],
    captions: { universal: "hi" },
    dryRun: true,
    ...changes,
  };
  const answer = await api.call("POST /enqueue", { body });
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
  return (answer.body as PreflightResponse).data;
}
/** Of each option its name and the codes of what is wrong. */
const codes = ({ options }: PreflightResponse["data"]) =>
  options.map(({ platform, issues }) => [platform, ...issues.map(({ code }) => code)]);

Deno.test("a preflight tells price, limits and what the files are, and writes nothing", async () => {
  const { options, media, totalPrice, balance } = await preflight();
  assert.deepEqual(options.map(({ platform, ok, price, limit }) => [platform, ok, price, limit?.total]), [
    ["instagram_reel", true, 1, 100],
    ["x_post", true, 1, 100],
  ]);
  assert.deepEqual(media, [{
    contentType: "video/mp4",
    bytes: bytes.length,
    width: 1080,
    height: 1920,
    durationSeconds: 10,
    framesPerSecond: 30,
    videoCodec: "avc",
    audioCodec: "aac",
  }]);
  assert.deepEqual([totalPrice, balance], [2, 10]);
  assert.deepEqual(api.project.callsOf("enqueue_publications"), []);
  assert.deepEqual([...api.project.files.keys()], ["inputs/" + `${USER_ID}/a.png`, `inputs/${FILM.path}`]);
});

Deno.test("all that is wrong with an option is told at once, and options that there are not in their place", async () => {
  api.connections = [];
  const data = await preflight({
    selectedOptions: ["myspace_post", "x_post", "instagram_story"],
    captions: { universal: "a".repeat(281) },
    scheduledFor: "2020-01-01T00:00:00Z",
    settings: { x_post: { poll: 1 } },
  });
  assert.deepEqual(codes(data), [
    ["myspace_post", "unknown_option"],
    ["x_post", "connection_not_found", "invalid_schedule", "invalid_input", "text_too_long"],
    ["instagram_story", "connection_not_found", "invalid_schedule"],
  ]);
});

Deno.test("what will be waited for is a warning", async () => {
  api.connections = [
    {
      ...ON_X,
      limit: { used: 100, total: 100, windowSeconds: 900, resetsAt: "2026-12-01T00:00:00Z", source: "ours" },
    },
    {
      ...ON_INSTAGRAM,
      state: "reconnect_needed",
      state_code: "190/463",
      state_message: "The session has expired",
    },
  ];
  const { options } = await preflight();
  assert.deepEqual(options.map(({ ok, warnings }) => [ok, warnings[0]?.code]), [
    [true, "reconnect_needed"],
    [true, "posting_limit"],
  ]);
});

Deno.test("the balance lasts for some of them, in order", async () => {
  api.project.rows.credit_accounts = [{ balance: 1 }];
  const data = await preflight();
  assert.deepEqual(codes(data), [["instagram_reel"], ["x_post", "insufficient_credits"]]);
  assert.equal(data.totalPrice, 1);
  api.project.rows.credit_accounts = [];
  assert.equal((await preflight()).balance, 0);
});

Deno.test("what was published lately is found, unless it is known not to be there", async () => {
  const job = {
    id: "j1",
    status: "completed",
    error_code: null,
    caption: "hi",
    media: [FILM],
  };
  const found = async (rows: unknown[], changes: Record<string, unknown> = {}) => {
    api.project.rows.jobs = ({ query }) =>
      Response.json(query.get("input->>connectionId") === `eq.${INSTAGRAM_ID}` ? rows : []);
    return codes(await preflight(changes))[0]?.slice(1);
  };
  assert.deepEqual(await found([job]), ["duplicate_content"]);
  assert.deepEqual(await found([job], { allowDuplicate: true }), []);
  assert.deepEqual(await found([{ ...job, caption: "other" }, { ...job, media: [] }]), []);
  assert.deepEqual(await found([{ ...job, status: "failed", error_code: "token" }]), []);
  const unknown = { ...job, status: "failed", error_code: "outcome_unknown" };
  for (const [resolved, expected] of [[null, 1], ["there", 1], ["not_there", 0]] as const) {
    api.project.rows.publications = [{ job_id: "j1", resolved }];
    assert.equal((await found([unknown]))?.length, expected, String(resolved));
  }
});

Deno.test("which connection was looked at can be chosen", async () => {
  await preflight({ connections: { x_post: X_ID } });
  assert.deepEqual(codes(await preflight({ connections: { x_post: INSTAGRAM_ID } }))[1], [
    "x_post",
    "connection_not_found",
  ]);
});
