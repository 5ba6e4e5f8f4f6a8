import assert from "node:assert/strict";
import { fakeSupabase } from "../../engine/fake_supabase.ts";
import { publicationMessage } from "../../engine/publication_fixture.ts";
import { PlatformError } from "../../platforms/platform.ts";
import { recordLogs } from "../../runtime/fake_runtime.ts";
import { observeMessage } from "./observe.ts";
import { publishMessage } from "./publish.ts";
import { failure, type Script, scriptedPlatform } from "./scripted_platform_fixture.ts";

const logs = recordLogs();
const project = fakeSupabase();

async function publish(
  script: Partial<Script> = {},
  differences: Parameters<typeof publicationMessage>[0] = {},
  deadline = Date.now() + 45_000,
) {
  logs.length = 0;
  const scripted = scriptedPlatform({ commits: [], ...script });
  return {
    ...scripted,
    turned: await publishMessage(publicationMessage(differences), scripted.means, deadline),
  };
}
const told = () =>
  project.callsOf("publication_failed").map(({ p_failure }) => p_failure as Record<string, unknown>);

Deno.test("it is prepared act by act, committed behind the fence, and its name is kept before anything else", async () => {
  await publish({ acts: 2 });
  const called = project.called();
  assert.deepEqual(called, [
    "publication_step",
    "publication_step",
    "commit_publication",
    "committed",
    "published",
  ]);
  assert.deepEqual(project.callsOf("commit_publication")[0]?.p_terms, {
    resubmit: "at_least_once",
    can_stop: false,
  });
  assert.match(logs.join("\n"), /^\[Process Publication API\] Job completed successfully \{"jobId":/m);
});

Deno.test("a job that is no publication fails as such, and nothing is asked", async () => {
  for (
    const message of [
      { ...publicationMessage(), item: { ...publicationMessage().item, publication: null } },
      publicationMessage({ job: { tool: "upscaler" } }),
      publicationMessage({ content: { caption: 1 as unknown as string } }),
    ]
  ) {
    const { means, asked } = scriptedPlatform({ commits: [] });
    await publishMessage(message, means, Date.now() + 45_000);
    const failed = told().at(-1);
    assert.deepEqual([failed?.class, failed?.code, asked], ["never", "invalid_input", []]);
  }
  assert.match(logs.join("\n"), /^\[Process Publication API\] Job failed /m);
});

Deno.test("a platform that nobody has written, or that is not the option's, fails for good", async () => {
  const { means } = scriptedPlatform({ commits: [] });
  await publishMessage(publicationMessage(), { ...means, platformNamed: () => null }, Date.now() + 45_000);
  assert.equal(told()[0]?.code, "unknown_platform");
});

Deno.test("while the platform is down its publications wait, but for those that began since", async () => {
  const opened_at = new Date(Date.now() - 10_000).toISOString();
  const circuit = { opened_at, probe_at: new Date(Date.now() + 30_000).toISOString(), failures: 3 };
  const { turned, asked } = await publish({}, { circuit });
  assert.deepEqual([turned.is, asked], ["later", []]);
  assert.deepEqual(project.called(), ["defer"]);
  const probe = await publish({}, { circuit, attempt: { started_at: new Date().toISOString() } });
  assert.ok(probe.asked.includes("commit"));
  assert.ok(project.called().includes("platform_up"));
});

Deno.test("what the platform has already is left to settle", async () => {
  for (const phase of ["submitted", "settling", "produced"] as const) {
    const { asked } = await publish({}, { attempt: { phase, external_id: "post-1" } });
    assert.deepEqual(asked, [], phase);
  }
  assert.deepEqual(project.called(), ["acknowledge", "acknowledge", "acknowledge"]);
});

Deno.test("limits and holds let it wait, and nothing is sent", async () => {
  project.answers.commit_publication = { verdict: "limited", seconds: 90 };
  const limited = await publish({ acts: 0 });
  assert.ok(!limited.asked.includes("commit"));
  assert.deepEqual(told()[0], {
    class: "wait",
    scope: "publication",
    code: "posting_limit",
    message: "As much has been posted as may be for now",
    retry_after_ms: 90_000,
  });
  project.answers.commit_publication = { verdict: "held", hold: "platform_paused", seconds: null };
  await publish({ acts: 0 });
  assert.deepEqual([told()[1]?.class, told()[1]?.code], ["wait", "platform_paused"]);
  project.answers.commit_publication = { verdict: "superseded" };
  const superseded = await publish({ acts: 0 });
  assert.ok(!superseded.asked.includes("commit"));
  assert.equal(told().length, 2);
});

Deno.test("weather is told, and costs no attempt", async () => {
  await publish({ others: ["loses_request"] });
  assert.equal(project.callsOf("platform_down").length, 1);
  assert.deepEqual([told()[0]?.class, told()[0]?.scope], ["wait", "publication"]);
});

Deno.test("a drain that has no time left leaves the rest to the next one, with what was done kept", async () => {
  const { turned, asked } = await publish({ acts: 3 }, {}, Date.now() - 1);
  assert.deepEqual([turned, asked], [{ is: "later", seconds: 1 }, ["prepare 1"]]);
  assert.equal(project.callsOf("publication_step")[0]?.p_delay, "1 seconds");
});

Deno.test("facts whose time is over are forgotten, and preparing begins anew", async () => {
  const publication = {
    facts: { acts: 2, other: true },
    facts_until: new Date(Date.now() - 1).toISOString(),
  };
  const { asked } = await publish({ acts: 2 }, { publication });
  assert.deepEqual(asked.slice(0, 2), ["prepare 1", "prepare 2"]);
  assert.deepEqual(project.callsOf("publication_step").map(({ p_forget }) => p_forget), [["other"], []]);
});

Deno.test("a right that the connection lacks is not mended by another token", async () => {
  const { means, platform, renewals } = scriptedPlatform({ commits: [] });
  const error = new PlatformError({ ...failure("reconnect", "missing_scope"), scope: "connection" });
  const lacking = { ...platform, prepare: () => Promise.reject(error) };
  await publishMessage(publicationMessage(), { ...means, platformNamed: () => lacking }, Date.now() + 45_000);
  assert.deepEqual([told()[0]?.class, told()[0]?.code, renewals()], ["reconnect", "missing_scope", 0]);
});

Deno.test("what keeps us from looking after a commit says nothing of it: it is looked at again", async () => {
  const { means } = scriptedPlatform({ commits: [], others: ["busy", "loses_request"] });
  const message = {
    ...publicationMessage({
      kind: "poll",
      attempt: { phase: "submitted", external_id: "post-1", submits: 1 },
    }),
    queue: "settle_queue",
  };
  await observeMessage(message, means, Date.now() + 45_000);
  await observeMessage(message, means, Date.now() + 45_000);
  assert.deepEqual(project.called().filter((name) => name !== "platform_down"), ["defer", "defer"]);
});

Deno.test("a post that preparing meets, after looks that found nothing, is looked for once more and never repeated", async () => {
  const { means, platform } = scriptedPlatform({ commits: [] });
  const met = new PlatformError(failure("unknown", "already_published"), { isAmbiguous: true });
  const late = {
    ...platform,
    prepare: () => Promise.reject(met),
    reconcile: () => Promise.resolve({ state: "not_there" as const, raw: null }),
  };
  project.answers.none_found = 2;
  const message = publicationMessage({ attempt: { phase: "submitting", submits: 1 } });
  const turned = await publishMessage(
    message,
    { ...means, platformNamed: () => late },
    Date.now() + 45_000,
  );
  assert.equal(turned.is, "later");
  assert.deepEqual(project.called(), ["none_found", "defer"]);
});
