/** Publishing as an app does it, by the function `publications`: from document 003's request to a post that is there. */
import { eventually } from "@esteira/local-supabase/testing";
import { serveLocally } from "@esteira/simulators/kit/http_server";
import assert from "node:assert/strict";
import { errorBody } from "../../shared/errors/error_body.ts";
import type {
  EnqueueResponse,
  PreflightResponse,
  ProcessPublicationResponse,
  PublicationsPage,
} from "../../shared/requests/requests_publications.ts";
import type { Publication } from "../../shared/rows/publication.ts";
import { callFunction, uploadInput } from "../world/api.ts";
import { connectAccount } from "../world/connect.ts";
import { drawPicture } from "../world/picture.ts";
import { Scene } from "../world/scene.ts";

const scene = await Scene.start();
const { environment, user } = scene;
const { sql, x } = environment;
const { accessToken: token, userId } = user;
Deno.test.afterAll(() => scene.close());
await sql`update public.tools set is_enabled = true where lane = 'publication'`;

const granted = x.grant("ana");
const account = {
  external_id: granted.account.id,
  display_name: granted.account.username,
  avatar_url: null,
  scopes: [...granted.scopes],
  settings: {},
};
const tokens = {
  access_token: granted.access_token,
  refresh_token: granted.refresh_token ?? null,
  expires_in: granted.expires_in ?? null,
};
await sql`select from worker.save_connection(${userId}, 'x', ${sql.json(account)}, ${sql.json(tokens)})`;

const call = async (path: string, body?: unknown, method = body === undefined ? "GET" : "POST") =>
  await callFunction(environment, `publications${path}`, { token, method, body });
async function enqueue(changes: Record<string, unknown>) {
  const body = { userId, selectedOptions: ["x_post"], mediaFiles: [], settings: {}, ...changes };
  const answer = await call("/enqueue", body);
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
  return (answer.body as EnqueueResponse).data;
}
const read = async (id: string) => {
  const { status, body } = await call(`/${id}`);
  assert.equal(status, 200, JSON.stringify(body));
  return (body as { publication: Publication }).publication;
};
const ended = async (id: string) =>
  await eventually(async () => {
    const publication = await read(id);
    return ["completed", "failed", "cancelled"].includes(publication.status) ? publication : undefined;
  }, { what: "the end of a publication", timeoutMs: 30_000 });
const soon = () => new Date(Date.now() + 3_600_000).toISOString();

// @acceptance 003:9, 003:43, 003:86-140, 003:91, 003:93-100, 003:101-106, 003:107-112, 003:117-137, 003:252, 003:253
Deno.test("document 003's request is looked at first, enqueued, and there with its picture and its address", async () => {
  const picture = drawPicture(64);
  const path = await uploadInput(user, picture);
  const elsewhere = serveLocally(() => new Response(picture, { headers: { "content-type": "image/png" } }));
  try {
    const request = {
      mediaFiles: [
        { name: "a.png", size: picture.length, type: "image/png", path },
        { name: "b.png", size: picture.length, type: "image/png", url: `${elsewhere.url}/b.png` },
      ],
      captions: { universal: "Legenda universal", specific: { x_post: "Legenda para X" } },
      settings: { x_post: { madeWithAi: true } },
    };
    const looked = await call("/enqueue", { selectedOptions: ["x_post"], ...request, dryRun: true });
    const preflight = (looked.body as PreflightResponse).data;
    assert.deepEqual([preflight.options[0]?.ok, preflight.options[0]?.issues], [true, []]);
    assert.deepEqual(preflight.media.map((probe) => [probe?.contentType, probe?.width]), [
      ["image/png", 64],
      ["image/png", 64],
    ]);
    const { jobs: [job] } = await enqueue(request);
    assert.ok(job);
    const there = await ended(job.job_id);
    assert.equal(there.status, "completed", `${there.error_code}: ${there.error_message}`);
    const posts = x.posts().filter(({ text }) => text === "Legenda para X");
    assert.equal(posts.length, 1);
    assert.equal(posts[0]?.media.length, 2);
    assert.deepEqual([there.post_id, there.option, there.caption], [
      posts[0]?.id,
      "x_post",
      "Legenda para X",
    ]);
    assert.ok(there.permalink && there.committed_at && there.steps.some(({ step }) => step === "commit"));
    const lines = scene.lines.join("\n");
    assert.match(
      lines,
      new RegExp(`\\[Publications Enqueue API\\] Job created successfully .*${job.job_id}`),
    );
    assert.match(
      lines,
      new RegExp(`\\[Process Publication API\\] Job completed successfully .*${job.job_id}`),
    );
  } finally {
    await elsewhere.close();
  }
});

