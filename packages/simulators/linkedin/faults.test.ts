import assert from "node:assert/strict";
import { jpeg, mp4 } from "../social/sign_in_fixture.ts";
import { type Fault, faultRule } from "./faults.ts";
import { withLinkedIn } from "./linkedin_client_fixture.ts";

/** Faults of a post, and what is answered. */
const ANSWERS: readonly (readonly [Fault, number, string | null])[] = [
  [{ kind: "unauthorized", path: "commit", times: 1 }, 401, "INVALID_ACCESS_TOKEN"],
  [{ kind: "rate_limited", path: "commit", times: 1, headers: true, seconds: 7 }, 429, "TOO_MANY_REQUESTS"],
  [{ kind: "forbidden", path: "commit", times: 1 }, 403, null],
  [{ kind: "version_sunset", path: "commit", times: 1 }, 426, "NONEXISTENT_VERSION"],
  [{ kind: "quota_used", path: "commit", times: 1, of: "APPLICATION" }, 429, "TOO_MANY_REQUESTS"],
  [{ kind: "calls_duplicate", times: 1 }, 422, null],
  [{ kind: "http_error", path: "commit", status: 503, times: 1 }, 503, null],
  [
    {
      kind: "refuse",
      path: "commit",
      times: 1,
      status: 400,
      message: "No",
      code: "BAD_REQUEST",
      inputCode: "MISSING_FIELD",
    },
    400,
    "BAD_REQUEST",
  ],
];

for (const [fault, status, code] of ANSWERS) {
  Deno.test(`${JSON.stringify(fault)} is answered with ${status} ${code ?? ""}, once`, () =>
    withLinkedIn({}, async (linkedIn) => {
      linkedIn.under(fault);
      const answer = await linkedIn.post("hello");
      assert.deepEqual([answer.status, answer.body.code ?? null], [status, code]);
      if (fault.kind === "rate_limited") assert.equal(answer.headers.get("retry-after"), "7");
      assert.equal((await linkedIn.post("hello")).status, 201);
      assert.equal(linkedIn.simulator.posts().length, 1);
    }));
}

Deno.test("an error is told, and the post is live", () =>
  withLinkedIn({}, async (linkedIn) => {
    linkedIn.under({ kind: "refuse", path: "commit", times: 1, status: 400, message: "No", accepted: true });
    assert.equal((await linkedIn.post("live")).status, 400);
    assert.equal(linkedIn.simulator.posts()[0]?.text, "live");
  }));

Deno.test("processing is slow, fails, fails after success was said, or is told in a word that nobody knows", () =>
  withLinkedIn({ processMs: 0 }, async (linkedIn) => {
    linkedIn.under({ kind: "slow_processing", ms: 60_000 });
    const slow = await linkedIn.film(mp4());
    assert.equal(await linkedIn.status(slow), "PROCESSING");
    linkedIn.simulator.advance(60_000);
    assert.equal(await linkedIn.status(slow), "AVAILABLE");
    linkedIn.under({ kind: "unknown_status", word: "BAKING", times: 1 });
    assert.deepEqual([await linkedIn.status(slow), await linkedIn.status(slow)], ["BAKING", "AVAILABLE"]);
    linkedIn.simulator.behave();
    linkedIn.under({ kind: "media_not_ready", times: 1 });
    const early = await linkedIn.post("early", { media: { id: slow } });
    assert.equal(early.body.errorDetails.inputErrors[0].code, "MEDIA_ASSET_NOT_READY");
    linkedIn.simulator.behave();
    linkedIn.under({ kind: "processing_fails" });
    assert.equal(await linkedIn.status(await linkedIn.film(mp4())), "PROCESSING_FAILED");
    linkedIn.simulator.behave();
    linkedIn.under({ kind: "processing_fails", said: "AVAILABLE" });
    const liar = await linkedIn.film(mp4());
    assert.equal(await linkedIn.status(liar), "AVAILABLE");
    assert.equal((await linkedIn.post("no", { media: { id: liar } })).status, 400);
  }));

Deno.test("addresses end, and uploads are lost", () =>
  withLinkedIn({}, async (linkedIn) => {
    linkedIn.simulator.misbehave({ fault: { kind: "upload_expires", ms: 1000 }, times: 1 });
    const { uploadUrl } = await linkedIn.begin("image");
    linkedIn.simulator.advance(1000);
    assert.equal((await linkedIn.put(uploadUrl, jpeg())).status, 403);
    for (const path of ["upload", "finalize", "status"] as const) {
      linkedIn.simulator.behave();
      linkedIn.under({ kind: "media_lost", path, times: 1 });
      if (path === "upload") {
        const begun = await linkedIn.begin("image");
        assert.equal((await linkedIn.put(begun.uploadUrl, jpeg())).status, 404);
        continue;
      }
      const { urn, token, etags } = await linkedIn.parts(mp4());
      const finished = await linkedIn.finalize(urn, token, etags);
      assert.equal(finished.status, path === "finalize" ? 404 : 200);
      assert.equal((await linkedIn.call(`/rest/videos/${encodeURIComponent(urn)}`)).status, 404);
    }
  }));

Deno.test("reads do not show a post until they do", () =>
  withLinkedIn({}, async (linkedIn) => {
    linkedIn.under({ kind: "read_lag", ms: 60_000 });
    const { headers } = await linkedIn.post("late");
    const path = `/rest/posts/${encodeURIComponent(headers.get("x-restli-id") ?? "")}`;
    assert.equal((await linkedIn.call(path)).status, 404);
    linkedIn.simulator.advance(60_000);
    assert.equal((await linkedIn.call(path)).status, 200);
  }));

Deno.test("a rule that is none is refused", () => {
  for (
    const fault of [{ kind: "no_such" }, { kind: "forbidden", path: "nowhere", times: 1 }, {
      kind: "upload_expires",
    }]
  ) {
    assert.equal(faultRule.safeParse({ fault }).success, false);
  }
});
