import assert from "node:assert/strict";
import { claimResponse } from "../../../shared/requests/requests_workers.ts";
import { databaseError, refusal } from "../_shared/engine/fake_supabase.ts";
import { PNG } from "../_shared/files/png_fixture.ts";
import { recordLogs } from "../_shared/runtime/fake_runtime.ts";
import { itemOf, JOB_ID, TOKEN, USER_ID, workersApi } from "./workers_api_fixture.ts";

const logs = recordLogs();
const { project, call } = workersApi();
const REQUEST = { lane: "external", worker: "w1" };
const FILES = { image: { types: ["image/png"], max_bytes: 1000 } };
const PHOTO = `${USER_ID}/photo.png`;
const COPY = `${USER_ID}/5e1d3c2b-6a7f-4b8c-9d0e-1f2a3b4c5d6e.png`;

const claim = async (body: Record<string, unknown> = {}) => {
  const answer = await call("claim", { ...REQUEST, ...body });
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
  return claimResponse.parse(answer.body);
};

Deno.test("a worker gets its job with all that it needs, and no rule that is not its concern", async () => {
  const settings = { voice: "low", files: FILES, input_schema: { type: "object" } };
  project.answers.claim = [
    itemOf({ input: { image: PHOTO, scale: 2 }, settings, handed: { [PHOTO]: COPY } }),
  ];
  project.files.set(`handed/${COPY}`, { bytes: new Uint8Array(1), contentType: "image/png" });
  const { jobs, nextClaimSeconds } = await claim();
  const { deadlineAt, ...job } = jobs[0] ?? assert.fail();
  assert.deepEqual(job, {
    id: JOB_ID,
    token: TOKEN,
    tool: "portrait",
    input: { image: PHOTO, scale: 2 },
    files: { image: [`${project.url}/storage/v1/object/signed/handed/${COPY}`] },
    metadata: { projectId: "p" },
    settings: { voice: "low" },
    userId: USER_ID,
    attempt: 2,
    leaseSeconds: 120,
    createdAt: "2026-11-01T12:00:00+00:00",
  });
  assert.ok(Date.parse(deadlineAt) > Date.now());
  assert.equal(nextClaimSeconds, 0, "there may be more");
  assert.deepEqual(project.callsOf("claim"), [{ p_lane: "external", p_worker: "w1", p_qty: 1 }]);
});

Deno.test("a field may name several files, which are given in its order", async () => {
  const paths = ["b", "a"].map((name) => `${USER_ID}/${name}.png`);
  for (const path of paths) {
    project.files.set(`inputs/${path}`, { bytes: PNG, contentType: "image/png" });
  }
  const files = { image: { ...FILES.image, max_count: 2 } };
  project.answers.claim = [itemOf({ input: { image: paths }, settings: { files } })];
  const { jobs } = await claim();
  // A job that was created without copies gets them now.
  const copies = project.callsOf("hand_over")[0]?.p_handed as Record<string, string>;
  const urls = paths.map((path) => `${project.url}/storage/v1/object/signed/handed/${copies[path]}`);
  assert.deepEqual(jobs[0]?.files, { image: urls });
});

Deno.test("a file that is optional and not named is no file", async () => {
  project.answers.claim = [itemOf({ input: { prompt: "a cat" }, settings: { files: FILES } })];
  assert.deepEqual((await claim()).jobs[0]?.files, {});
});

Deno.test("with nothing to do a worker hears when to ask again", async () => {
  assert.deepEqual(await claim({ quantity: 3 }), { jobs: [], nextClaimSeconds: 5 });
  project.answers.claim = [itemOf()];
  assert.equal((await claim({ quantity: 3 })).nextClaimSeconds, 5);
});

Deno.test("a job whose input is gone fails for good and is not handed out", async () => {
  project.answers.claim = [itemOf({ input: { image: PHOTO }, settings: { files: FILES } })];
  assert.deepEqual((await claim()).jobs, []);
  assert.deepEqual(project.failures(), [["never", "input_gone"]]);
});

Deno.test("a job whose input cannot be read just now waits, which uses up no attempt", async () => {
  project.answers.claim = [itemOf({ input: { image: PHOTO }, settings: { files: FILES } })];
  project.storageIsDown = true;
  assert.deepEqual((await claim()).jobs, []);
  assert.deepEqual(project.failures(), [["wait", "storage_unavailable"]]);
});

Deno.test("without a secret key nobody claims", async () => {
  for (const key of ["", "sb_publishable_test", "sb_secret_wrong"]) {
    const answer = await call("claim", REQUEST, key);
    assert.equal(answer.status, 401, key);
    assert.equal(answer.error()[0], "unauthenticated");
  }
  assert.deepEqual(project.calls, []);
});

Deno.test("a claim that makes no sense is refused, and the field named", async () => {
  for (
    const [field, value] of [["lane", ""], ["worker", ""], ["worker", 7], ["quantity", 0], ["quantity", 21], [
      "quantity",
      1.5,
    ], ["priority", 1]] as const
  ) {
    const answer = await call("claim", { ...REQUEST, [field]: value });
    assert.deepEqual([answer.status, ...answer.error()], [422, "invalid_input", field]);
  }
  assert.deepEqual((await call("claim", "{")).error()[0], "invalid_json");
});

Deno.test("a body that is too large is not read", async () => {
  const answer = await call("claim", { ...REQUEST, worker: "x".repeat(1024 * 1024) });
  assert.deepEqual([answer.status, answer.error()[0]], [413, "payload_too_large"]);
});

Deno.test("what the database refuses is answered with its code", async () => {
  project.answers.claim = refusal(409, "lane_not_pull", "not for claiming", "lane");
  const answer = await call("claim", REQUEST);
  assert.deepEqual([answer.status, ...answer.error()], [409, "lane_not_pull", "lane"]);
  project.answers.claim = databaseError();
  assert.equal((await call("claim", REQUEST)).status, 500);
});

Deno.test("no token is logged", () => {
  assert.ok(logs.some((line) => line.includes(`Job ${JOB_ID}: running`)));
  assert.equal(logs.some((line) => line.includes(TOKEN) || line.includes("sb_secret")), false);
});
