import assert from "node:assert/strict";
import { errorBody } from "../../../shared/errors/error_body.ts";
import { healthResponse } from "../../../shared/requests/requests_service.ts";
import { databaseError, fakeSupabase } from "../_shared/engine/fake_supabase.ts";
import { recordLogs } from "../_shared/runtime/fake_runtime.ts";
import { app } from "./index.ts";

recordLogs();
const project = fakeSupabase();

async function ask() {
  const response = await app.fetch(new Request("http://functions.example/health"));
  return { status: response.status, body: await response.json() };
}

Deno.test("it is well while the database answers", async () => {
  const { status, body } = await ask();
  assert.deepEqual([status, healthResponse.parse(body).status], [200, "ok"]);
});

Deno.test("it says what is wrong: the database is not there, or raises an error", async () => {
  project.answers.lanes = new Response("<html>", { status: 502 });
  const gone = await ask();
  assert.deepEqual([gone.status, errorBody.parse(gone.body).error.code], [503, "database_unavailable"]);
  project.answers.lanes = databaseError();
  const broken = await ask();
  assert.deepEqual([broken.status, errorBody.parse(broken.body).error.code], [500, "internal_error"]);
});
