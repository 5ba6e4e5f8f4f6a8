import assert from "node:assert/strict";
import { fakeSupabase } from "../../engine/fake_supabase.ts";
import { publicationMessage } from "../../engine/publication_fixture.ts";
import { PlatformError } from "../../platforms/platform.ts";
import { recordLogs } from "../../runtime/fake_runtime.ts";
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
  const { asked } = await publish({}, { circuit });
  assert.deepEqual([asked, told()[0]?.class, told()[0]?.code], [[], "wait", "platform_paused"]);
  await publish({}, { circuit, attempt: { phase: "submitting", submits: 1 } });
  assert.deepEqual(project.called(), ["publication_failed", "defer"], "what may be there is not given back");
  const probe = await publish({}, { circuit, attempt: { started_at: new Date().toISOString() } });
  assert.ok(probe.asked.includes("commit"));
  assert.ok(project.called().includes("platform_up"));
});

Deno.test("what the platform has already is looked after, and never sent again", async () => {
  for (const phase of ["submitted", "settling", "produced"] as const) {
    const { asked } = await publish({}, { attempt: { phase, external_id: "post-1" } });
    assert.deepEqual(asked, ["observe post-1"], phase);
  }
  assert.deepEqual(project.called(), ["published", "published", "published"]);
});

Deno.test("what is processed is asked after sooner or later, by how long ago it was committed", async () => {
  const waits = [];
  for (const ago of [0, 20_500, 60_500, 900_000]) {
    const committed_at = new Date(Date.now() - ago).toISOString();
    const attempt = { phase: "submitted", external_id: "post-1", submits: 1 } as const;
    await publish({ processing: 1 }, { attempt, publication: { committed_at }, readCount: 40 });
    waits.push(project.callsOf("defer").at(-1)?.p_delay);
  }
  assert.deepEqual(waits, ["3 seconds", "11 seconds", "31 seconds", "60 seconds"]);
});

Deno.test("limits and holds let it wait, and nothing is sent", async () => {
  for (const verdict of ["limited", "held", "superseded"]) {
    project.answers.commit_publication = { verdict, hold: "posting_limit", seconds: 90 };
    const { asked, turned } = await publish({ acts: 0 });
    assert.deepEqual([asked, turned], [[], { is: "done" }], verdict);
  }
  assert.deepEqual(project.called(), Array(3).fill("commit_publication"), "the engine has seen to the rest");
});

Deno.test("what a refusal of the commit says to those who prepare it anew is kept, without tokens, before it fails", async () => {
  await publish({ acts: 0, commits: ["refuses_with_facts"] });
  assert.deepEqual(project.called(), ["commit_publication", "publication_step", "publication_failed"]);
  const [kept] = project.callsOf("publication_step");
  assert.deepEqual([kept?.p_step, kept?.p_name, kept?.p_facts], ["commit", "commit_refused", {
    lost: "[redacted]",
  }]);
  assert.deepEqual([told()[0]?.class, told()[0]?.code], ["wait", "not_found"]);
});