Deno.test("a publication for later is shown with its time, and is cancelled and done again", async () => {
  const scheduledFor = soon();
  const { jobs: [job], groupId } = await enqueue({ captions: { universal: "Later" }, scheduledFor });
  assert.ok(job);
  const waiting = await read(job.job_id);
  assert.deepEqual([waiting.status, waiting.scheduled_for, waiting.group_id], [
    "pending",
    scheduledFor,
    groupId,
  ]);
  const cancelled = await call(`/${job.job_id}`, undefined, "DELETE");
  assert.equal((cancelled.body as { publication: Publication }).publication.status, "cancelled");
  const again = await call(`/${job.job_id}/retry`, {});
  assert.equal(again.status, 201, JSON.stringify(again.body));
  const { publication } = again.body as { publication: Publication };
  assert.notEqual(publication.id, job.job_id);
  assert.equal((await ended(publication.id)).status, "completed");
});

Deno.test("asked for twice with one key it is enqueued once, also when its file is gone", async () => {
  const picture = drawPicture(32);
  const path = await uploadInput(user, picture);
  const request = {
    captions: { universal: "Once" },
    mediaFiles: [{ name: "a.png", size: picture.length, type: "image/png", path }],
    scheduledFor: soon(),
    idempotencyKey: "once",
  };
  const first = await enqueue(request);
  await user.client.storage.from("inputs").remove([path]);
  assert.deepEqual(await enqueue(request), first);
  const otherwise = await call("/enqueue", {
    selectedOptions: ["x_post"],
    ...request,
    captions: { universal: "Else" },
  });
  assert.deepEqual([otherwise.status, errorBody.parse(otherwise.body).error.code], [
    409,
    "idempotency_conflict",
  ]);
});

Deno.test("pages hold each publication once, newest first, and say how groups stand", async () => {
  const { groupId } = await enqueue({ captions: { universal: "In a group" }, scheduledFor: soon() });
  const seen: string[] = [];
  let cursor: string | null = null;
  do {
    const { body } = await call(`?limit=2${cursor === null ? "" : `&cursor=${cursor}`}`);
    const page: PublicationsPage = body as PublicationsPage;
    seen.push(...page.publications.map(({ id }) => id));
    cursor = page.nextCursor;
  } while (cursor !== null);
  const rows = await sql`
    select job_id from public.publications where user_id = ${userId} order by created_at desc, job_id desc`;
  assert.deepEqual(seen, rows.map(({ job_id }) => job_id));
  const { groups } = (await call(`?group=${groupId}`)).body as PublicationsPage;
  assert.deepEqual(groups, [{ group_id: groupId, state: "pending", total: 1, completed: 0, failed: 0 }]);
  const completed = (await call("?status=completed&platform=x")).body as PublicationsPage;
  assert.ok(completed.publications.length >= 2);
  assert.ok(completed.publications.every(({ status }) => status === "completed"));
});

// @acceptance 003:142-158, 003:268
Deno.test("the project works on one publication now; nobody else may have it done", async () => {
  const { jobs: [job] } = await enqueue({ captions: { universal: "Now" } });
  const body = { job_id: job?.job_id, user_id: userId, platform: "x_post", content: { caption: "ignored" } };
  const path = "publications/internal/process-publication";
  assert.equal((await callFunction(environment, path, { token, body })).status, 401);
  const { secretKey } = environment.deployment;
  const answer = await callFunction(environment, path, { apiKey: secretKey, body });
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
  assert.equal((answer.body as ProcessPublicationResponse).data.job_id, job?.job_id);
  const stranger = { ...body, user_id: crypto.randomUUID() };
  assert.equal((await callFunction(environment, path, { apiKey: secretKey, body: stranger })).status, 404);
  assert.equal((await ended(job?.job_id ?? "")).status, "completed");
  assert.equal(x.posts().filter(({ text }) => text === "Now").length, 1);
});

