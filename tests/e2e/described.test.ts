import assert from "node:assert/strict";
import { eventually } from "@esteira/local-supabase/testing";
import type { TaskView } from "@esteira/simulators/kit/task_view";
import { OPERATIONS } from "../../shared/operations/all.ts";
import { openapiDocument } from "../../shared/operations/openapi_document.ts";
import {
  jobResponse,
  jobsResponse,
  shownJobResponse,
  uploadResponse,
} from "../../shared/requests/requests.ts";
import { claimResponse, resultUploadResponse } from "../../shared/requests/requests_workers.ts";
import { ticketResponse } from "../../shared/requests/requests_events.ts";
import { jobsPage } from "../../shared/requests/lists.ts";
import { modelsResponse } from "../../shared/rows/model.ts";
import { toolsResponse } from "../../shared/rows/tool.ts";
import { startEnvironment } from "../world/environment.ts";
import { drawPicture } from "../world/picture.ts";
import { uploadInput } from "../world/api.ts";
import { DescribedApi } from "./described_api.ts";
import { askConnections, askPublications, askResolve } from "./described_publishing.ts";
import { moveTool } from "../world/move_tool.ts";

/** Those that are about no job. */
const WITH_IDS_OF_THEIR_OWN = ["getModelStatus", "getPublication"];

/** Those that have no error which a test can bring about without breaking what they stand on. */
const WITHOUT_ERRORS = ["getOpenapi"];

