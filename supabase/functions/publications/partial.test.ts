import assert from "node:assert/strict";
import fc from "fast-check";
import type { EnqueueResponse } from "../../../shared/requests/requests_publications.ts";
import { OPTIONS } from "../../../shared/words/platforms.ts";
import { fakeEdgeRuntime, recordLogs } from "../_shared/runtime/fake_runtime.ts";
import { type AskedWish, made, ON_INSTAGRAM, ON_X, publicationsApi } from "./publications_fixture.ts";

const api = publicationsApi();
const runtime = fakeEdgeRuntime();
recordLogs();
Deno.test.afterEach(async () => await runtime.idle());

const option = fc.constantFrom(...OPTIONS, "tiktok_video", "x_pots", "constructor", "__proto__x");
const request = fc.record({
  selectedOptions: fc.array(option, { minLength: 1, maxLength: 12 }),
  caption: fc.constantFrom("hi", "a".repeat(281), "a".repeat(2201)),
  hasX: fc.boolean(),
  hasInstagram: fc.boolean(),
  /** The places at which the database refuses. */
  refused: fc.array(fc.nat(11)),
  isPast: fc.boolean(),
}, { noNullPrototype: true });

// Each option once: enqueued or rejected, in its place; and nothing was asked of the database that is rejected beforehand.
Deno.test("whatever is asked for, each option is either enqueued or rejected with a code and a field", async () => {
  await fc.assert(
    fc.asyncProperty(request, async ({ selectedOptions, caption, hasX, hasInstagram, refused, isPast }) => {
      api.connections = [...hasX ? [ON_X] : [], ...hasInstagram ? [ON_INSTAGRAM] : []];
      api.project.calls.length = 0;
      api.project.answers.enqueue_publications = ({ p_wishes }) => {
        const wishes = p_wishes as AskedWish[];
        return {
          jobs: made(wishes.filter(({ n }) => !refused.includes(n))).jobs,
          rejected: wishes.filter(({ n }) => refused.includes(n)).map(({ n }) => ({
            n,
            code: "duplicate_content",
            message: "Again.",
            field: null,
            details: null,
            status: 409,
          })),
        };
      };
      const body = {
        selectedOptions,
        captions: { universal: caption },
        ...isPast ? { scheduledFor: "2020-01-01T00:00:00Z" } : {},
      };
      const answer = await api.call("POST /enqueue", { body });
      const wished = api.wishes().map(({ n }) => n);
      const rejected = answer.status === 200
        ? (answer.body as EnqueueResponse).data.rejected
        : answer.error().details.rejected as EnqueueResponse["data"]["rejected"];
      const jobs = answer.status === 200 ? (answer.body as EnqueueResponse).data.jobs : [];
      assert.equal(jobs.length + rejected.length, selectedOptions.length);
      assert.equal(answer.status === 200, jobs.length > 0);
      assert.deepEqual(
        [...jobs, ...rejected].map(({ platform }) => platform).toSorted(),
        selectedOptions.toSorted(),
      );
      const isTold = rejected.every(({ code, message }) => code !== "" && message !== "");
      assert.ok(isTold && answer.status < 500);
      // With a caption that fits and a connection, a post on X is all that needs no file.
      const canBe = hasX && caption === "hi" && !isPast && selectedOptions.includes("x_post");
      assert.deepEqual(wished, canBe ? [selectedOptions.indexOf("x_post")] : []);
    }),
    { numRuns: 150 },
  );
});
