import assert from "node:assert/strict";
import { EsteiraError } from "../../../../shared/errors/errors.ts";
import { VERSION } from "../../../../shared/version.ts";
import { databaseError, fakeSupabase } from "./fake_supabase.ts";
import { askDatabase, type SchemaAnswer, SchemaCheck } from "./schema_version.ts";

const project = fakeSupabase();

/** A check of a database that answers as `answers` say, one after the other, the last for ever. */
function checkOf(...answers: SchemaAnswer[]) {
  let asked = 0;
  const check = new SchemaCheck(
    () => Promise.resolve(answers[Math.min(asked++, answers.length - 1)] ?? { is: "silent" }),
    "0.3.0",
  );
  return { check, asked: () => asked };
}
const version = (text: string): SchemaAnswer => ({ is: "version", version: text });
const tooOld = (error: unknown) => error instanceof EsteiraError && error.code === "schema_too_old";

Deno.test("a schema that is new enough is asked for once", async () => {
  for (const text of ["0.3.0", "0.3.1", "1.0.0"]) {
    const { check, asked } = checkOf(version(text));
    await check.require();
    await check.require();
    assert.equal(asked(), 1, text);
  }
});

Deno.test("an older schema is refused with 503 and both versions", async () => {
  const { check } = checkOf(version("0.2.9"));
  await assert.rejects(() => check.require(), (error: EsteiraError) => {
    assert.equal(error.status, 503);
    assert.deepEqual(error.details, { schema: "0.2.9", needed: "0.3.0" });
    return tooOld(error);
  });
});

Deno.test("a schema without a version is older than all that have one", async () => {
  await assert.rejects(() => checkOf({ is: "unversioned" }).check.require(), tooOld);
});

Deno.test("a schema that was too old is asked for again until it is new enough", async () => {
  const { check, asked } = checkOf(version("0.2.0"), { is: "unversioned" }, version("0.3.0"));
  await assert.rejects(() => check.require(), tooOld);
  await assert.rejects(() => check.require(), tooOld);
  await check.require();
  await check.require();
  assert.equal(asked(), 3);
});

Deno.test("a database that does not answer is not too old, and is asked again", async () => {
  const { check, asked } = checkOf({ is: "silent" }, version("0.3.0"));
  await check.require();
  await check.require();
  assert.equal(asked(), 2);
});

Deno.test("those who come together share one question", async () => {
  let asked = 0;
  const answer = Promise.withResolvers<SchemaAnswer>();
  const check = new SchemaCheck(() => (asked++, answer.promise), "0.3.0");
  const waiting = Promise.allSettled([check.require(), check.require(), check.require()]);
  answer.resolve(version("0.2.0"));
  assert.deepEqual((await waiting).map(({ status }) => status), ["rejected", "rejected", "rejected"]);
  assert.equal(asked, 1);
});

Deno.test("whoever must know asks although the answer was good once", async () => {
  const { check, asked } = checkOf(version("0.3.0"), version("0.2.0"));
  await check.require();
  await assert.rejects(() => check.requireNow(), tooOld);
  assert.equal(asked(), 2);
});

Deno.test("the database is asked by the Data API", async () => {
  assert.deepEqual(await askDatabase(), version(VERSION));
  for (const code of ["PGRST202", "42883"]) { // the second until PostgREST has noticed
    const notThere = { code, message: "Could not find the function public.esteira_version" };
    project.answers.esteira_version = Response.json(notThere, { status: 404 });
    assert.deepEqual(await askDatabase(), { is: "unversioned" });
  }
  project.answers.esteira_version = databaseError();
  assert.deepEqual(await askDatabase(), { is: "silent" });
  project.answers.esteira_version = new Response("Bad gateway", { status: 502 });
  assert.deepEqual(await askDatabase(), { is: "silent" });
});
