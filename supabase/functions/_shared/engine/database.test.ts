import { createClient, StorageApiError } from "@supabase/supabase-js";
import assert from "node:assert/strict";
import { EsteiraError } from "../../../../shared/errors/errors.ts";
import { admin, isNews, unwrap } from "./database.ts";
import { databaseError, fakeSupabase, refusal } from "./fake_supabase.ts";
import { nobodysUrl } from "../runtime/fake_runtime.ts";

const project = fakeSupabase();
const lanes = async () => unwrap(await admin().schema("worker").rpc("lanes"));

/** The error that `unwrap` makes of an answer. */
async function failure(answer: Response): Promise<EsteiraError> {
  project.answers.lanes = answer;
  try {
    await lanes();
  } catch (error) {
    assert.ok(error instanceof EsteiraError);
    return error;
  }
  throw new Error("it did not fail");
}

Deno.test("an answer without error is its data, null included", async () => {
  project.answers.lanes = ["one", "two"];
  assert.deepEqual(await lanes(), ["one", "two"]);
  assert.equal(unwrap({ data: null, error: null }), null);
});

Deno.test("the engine is called in its own schema, with the secret key", async () => {
  await lanes();
  const headers = project.requests[0]?.headers;
  assert.equal(headers?.get("content-profile"), "worker");
  assert.equal(headers?.get("apikey"), "sb_secret_test");
});

Deno.test("a refusal keeps its code, status, words and field", async () => {
  const error = await failure(refusal(402, "insufficient_credits", "You have 2 credits.", "tool"));
  assert.equal(error.code, "insufficient_credits");
  assert.equal(error.status, 402);
  assert.equal(error.message, "You have 2 credits.");
  assert.deepEqual(error.details, { field: "tool" });
});

Deno.test("a refusal's numbers and lists come with it", async () => {
  const hint = '{"field": "priority", "minimum": -100, "maximum": 0}';
  const error = await failure(refusal(422, "invalid_priority", "Too high.", hint));
  assert.deepEqual(error.details, { field: "priority", minimum: -100, maximum: 0 });
});

Deno.test("an answer that stood already is told apart from news", async () => {
  const ask = async (status: number) => {
    project.answers.lanes = Response.json([], { status });
    const answer = await admin().schema("worker").rpc("lanes");
    assert.deepEqual(unwrap(answer), []);
    return isNews(answer);
  };
  assert.deepEqual([await ask(200), await ask(208)], [true, false]);
});

Deno.test("a refusal's status is the one that SQL gave it", async () => {
  const error = await failure(refusal(410, "not_found", "It was deleted."));
  assert.equal(error.status, 410);
  assert.deepEqual(error.details, {});
});

Deno.test("a refusal with a code that nobody knows is an error of ours", async () => {
  const error = await failure(refusal(402, "no_such_code", "What?"));
  assert.equal(error.code, "internal_error");
  assert.equal(error.status, 500);
  assert.deepEqual(error.details, { sqlstate: "PT402" });
});

Deno.test("an error that nobody raised on purpose is internal, and keeps its SQLSTATE", async () => {
  const error = await failure(databaseError());
  assert.equal(error.code, "internal_error");
  assert.deepEqual(error.details, { sqlstate: "40P01" });
});

Deno.test("a SQLSTATE that only begins like a refusal is none", async () => {
  const odd = { code: "PT4021", details: "not_found", hint: null, message: "odd" };
  assert.equal((await failure(Response.json(odd, { status: 400 }))).code, "internal_error");
});

Deno.test("a gateway's error page means that the database is not there", async () => {
  const error = await failure(new Response("<html>502 Bad Gateway</html>", { status: 502 }));
  assert.equal(error.code, "database_unavailable");
  assert.equal(error.status, 503);
});

Deno.test("a gateway that refuses what we ask says nothing of the database", async () => {
  for (const status of [400, 413, 414, 431]) {
    assert.equal((await failure(new Response("<html>Too large</html>", { status }))).code, "internal_error");
  }
});

Deno.test("a database that PostgREST does not reach is not there", async () => {
  for (const [code, status] of [["PGRST000", 503], ["PGRST002", 503], ["PGRST003", 504]] as const) {
    const error = await failure(
      Response.json({ code, message: "Timed out", details: null, hint: null }, { status }),
    );
    assert.equal(error.code, "database_unavailable", code);
  }
});

Deno.test("Storage that does not answer is not the database", async () => {
  const silent = createClient(nobodysUrl(), "key");
  for (
    const [error, code] of [
      [(await silent.storage.from("inputs").list()).error, "storage_unavailable"],
      [new StorageApiError("out of order", 500, "InternalError"), "storage_unavailable"],
      [new StorageApiError("not so", 400, "InvalidKey"), "internal_error"],
    ] as const
  ) {
    assert.throws(() => unwrap({ data: null, error }), { code });
  }
});

Deno.test("no answer at all means that the database is not there", () => {
  assert.throws(
    () => unwrap({ data: null, error: { code: "", message: "TypeError: fetch failed" } }),
    { code: "database_unavailable", status: 503 },
  );
});

Deno.test("there is one admin client", () => assert.equal(admin(), admin()));
