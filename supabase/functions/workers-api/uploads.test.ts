import assert from "node:assert/strict";
import { resultUploadResponse } from "../../../shared/requests/requests_workers.ts";
import { refusal } from "../_shared/engine/fake_supabase.ts";
import { ATTEMPT, FOLDER, OPEN, workersApi } from "./workers_api_fixture.ts";

const { project, call } = workersApi();
const FILE = { ...ATTEMPT, contentType: "image/png", size: 1000 };

Deno.test("a worker gets a place in its job's folder, under its attempt's name", async () => {
  project.answers.claimed = OPEN;
  const answer = await call("uploads", { ...FILE, name: "portrait.final.png" });
  assert.equal(answer.status, 201);
  const path = `${FOLDER}2-portrait.final.png`;
  assert.deepEqual(resultUploadResponse.parse(answer.body), {
    path,
    signedUrl: `${project.url}/storage/v1/object/upload/sign/outputs/${path}?token=t`,
  });
  assert.equal(project.requests.at(-1)?.headers.get("x-upsert"), "true", "doing it again is harmless");
});

Deno.test("a file without a name gets one that ends as its type does", async () => {
  project.answers.claimed = OPEN;
  const { body } = await call("uploads", { ...FILE, contentType: "audio/mpeg" });
  assert.match(resultUploadResponse.parse(body).path, /\/2-[0-9a-f-]{36}\.mp3$/);
});

Deno.test("a type may be written in more ways than one", async () => {
  project.answers.claimed = OPEN;
  for (const contentType of ["image/jpg", "IMAGE/JPEG", "image/jpeg; charset=utf-8"]) {
    const { body } = await call("uploads", { ...FILE, contentType });
    assert.match(resultUploadResponse.parse(body).path, /\.jpg$/, contentType);
  }
});

Deno.test("a name that leads elsewhere, a type that is not taken and no size are refused", async () => {
  project.answers.claimed = OPEN;
  for (const name of ["../x.png", "a/b.png", ".hidden", "", "x".repeat(101), "a b.png"]) {
    assert.deepEqual((await call("uploads", { ...FILE, name })).error(), ["invalid_input", "name"], name);
  }
  assert.deepEqual((await call("uploads", { ...FILE, contentType: "text/html" })).error(), [
    "invalid_input",
    "contentType",
  ]);
  assert.deepEqual((await call("uploads", { ...FILE, size: 0 })).error(), ["invalid_input", "size"]);
});

Deno.test("a file that is too large is refused before a byte of it is sent", async () => {
  const answer = await call("uploads", { ...FILE, size: 500 * 1024 * 1024 + 1 });
  assert.deepEqual([answer.status, ...answer.error()], [413, "file_too_large", "size"]);
});

Deno.test("a job that has ended takes no files, and a stale token gets no place", async () => {
  project.answers.claimed = { ...OPEN, status: "cancelled", outcome: "cancelled" };
  const ended = await call("uploads", FILE);
  assert.deepEqual([ended.status, ended.error()[0]], [409, "job_ended"]);
  project.answers.claimed = refusal(409, "stale_token", "No claimed attempt has this token.");
  assert.equal((await call("uploads", FILE)).error()[0], "stale_token");
});

Deno.test("a job that has ended, however, gives no place for a file", async () => {
  for (const status of ["completed", "failed", "cancelled"]) {
    project.answers.claimed = { ...OPEN, status };
    const answer = await call("uploads", FILE);
    assert.deepEqual([answer.status, answer.error()[0]], [409, "job_ended"], status);
  }
});