Deno.test("every operation is called and answers as the OpenAPI document says, when it succeeds and when it refuses", async (t) => {
  const environment = await startEnvironment();
  const { deployment, sql } = environment;
  const url = `${deployment.apiUrl}/functions/v1`;
  const api = new DescribedApi(url);
  const picture = drawPicture(24);
  const [user, stranger] = [await environment.signUp(200), await environment.signUp(1)];
  const headersOf = (token: string) => ({
    apikey: deployment.publishableKey,
    authorization: `Bearer ${token}`,
  });
  const headers = headersOf(user.accessToken);
  const server = { apikey: deployment.secretKey };
  const nobody = { apikey: deployment.publishableKey };
  const id = crypto.randomUUID();

  /** Reads a job until it has ended, and expects it to have completed. */
  const completed = (id: string) =>
    eventually(async () => {
      const { job } = shownJobResponse.parse(await api.ask("getJob", 200, { params: { id }, headers }));
      assert.notEqual(job.status, "failed", job.error_message ?? "");
      return job.status === "completed" ? job : undefined;
    }, { what: "the job to complete", timeoutMs: 20_000 });
  const create = async (tool: string, input: Record<string, unknown>, more: Record<string, unknown> = {}) =>
    jobResponse.parse(await api.ask("createJob", 201, { body: { tool, input, ...more }, headers })).job;

  try {
    await t.step("what there is to know before a job", async () => {
      const served = await api.ask("getOpenapi", 200, { headers: {} });
      assert.deepEqual(served, JSON.parse(JSON.stringify(openapiDocument({ url }))));
      const { tools } = toolsResponse.parse(await api.ask("listTools", 200, { headers }));
      assert.ok(tools.length > 3 && !JSON.stringify(tools).includes("webapp_id"));
      await api.ask("listTools", 401, { headers: nobody });
      await api.ask("listCredits", 200, { query: [["limit", "1"]], headers });
      await api.ask("listCredits", 422, { query: [["cursor", "x"]], headers });
      await api.ask("listCredits", 401, { headers: nobody });
      await api.ask("getRealtimeConfig", 200, { headers });
      await api.ask("getRealtimeConfig", 401, { headers: nobody });
    });

    let image = "";
    await t.step("uploads", async () => {
      const body = { tool: "upscaler", contentType: "image/png", size: picture.length };
      const place = uploadResponse.parse(await api.ask("createUpload", 201, { body, headers }));
      const put = await fetch(place.signedUrl, {
        method: "PUT",
        headers: { "content-type": "image/png" },
        body: picture,
      });
      assert.equal(put.status, 200, await put.text());
      image = place.path;
      await api.ask("createUpload", 404, { body: { ...body, tool: "teleporter" }, headers });
      await api.ask("createUpload", 413, { body: { ...body, size: 1e12 }, headers });
      await api.ask("createUpload", 415, { body: { ...body, contentType: "text/html" }, headers });
      await api.ask("createUpload", 422, { body: { ...body, field: "constructor" }, headers });
    });

    // @acceptance 002:49, 003:300
    await t.step("a job, from a click to a result on the screen", async () => {
      const job = await create("upscaler", { image }, {
        priority: -1,
        idempotencyKey: "k",
        metadata: { note: "é" },
      });
      assert.equal(job.priority, -1);
      await api.ask("getPosition", 200, { params: { id: job.id }, headers });
      const { output, request_id } = await completed(job.id);
      const shown = await fetch(output?.files[0]?.signedUrl ?? "");
      assert.deepEqual([shown.status, shown.headers.get("content-type")], [200, "image/png"]);
      await shown.body?.cancel();
      const params = { requestId: request_id ?? "" };
      await api.ask("getJobByRequest", 200, { params, headers });
      await api.ask("getJobByRequest", 404, { params, headers: headersOf(stranger.accessToken) });
      await api.ask("getJobsById", 200, { query: [["id", id], ["id", job.id]], headers });
      await api.ask("getJobsById", 422, { query: [["id", "no-id"]], headers });
      await api.ask("cancelJob", 200, { params: { id: job.id }, headers });
      await api.ask("retryJob", 409, { params: { id: job.id }, headers });
    });

    await t.step("what is polled is answered in no words to who has it already", async () => {
      const { jobs: [job] } = jobsPage.parse(await api.ask("listJobs", 200, { headers }));
      const ids: Readonly<Record<string, string>> = { id: job?.id ?? "", requestId: job?.request_id ?? "" };
      const tagged = OPERATIONS.filter(({ isTagged, id }) => isTagged && !WITH_IDS_OF_THEIR_OWN.includes(id));
      assert.ok(tagged.length >= 6);
      for (const operation of tagged) {
        const path = operation.path.replaceAll(/\{(\w+)\}/g, (_, name) => ids[name] ?? "");
        const address = `${url}/${operation.function}${path}${
          operation.id === "getJobsById" ? `?id=${ids.id}` : ""
        }`;
        const first = await fetch(address, { headers });
        await first.body?.cancel();
        const tag = first.headers.get("etag") ?? assert.fail(`${operation.id}: no ETag`);
        const again = await fetch(address, { headers: { ...headers, "if-none-match": tag } });
        assert.deepEqual([again.status, await again.text()], [304, ""], operation.id);
        const late = Date.now() - Date.parse(again.headers.get("esteira-time") ?? "");
        assert.ok(Math.abs(late) < 10_000, `${operation.id}: ${late} ms`);
      }
    });

    await t.step("what is refused", async () => {
      const wish = { tool: "upscaler", input: { image } };
      const refused: [number, Record<string, unknown> | string, Record<string, string>?][] = [
        [400, "{"],
        [401, wish, nobody],
        [403, { ...wish, userId: stranger.userId }],
        [404, { ...wish, tool: "teleporter" }],
        [404, { tool: "image", input: { prompt: "x" }, userId: id }, server],
        [415, {
          ...wish,
          input: { image: await uploadInput(user, new TextEncoder().encode("no image at all")) },
        }],
        [422, { ...wish, priority: 1 }],
        [422, { ...wish, input: { image, scale: 3 } }],
        [422, { ...wish, input: { image: `${user.userId}/nothing.png` } }],
      ];
      for (const [status, body, as = headers] of refused) {
        await api.ask("createJob", status, { body, headers: as });
        if (typeof body === "string") continue;
        const { userId, ...job } = body;
        await api.ask("createJobs", status, {
          body: { jobs: [job], ...userId ? { userId } : {} },
          headers: as,
        });
      }
      await api.ask("createJobs", 402, { body: { jobs: Array(500).fill(wish) }, headers });
      await api.ask("createJobs", 413, { body: `"${"x".repeat(9_000_000)}"`, headers });
      for (const operation of ["getJob", "getPosition", "cancelJob", "retryJob"]) {
        for (const unknown of [id, "no-id", "\0"]) {
          await api.ask(operation, 404, { params: { id: unknown }, headers });
        }
      }
      await sql`update public.tools set credit_cost = 0 where tool = 'image'`;
      const free = { tool: "image", input: { prompt: "x" } };
      await api.ask("createJob", 404, { body: { ...free, userId: id }, headers: server });
      await api.ask("createJobs", 404, { body: { jobs: [free], userId: id }, headers: server });
      await sql`update public.tools set is_enabled = false where tool = 'upscaler'`;
      await api.ask("createJob", 409, { body: wish, headers });
      await sql`update public.tools set is_enabled = true where tool = 'upscaler'`;
    });

    // @acceptance 003:300, 003:301
    await t.step("batches, lists, cancelling and retrying", async () => {
      const wish = {
        tool: "upscaler",
        input: { image },
        runAt: new Date(Date.now() + 3_600_000).toISOString(),
      };
      const body = { jobs: [wish, { ...wish, priority: 7 }], userId: user.userId };
      const { jobs } = jobsResponse.parse(await api.ask("createJobs", 201, { body, headers: server }));
      assert.deepEqual(jobs.map(({ priority }) => priority), [0, 7]);
      const query: [string, string][] = [["status", "pending"], ["status", "processing"], [
        "tool",
        "upscaler",
      ], ["limit", "1"]];
      const first = jobsPage.parse(await api.ask("listJobs", 200, { query, headers }));
      const next: [string, string][] = [...query, ["cursor", first.nextCursor ?? ""]];
      const second = jobsPage.parse(await api.ask("listJobs", 200, { query: next, headers }));
      assert.deepEqual(
        [...first.jobs, ...second.jobs].map(({ id }) => id).toSorted(),
        jobs.map(({ id }) => id).toSorted(),
      );
      assert.equal(second.nextCursor, null);
      await api.ask("listJobs", 404, { query: [["tool", "teleporter"]], headers });
      await api.ask("listJobs", 422, { query: [["status", "done"]], headers });
      const params = { id: jobs[0]?.id ?? "" };
      await api.ask("cancelJob", 200, { params, headers });
      await api.ask("retryJob", 201, { params, headers });
    });

    await t.step("models", async () => {
      const images = await Promise.all([11, 12, 13, 14].map((side) => uploadInput(user, drawPicture(side))));
      await create("model_training", { name: "Ana", subject: "woman", images });
      const { models: [model] } = modelsResponse.parse(await api.ask("listModels", 200, { headers }));
      await api.ask("getModelStatus", 200, { params: { id: model?.id ?? "" }, headers });
      await api.ask("getModelStatus", 404, {
        params: { id: model?.id ?? "" },
        headers: headersOf(stranger.accessToken),
      });
      await api.ask("listModels", 401, { headers: nobody });
    });

    await t.step("connections and publications", async () => {
      const callers = { user, headers, stranger: headersOf(stranger.accessToken), server, nobody };
      const connection = await askConnections(environment, api, callers);
      await askPublications(environment, api, connection, callers);
      await askResolve(environment, api, connection, callers);
    });

    await t.step("streams", async () => {
      const [project] = await sql`insert into public.projects (user_id) values (${user.userId}) returning id`;
      const { url: address } = ticketResponse.parse(await api.ask("createTicket", 201, { headers }));
      const query: [string, string][] = [["project", String(project?.id)], ["lane", "kie"], ["lane", "fal"]];
      const stream = await fetch(`${address}&${new URLSearchParams(query)}`);
      assert.equal(stream.headers.get("content-type"), "text/event-stream");
      const { value } = await stream.body?.pipeThrough(new TextDecoderStream()).getReader().read() ?? {};
      api.answered("streamEvents", stream.status, value);
      await api.ask("createTicket", 401, { headers: nobody });
      await api.ask("streamEvents", 401, { headers: nobody });
      await api.ask("streamEvents", 404, { query, headers: headersOf(stranger.accessToken) });
      await api.ask("streamEvents", 404, { query: [["lane", "nowhere"]], headers });
      await api.ask("streamEvents", 422, { query: [["lane", "No Where"]], headers });
    });

    await t.step("workers outside", async () => {
      await sql`
        insert into public.tools (tool, lane, titles, settings) values ('outside', 'external', '{"en": "Outside"}', ${
        sql.json({
          files: { image: { types: ["image/png"], max_bytes: 100000 } },
          input_schema: { type: "object" },
        })
      })`;
      const claim = async () => {
        await create("outside", { image, words: ["é", "x"] });
        const body = { lane: "external", worker: "w1" };
        const { jobs: [job] } = claimResponse.parse(
          await api.ask("claimJobs", 200, { body, headers: server }),
        );
        return { jobId: job?.id ?? "", token: job?.token ?? "" };
      };
      const attempt = await claim();
      await api.ask("sendHeartbeat", 200, { body: attempt, headers: server });
      await api.ask("sendProgress", 200, { body: { ...attempt, progress: 50 }, headers: server });
      const file = { ...attempt, contentType: "image/png", size: picture.length };
      const place = resultUploadResponse.parse(
        await api.ask("createResultUpload", 201, { body: file, headers: server }),
      );
      const put = await fetch(place.signedUrl, {
        method: "PUT",
        headers: { "content-type": "image/png" },
        body: picture,
      });
      assert.equal(put.status, 200, await put.text());
      const elsewhere = { ...attempt, files: [{ path: "elsewhere.png" }] };
      await api.ask("completeJob", 422, { body: elsewhere, headers: server });
      const result = { ...attempt, files: [{ path: place.path }], output: { seconds: 2 } };
      await api.ask("completeJob", 200, { body: result, headers: server });
      await completed(attempt.jobId);
      await api.ask("createResultUpload", 409, { body: file, headers: server });
      const failure = {
        ...await claim(),
        retryClass: "never",
        code: "no_face",
        message: "There is no face.",
      };
      await api.ask("failJob", 200, { body: { ...failure, raw: { a: [1, null] } }, headers: server });

      await api.ask("claimJobs", 404, { body: { lane: "nowhere", worker: "w1" }, headers: server });
      await api.ask("claimJobs", 409, { body: { lane: "runninghub", worker: "w1" }, headers: server });
      await api.ask("claimJobs", 401, { body: { lane: "external", worker: "w1" }, headers });
      const stale = { ...attempt, token: id };
      await api.ask("sendHeartbeat", 409, { body: stale, headers: server });
      await api.ask("sendProgress", 422, { body: { ...attempt, progress: 101 }, headers: server });
      await api.ask("failJob", 409, { body: { ...failure, token: id }, headers: server });
    });

    await t.step("webhooks, as the providers have them answered", async () => {
      for (const lane of ["kie", "fal", "replicate"]) {
        await moveTool(environment, "image", lane);
        await completed((await create("image", { prompt: "a lighthouse" })).id);
      }
      for (const provider of ["runninghub", "kie", "fal", "replicate", "astria"] as const) {
        const attempt = await eventually(() => {
          const tasks: readonly TaskView[] = environment[provider].tasks();
          return tasks.flatMap(({ webhooks }) => webhooks).flatMap(({ attempts }) => attempts).find((
            { kind },
          ) => kind === "answered");
        }, { what: `a webhook of ${provider}`, timeoutMs: 30_000 });
        assert.equal(attempt.kind, "answered");
        if (attempt.kind === "answered") {
          api.answered(`${provider}Webhook`, attempt.status, JSON.parse(attempt.body));
        }
        const params = { job: id, token: id };
        await api.ask(`${provider}Webhook`, 404, { params, body: { any: "thing" }, headers: {} });
      }
    });

    await t.step("the worker, and health", async () => {
      await api.ask("wakeWorker", 202, { body: {}, headers: server });
      await api.ask("wakeWorker", 401, { body: {}, headers });
      await api.ask("getHealth", 200, { headers: {} });
      await sql`revoke execute on function worker.lanes() from service_role`;
      await api.ask("getHealth", 500, { headers: {} });
      await sql`grant execute on function worker.lanes() to service_role`;
      for (const id of ["getDeepHealth", "getMetrics"]) {
        await api.ask(id, 200, { headers: server });
        await api.ask(id, 401, { headers });
      }
      await api.ask("getDeepHealth", 422, { query: [["setup", "perhaps"]], headers: server });
    });

    await t.step("none has been left out", () => {
      const { success, error } = api.unseen();
      assert.deepEqual(success, [], "that succeeded");
      assert.deepEqual(error, WITHOUT_ERRORS, "that refused");
    });
  } finally {
    await environment.close();
  }
});
