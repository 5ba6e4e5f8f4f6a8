import assert from "node:assert/strict";
import { errorBody } from "../../../shared/errors/error_body.ts";
import { fakeSupabase, refusal } from "../_shared/engine/fake_supabase.ts";
import { ADMIN, signedIn, USER_ID } from "../_shared/http/caller_fixture.ts";
import { recordLogs } from "../_shared/runtime/fake_runtime.ts";
import { app } from "./index.ts";

recordLogs();
const project = fakeSupabase();
const headersOf = signedIn();
const MODEL_ID = "0199d2c4-8a6b-7c3d-9e4f-5a6b7c8d9e0f";
const STATUS = {
  id: MODEL_ID,
  status: "TRAINING",
  progress: 40,
  errorMessage: null,
  modelUrl: null,
  trainedAt: null,
};

async function get(path: string, claims: Record<string, unknown> | null = {}, known?: string) {
  const headers: Record<string, string> = claims
    ? await headersOf(claims)
    : { apikey: "sb_publishable_test" };
  if (known) headers["if-none-match"] = known;
  const response = await app.fetch(new Request(`http://functions.example/models${path}`, { headers }));
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text && JSON.parse(text) };
}

Deno.test("who has them already is told so in no words, until one of them changes", async () => {
  const rest = { name: "Me", trainingJobId: null, version: 3, createdAt: "2026", updatedAt: "2026" };
  for (const path of ["", `/${MODEL_ID}/status`]) {
    project.reset();
    project.rows.ai_models = [{ ...STATUS, ...rest }];
    const tag = (await get(path)).headers.get("etag") ?? assert.fail("no ETag");
    const again = await get(path, {}, tag);
    assert.deepEqual([again.status, again.body], [304, ""], path);
    project.rows.ai_models = [{ ...STATUS, ...rest, progress: 41, version: 4 }];
    assert.equal((await get(path, {}, tag)).status, 200, path);
  }
});

Deno.test("models are the caller's own, an admin's too", async () => {
  for (const claims of [{}, ADMIN]) {
    for (const path of ["", `/${MODEL_ID}/status`]) {
      project.reset();
      project.rows.ai_models = path ? [STATUS] : [];
      assert.equal((await get(path, claims)).status, 200, path);
      const asked = project.requests.find((request) => request.path === "/rest/v1/ai_models");
      assert.equal(asked?.query.get("userId"), `eq.${USER_ID}`, `${JSON.stringify(claims)} ${path}`);
      if (!path) assert.equal(asked?.query.get("order"), "createdAt.desc");
      if (!path) assert.equal(asked?.query.get("limit"), "100");
    }
  }
});

Deno.test("a model that there is not, or that can be none, is answered 404", async () => {
  project.rows.ai_models = [];
  for (const id of [MODEL_ID, "1", "%00", "constructor", "__proto__", "x".repeat(4000)]) {
    const { status, body } = await get(`/${id}/status`);
    assert.deepEqual([status, errorBody.parse(body).error.code], [404, "not_found"], id);
  }
  assert.equal(project.requests.filter(({ path }) => path === "/rest/v1/ai_models").length, 1);
});

Deno.test("whose token is of somebody who is gone is told so, rather than that there is no such model", async () => {
  project.rows.ai_models = [];
  project.rows.tools = () => refusal(401, "unauthenticated", "The user of this token is no longer there.");
  const { status, body } = await get(`/${MODEL_ID}/status`);
  assert.deepEqual([status, errorBody.parse(body).error.code], [401, "unauthenticated"]);
});

Deno.test("nobody reads models who is not signed in", async () => {
  for (const path of ["", `/${MODEL_ID}/status`]) assert.equal((await get(path, null)).status, 401);
});
