import assert from "node:assert/strict";
import { createClient } from "@supabase/supabase-js";
import { shownJobResponse } from "../../../shared/requests/requests.ts";
import { recordLogs } from "../_shared/runtime/fake_runtime.ts";
import { JOB, JOB_ID, jobsApi, USER_ID } from "./jobs_fixture.ts";
import { shown } from "./show.ts";

const logs = recordLogs();
const { project, call } = jobsApi();
const [one = "", two = ""] = JOB.output?.files.map(({ path }) => path) ?? [];

const have = (...paths: string[]) => {
  for (const path of paths) {
    project.files.set(`outputs/${path}`, { bytes: new Uint8Array(16), contentType: "image/png" });
  }
};
const filesOf = async (request = `GET /${JOB_ID}`) => {
  const answer = await call(request);
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
  return shownJobResponse.parse(answer.body).job.output?.files ?? [];
};

// @acceptance 002:49
Deno.test("each file of a completed job has an address to show it by, good for an hour, of one question to Storage", async () => {
  project.rows.jobs = [JOB];
  have(one, two);
  for (const request of [`GET /${JOB_ID}`, "GET /by-request/t1"]) {
    project.requests.length = 0;
    const before = Date.now();
    const files = await filesOf(request);
    assert.deepEqual(
      files.map(({ signedUrl }) => signedUrl),
      [one, two].map((path) => `${project.url}/storage/v1/object/sign/outputs/${path}?token=t`),
    );
    for (const { signedUrlExpiresAt } of files) {
      const lasts = Date.parse(signedUrlExpiresAt ?? "") - before;
      assert.ok(lasts >= 3_600_000 && lasts < 3_610_000, String(lasts));
    }
    const asked = project.requests.filter(({ path }) => path.startsWith("/storage"));
    assert.equal(asked.length, 1);
    assert.doesNotMatch(
      asked[0]?.headers.get("authorization") ?? "",
      /sb_secret/,
      "with the caller's rights, not ours",
    );
  }
});

Deno.test("the address is one that the outside can reach", async () => {
  project.rows.jobs = [JOB];
  have(one, two);
  Deno.env.set("ESTEIRA_PUBLIC_URL", "https://abc.supabase.co");
  try {
    const [file] = await filesOf();
    assert.equal(file?.signedUrl, `https://abc.supabase.co/storage/v1/object/sign/outputs/${one}?token=t`);
  } finally {
    Deno.env.delete("ESTEIRA_PUBLIC_URL");
  }
});

Deno.test("a file that is gone has none, and the others keep theirs", async () => {
  project.rows.jobs = [JOB];
  have(two);
  const [gone, there] = await filesOf();
  assert.deepEqual([gone?.signedUrl, gone?.signedUrlExpiresAt], [null, null]);
  assert.match(there?.signedUrl ?? "", /1-1\.png/);
});

Deno.test("a read does not fail because Storage does: there are no addresses, and a line in the log", async () => {
  project.rows.jobs = [JOB];
  project.storageIsDown = true;
  logs.length = 0;
  assert.deepEqual((await filesOf()).map(({ signedUrl }) => signedUrl), [null, null]);
  assert.match(logs.join("\n"), new RegExp(`\\[sign\\].*${JOB_ID}`));
});

Deno.test("a read does not wait for ever for a Storage that says nothing", async () => {
  project.storageIsDown = "silent";
  const client = createClient(project.url, "sb_publishable_test", { auth: { persistSession: false } });
  const [job] = await shown(client, [JOB], 20);
  assert.deepEqual(job?.output?.files.map(({ signedUrl }) => signedUrl), [null, null]);
  project.reset();
});

Deno.test("nothing is signed for a job that has not completed, or has no files", async () => {
  have(one, two);
  for (
    const job of [
      { ...JOB, status: "failed" as const },
      { ...JOB, output: null },
      { ...JOB, output: { files: [], data: { model_url: "7" } } },
    ]
  ) {
    project.rows.jobs = [job];
    project.requests.length = 0;
    assert.ok((await filesOf()).every(({ signedUrl }) => signedUrl === null));
    assert.deepEqual(project.requests.filter(({ path }) => path.startsWith("/storage")), []);
  }
});

Deno.test("a job that the caller may not see is not found, and nothing signed", async () => {
  project.rows.jobs = [];
  const answer = await call(`GET /${JOB_ID}`);
  assert.deepEqual([answer.status, answer.error()[0]], [404, "not_found"]);
  assert.ok(USER_ID && project.requests.every(({ path }) => !path.startsWith("/storage")));
});
