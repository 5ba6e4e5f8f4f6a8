import assert from "node:assert/strict";
import { EsteiraError } from "../../../../shared/errors/errors.ts";
import { VERSION } from "../../../../shared/version.ts";
import { databaseError, fakeSupabase } from "./fake_supabase.ts";
import { Presence, tellDatabase, type Told } from "./presence.ts";

const project = fakeSupabase();
const MINUTE_MS = 60_000;

/** A presence whose database answers one after the other, the last for ever, on a clock that a test sets. */
function presenceOf(...answers: Told[]) {
  const clock = { ms: 0 };
  let told = 0;
  const presence = new Presence(
    () => Promise.resolve(answers[Math.min(told++, answers.length - 1)] ?? "silent"),
    () => clock.ms,
  );
  return { presence, clock, told: () => told };
}
const isNotExposed = (error: unknown) =>
  error instanceof EsteiraError && error.code === "misconfigured" &&
  error.details.reason === "schema_not_exposed";

Deno.test("a function tells of itself with its first request, and every ten minutes", async () => {
  const { presence, clock, told } = presenceOf("told");
  await presence.require();
  clock.ms = 9 * MINUTE_MS;
  await presence.require();
  assert.equal(told(), 1);
  clock.ms = 11 * MINUTE_MS;
  await presence.require();
  assert.equal(told(), 2);
});

Deno.test("while the schema is not exposed every request is told so", async () => {
  const { presence } = presenceOf("not_exposed", "not_exposed", "told");
  await assert.rejects(() => presence.require(), isNotExposed);
  await assert.rejects(() => presence.require(), isNotExposed);
  await presence.require();
});

Deno.test("a database that does not answer stops nobody, and is told a minute later", async () => {
  const { presence, clock, told } = presenceOf("silent", "told");
  await presence.require();
  await presence.require();
  assert.equal(told(), 1);
  clock.ms = 2 * MINUTE_MS;
  await presence.require();
  assert.equal(told(), 2);
});

Deno.test("those who come together tell once, and are all told what came of it", async () => {
  const { presence, told } = presenceOf("not_exposed", "told");
  const together = () => Promise.allSettled([presence.require(), presence.require(), presence.require()]);
  assert.deepEqual((await together()).map(({ status }) => status), ["rejected", "rejected", "rejected"]);
  assert.equal(told(), 1);
  assert.deepEqual((await together()).map(({ status }) => status), ["fulfilled", "fulfilled", "fulfilled"]);
  assert.equal(told(), 2);
});

Deno.test("the database is told by the Data API, in the schema worker", async () => {
  let args: unknown;
  project.answers.seen = (given) => {
    args = given;
    return VERSION;
  };
  assert.equal(await tellDatabase("jobs"), "told");
  assert.deepEqual(args, { p_function: "jobs", p_version: VERSION });
  const asked = project.requests.at(-1);
  assert.deepEqual([asked?.path, asked?.headers.get("content-profile")], ["/rest/v1/rpc/seen", "worker"]);
  project.answers.seen = Response.json({ code: "PGRST106", message: "Invalid schema: worker" }, {
    status: 406,
  });
  assert.equal(await tellDatabase("jobs"), "not_exposed");
  for (const answer of [databaseError(), new Response("Bad gateway", { status: 502 })]) {
    project.answers.seen = answer;
    assert.equal(await tellDatabase("jobs"), "silent");
  }
});