Deno.test("nobody sees or touches a stranger's publication", async () => {
  const { jobs: [job] } = await enqueue({ captions: { universal: "Mine" }, scheduledFor: soon() });
  const stranger = await environment.signUp(5);
  const as = async (path: string, method: string, body?: unknown) =>
    (await callFunction(environment, `publications${path}`, { token: stranger.accessToken, method, body }))
      .status;
  const id = `/${job?.job_id}`;
  assert.deepEqual(
    [
      await as(id, "GET"),
      await as(id, "DELETE"),
      await as(`${id}/retry`, "POST"),
      await as(`${id}/resolve`, "POST", { resolved: "there" }),
    ],
    [404, 404, 404, 404],
  );
  const page = await callFunction(environment, "publications", {
    token: stranger.accessToken,
    method: "GET",
  });
  assert.deepEqual(page.body, { publications: [], groups: [], nextCursor: null });
});

Deno.test("of one whose outcome is unknown its owner says what they found, once", async () => {
  const fault = { kind: "http_error", path: "timeline", status: 503, times: 1000 } as const;
  x.misbehave({ contains: "Who knows", times: 1, fault: { kind: "cut_answer", path: "commit", times: 1 } });
  x.misbehave({ times: 1, fault });
  const { jobs: [job] } = await enqueue({ captions: { universal: "Who knows" } });
  const id = job?.job_id ?? "";
  await eventually(async () => (await read(id)).committed_at ?? undefined, { what: "the commit" });
  await eventually(() => x.posts().some(({ text }) => text === "Who knows") || undefined, {
    what: "the post",
  });
  assert.equal(codeOf(await call(`/${id}`, undefined, "DELETE")), "job_finishing");
  assert.equal(codeOf(await call(`/${id}/resolve`, { resolved: "there" })), "not_unknown");

  // Until no worker is at it any more.
  const unknown = await eventually(async () => {
    await sql`
      update public.jobs set deadline_at = clock_timestamp() - interval '1 hour'
      where id = ${id} and status = 'processing'`;
    await sql`select worker.reap()`;
    const publication = await read(id);
    return publication.status === "failed" ? publication : undefined;
  }, { what: "the end of it", timeoutMs: 20_000 });
  assert.deepEqual([unknown.error_code, unknown.refund], ["outcome_unknown", "due"]);
  assert.equal(codeOf(await call(`/${id}/retry`, {})), "duplicate_content");
  const there = await call(`/${id}/resolve`, { resolved: "there", reason: "I looked" });
  const { publication } = there.body as { publication: Publication };
  assert.deepEqual([publication.status, publication.resolved, publication.refund], [
    "failed",
    "there",
    "withheld",
  ]);
  assert.equal(codeOf(await call(`/${id}/resolve`, { resolved: "not_there" })), "already_resolved");
});

function codeOf({ body }: { body: unknown }): string {
  return errorBody.parse(body).error.code;
}

Deno.test("who looks first is told what the platform says now may still be posted", async () => {
  const picture = drawPicture(64);
  const path = await uploadInput(user, picture);
  const { id } = await connectAccount(environment, user, "instagram", "bruno");
  const looked = await call("/enqueue", {
    selectedOptions: ["instagram_feed"],
    mediaFiles: [{ name: "a.png", size: picture.length, type: "image/png", path }],
    connections: { instagram_feed: id },
    dryRun: true,
  });
  const { options: [option] } = (looked.body as PreflightResponse).data;
  assert.deepEqual([option?.limit?.source, option?.limit?.used], ["platform", 0]);
});
