/** A request that comes again with the same key asks the database for the same, whatever has changed since. */
import assert from "node:assert/strict";
import { fakeEdgeRuntime, recordLogs } from "../_shared/runtime/fake_runtime.ts";
import { IMAGE, made, ON_X, OTHER_ID, publicationsApi, X_ID } from "./publications_fixture.ts";

const api = publicationsApi();
const runtime = fakeEdgeRuntime();
recordLogs();
Deno.test.afterEach(async () => await runtime.idle());

const SOON = new Date(Date.now() + 60_000).toISOString();
const enqueue = async (changes: Record<string, unknown> = {}) =>
  await api.call("POST /enqueue", {
    body: {
      selectedOptions: ["x_post"],
      captions: { universal: "hi" },
      mediaFiles: [IMAGE],
      idempotencyKey: "click",
      scheduledFor: SOON,
      ...changes,
    },
  });

/** As if it had been enqueued an hour before its time. */
function wasEnqueued(): void {
  api.project.rows.jobs = [{
    idempotency_key: "click:x_post",
    created_at: new Date(Date.parse(SOON) - 3_600_000).toISOString(),
    connection_id: X_ID,
  }];
}

Deno.test("each option has a key of its own, and the whole request one group", async () => {
  await enqueue();
  await enqueue();
  const [first, second] = api.wishes();
  assert.equal(first?.idempotency_key, "click:x_post");
  assert.deepEqual(first?.input, second?.input, "the same is asked for");
  await enqueue({ idempotencyKey: "other" });
  await enqueue({ idempotencyKey: undefined });
  const groups = new Set(api.wishes().map(({ input }) => input.groupId));
  assert.equal(groups.size, 3);
});

Deno.test("asked again, the same is asked for: after its time, without its file, with another connection beside", async () => {
  await enqueue();
  const [first] = api.wishes();
  wasEnqueued();
  api.connections = [ON_X, { ...ON_X, id: OTHER_ID }];
  api.project.files.clear();
  api.project.rows.tools = [];
  api.project.answers.enqueue_publications = ({ p_wishes }) => {
    const { jobs, rejected } = made(p_wishes as Parameters<typeof made>[0]);
    return { jobs: jobs.map((one) => ({ ...one, is_new: false })), rejected };
  };
  const answer = await enqueue();
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
  assert.deepEqual(api.wishes().at(-1), first);
  assert.deepEqual([...api.project.files.keys()], [], "nothing is copied");
});

Deno.test("asked otherwise with the same key, the database is asked for that, and refuses it", async () => {
  wasEnqueued();
  api.project.answers.enqueue_publications = {
    jobs: [],
    rejected: [{
      n: 0,
      code: "idempotency_conflict",
      message: "The key is another's",
      field: "idempotency_key",
      details: { job_id: "j" },
      status: 409,
    }],
  };
  const answer = await enqueue({ captions: { universal: "other" } });
  assert.deepEqual([answer.status, answer.error().code, answer.error().details.field], [
    409,
    "idempotency_conflict",
    "idempotencyKey",
  ]);
  assert.equal(api.wishes().at(-1)?.input.caption, "other");
});