Deno.test("nothing is said of an attempt that has ended by the time its commit is refused", async () => {
  project.answers.publication_step = false;
  await publish({ acts: 0, commits: ["refuses_with_facts"] });
  assert.deepEqual(project.called(), ["commit_publication", "publication_step"]);
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
  const message = publicationMessage({ attempt: { phase: "submitted", external_id: "post-1", submits: 1 } });
  await publishMessage(message, means, Date.now() + 45_000);
  await publishMessage(message, means, Date.now() + 45_000);
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

Deno.test("what was not there twice is prepared anew, though what that makes says nothing of what was before", async () => {
  const { means, platform, asked } = scriptedPlatform({ commits: [], acts: 1 });
  const unknown = { state: "unknown" as const, reason: "No container is known", raw: null };
  const anew = { ...platform, reconcile: () => Promise.resolve(unknown) };
  const again = (nones: number) =>
    publishMessage(
      publicationMessage({ attempt: { phase: "submitting", submits: 1, nones } }),
      { ...means, platformNamed: () => anew },
      Date.now() + 45_000,
    );
  await again(1);
  assert.deepEqual(asked, []);
  await again(2);
  assert.deepEqual(asked, ["prepare 1", "commit"]);
});

Deno.test("what a platform has named is there at the deadline, though it is down, where a name is proof", async () => {
  const { means, platform } = scriptedPlatform({ commits: [], processing: 1 });
  const message = publicationMessage({
    job: { deadline_at: new Date(Date.now() - 1).toISOString() },
    attempt: { phase: "submitted", external_id: "post-1", submits: 1 },
  });
  message.item.lane_circuit = {
    failures: 3,
    opened_at: new Date().toISOString(),
    probe_at: new Date(Date.now() + 60_000).toISOString(),
  };
  const proving = { ...platform, takenIsThere: true as const };
  await publishMessage(message, { ...means, platformNamed: () => proving }, Date.now() + 45_000);
  assert.deepEqual(project.called(), ["published"]);
  const [{ p_post_id, p_warnings } = {}] = project.callsOf("published");
  assert.deepEqual([p_post_id, (p_warnings as { code: string }[]).map(({ code }) => code)], [
    null,
    ["permalink_unavailable"],
  ]);
});

Deno.test("what a platform can never tell is not waited for: its owner is asked at once", async () => {
  const { means, platform } = scriptedPlatform({ commits: [] });
  const untold = (isForGood: boolean) => ({
    ...platform,
    reconcile: () =>
      Promise.resolve({
        state: "unknown" as const,
        reason: "It was named in the lost answer alone",
        raw: null,
        ...isForGood ? { isForGood: true as const } : {},
      }),
  });
  const turn = async (isForGood: boolean) => {
    const before = project.called().length;
    const message = publicationMessage({ attempt: { phase: "submitting", submits: 1 } });
    const named = { ...means, platformNamed: () => untold(isForGood) };
    const { is } = await publishMessage(message, named, Date.now() + 45_000);
    return [is, ...project.called().slice(before)];
  };
  assert.deepEqual(await turn(false), ["later", "defer"]);
  assert.deepEqual(await turn(true), ["done", "submit_unknown"]);
});

// @acceptance 003:254
Deno.test("at the deadline nobody knows, and that is what is said", async () => {
  const job = { deadline_at: new Date(Date.now() - 1).toISOString() };
  await publish({ processing: 1 }, {
    job,
    attempt: { phase: "submitted", external_id: "post-1", submits: 1 },
  });
  assert.equal(project.callsOf("deadline_passed").length, 1);
  await publish({}, { job, attempt: { phase: "submitting", submits: 1 } });
  assert.equal(project.callsOf("submit_unknown").length, 1);
  assert.match(logs.join("\n"), /^\[Process Publication API\] Job failed .*"error_code":"outcome_unknown"/m);
});

Deno.test("a commit that is in doubt, and was answered with a wait, is not made again but waits once it is known not to be there", async () => {
  const { means, platform } = scriptedPlatform({ commits: [], acts: 0 });
  const blocked = new PlatformError({
    ...failure("unknown", "4/2207051"),
    scope: "connection",
    retryAfterMs: 14_400_000,
  }, { isAmbiguous: true });
  const blocking = {
    ...platform,
    commit: () => ({ send: () => Promise.reject(blocked) }),
    reconcile: () => Promise.resolve({ state: "not_there" as const, raw: null }),
  };
  const there = { ...means, platformNamed: () => blocking };
  await publishMessage(publicationMessage(), there, Date.now() + 45_000);
  const [{ p_note } = {}] = project.callsOf("defer");
  const wait = {
    scope: "connection" as const,
    code: "4/2207051",
    message: "It says 4/2207051",
    retryAfterMs: 14_400_000,
  };
  assert.deepEqual(p_note, { wait });

  project.answers.none_found = 2;
  const attempt = { phase: "submitting" as const, submits: 1, checkpoint: { wait } };
  await publishMessage(publicationMessage({ attempt }), there, Date.now() + 45_000);
  assert.equal(project.callsOf("commit_publication").length, 1, "no second commit");
  const [failed] = project.callsOf("publication_failed");
  assert.deepEqual([failed?.p_failure, failed?.p_all_over], [{
    class: "wait",
    scope: "connection",
    code: "4/2207051",
    message: "It says 4/2207051",
    retry_after_ms: 14_400_000,
  }, true]);
});
