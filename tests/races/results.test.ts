import assert from "node:assert/strict";
import {
  attemptFailed,
  cancel,
  complete,
  createJob,
  createLane,
  createUser,
  jobOf,
  type Work,
  workOf,
} from "./actors.ts";
import {
  type Ending,
  ENDINGS,
  races,
  refusalOf,
  type Session,
  skips,
  start,
  type Track,
  waits,
} from "./harness.ts";
import {
  createProject,
  nodeOf,
  outcomeOf,
  patience,
  type Project,
  save,
  showNow,
  versionOf,
} from "./projects.ts";

const { race } = races();

interface Scene {
  ana: string;
  project: Project;
  /** Runs a job for a node of the project and returns its attempt. */
  run(node: string, on?: Project): Promise<Work>;
}

/** A user with a project, and a lane whose jobs show themselves on its nodes. */
async function scene(referee: Session, wait = "30s"): Promise<Scene> {
  await patience(referee, wait);
  const lane = await createLane(referee, { capacity: 5, effect: "project_node" });
  const ana = await createUser(referee, 10);
  const project = await createProject(referee, ana);
  const run = async (node: string, on = project) => {
    const job = await createJob(referee, lane, ana, { metadata: { projectId: on.id, nodeId: node } });
    return await workOf(referee, job.id);
  };
  return { ana, project, run };
}

const after = (ending: Ending, committed: string, rolledBack: string) =>
  ending === "commit" ? committed : rolledBack;

for (const ending of ENDINGS) {
  race(`two jobs that complete on one project at once both show (${ending})`, async ({ a, b, referee }) => {
    const { project, run } = await scene(referee);
    const [one, two] = [await run("n1"), await run("n2")];
    const before = await versionOf(referee, project);
    await a.begin();
    assert.equal(await complete(a, one), "completed");
    await showNow(a);
    const completed = start(complete(b, two));
    await waits(referee, b, a);
    await a.end(ending);

    assert.equal(await completed, "completed");
    assert.equal((await nodeOf(referee, project, "n1")).status, after(ending, "completed", "processing"));
    assert.equal((await nodeOf(referee, project, "n2")).status, "completed");
    assert.equal(await versionOf(referee, project), before + (ending === "commit" ? 2 : 1));
    assert.equal(await outcomeOf(referee, two.jobId), "applied");
  });

  race(
    `a job that completes waits for its owner's save, and both stay (${ending})`,
    async ({ a, b, referee }) => {
      const { project, run } = await scene(referee);
      const work = await run("n1");
      const version = await versionOf(referee, project);
      await a.begin();
      await save(a, project, version, { n1: "by hand", n2: "by hand" });
      const completed = start(complete(b, work));
      await waits(referee, b, a);
      await a.end(ending);

      assert.equal(await completed, "completed");
      const [n1, n2] = [await nodeOf(referee, project, "n1"), await nodeOf(referee, project, "n2")];
      assert.equal(n1.status, "completed");
      for (const node of [n1, n2]) assert.equal(node.prompt, after(ending, "by hand", "a picture"));
    },
  );

  race(`a save that waits for a job is refused if the job lands (${ending})`, async ({ a, b, referee }) => {
    const { project, run } = await scene(referee);
    const work = await run("n1");
    const version = await versionOf(referee, project);
    await a.begin();
    await complete(a, work);
    await showNow(a);
    const saved = start(refusalOf(save(b, project, version, { n1: "by hand" })));
    await waits(referee, b, a);
    await a.end(ending);
    assert.equal(await saved, ending === "commit" ? "409 stale_version" : null);
    const node = await nodeOf(referee, project, "n1");
    assert.equal(node.prompt, after(ending, "a picture", "by hand"));
    assert.equal(node.status, after(ending, "completed", "processing"));
  });

  race(`a job whose project is just being deleted completes (${ending})`, async ({ a, b, referee }) => {
    const { project, run } = await scene(referee);
    const work = await run("n1");
    await a.begin();
    await a.rows("delete from public.projects where id = $1", [project.id]);
    const completed = start(complete(b, work));
    await waits(referee, b, a);
    await a.end(ending);
    assert.equal(await completed, "completed");
    assert.equal(await outcomeOf(referee, work.jobId), after(ending, "project_missing", "applied"));
  });
}

race("failing and cancelling wait for the project too", async ({ a, b, referee, another }) => {
  const { project, run } = await scene(referee);
  const [one, two] = [await run("n1"), await run("n2")];
  const c = await another("C");
  await a.begin();
  await save(a, project, await versionOf(referee, project), { n1: "by hand" });
  const failed = start(attemptFailed(b, one, "never"));
  await waits(referee, b, a);
  const cancelled = start(cancel(c, two.jobId));
  await waits(referee, c, b); // in line behind the other
  await a.end("commit");
  await Promise.all([failed, cancelled]);
  assert.equal((await nodeOf(referee, project, "n1")).error, "It did not work.");
  assert.equal((await nodeOf(referee, project, "n2")).status, "cancelled");
});

race(
  "a job starts without waiting for its project, and shows itself at its next change",
  async ({ a, b, referee }) => {
    const { project, run } = await scene(referee);
    await a.begin();
    await save(a, project, await versionOf(referee, project), { n1: "by hand" });
    const work = await skips(b, referee, run("n1"));
    assert.equal((await jobOf(referee, work.jobId)).status, "processing");
    await a.end("commit");
    assert.equal((await nodeOf(referee, project, "n1")).status, undefined);
    await complete(b, work);
    const node = await nodeOf(referee, project, "n1");
    assert.deepEqual([node.status, node.prompt], ["completed", "by hand"]);
  },
);

race("a job that has waited long enough completes, and its effect comes later", async ({ a, b, referee }) => {
  const { project, run } = await scene(referee, "50ms");
  const work = await run("n1");
  await a.begin();
  await save(a, project, await versionOf(referee, project), { n1: "by hand" });
  assert.equal(await complete(b, work), "completed");
  assert.equal((await jobOf(referee, work.jobId)).status, "completed");
  assert.equal(await outcomeOf(referee, work.jobId), "pending");
  await referee.rows("delete from private.pending_effects where project_id <> $1", [project.id]); // of other tests
  assert.equal(await skips(referee, b, b.ask("private.apply_pending_effects", {})), 0);
  await a.end("commit");
  assert.equal(await b.ask("private.apply_pending_effects", {}), 1);
  assert.equal(await outcomeOf(referee, work.jobId), "applied");
  const node = await nodeOf(referee, project, "n1");
  assert.deepEqual([node.status, node.prompt], ["completed", "by hand"]);
});

race("whoever holds one project waits for no other", async ({ a, b, referee }: Track) => {
  const { ana, run } = await scene(referee);
  const other = await createProject(referee, ana);
  const [one, two] = [await run("n1"), await run("n1", other)];
  await a.begin();
  await save(a, other, await versionOf(referee, other), { n1: "by hand" });
  await b.begin();
  await complete(b, one);
  await showNow(b);
  await complete(b, two);
  await skips(referee, b, showNow(b));
  await b.end("commit");
  assert.deepEqual(
    [await outcomeOf(referee, one.jobId), await outcomeOf(referee, two.jobId)],
    ["applied", "pending"],
  );
  await a.end("commit");
});

race("the reaper waits for no project", async ({ a, b, referee }) => {
  const { project, run } = await scene(referee);
  const work = await run("n1");
  await referee.rows(
    "update public.jobs set max_attempts = 1, deadline_at = clock_timestamp() - interval '6 minutes' where id = $1",
    [work.jobId],
  );
  await a.begin();
  await save(a, project, await versionOf(referee, project), { n1: "by hand" });
  await skips(referee, b, b.call("worker.reap", {}));
  assert.equal((await jobOf(referee, work.jobId)).status, "failed");
  assert.equal(await outcomeOf(referee, work.jobId), "pending");
  await a.end("commit");
});

race("a training that completes waits for its model's owner", async ({ a, b, referee }) => {
  await patience(referee, "30s");
  const lane = await createLane(referee, { effect: "model" });
  const { id } = await createJob(referee, lane, await createUser(referee));
  const work = await workOf(referee, id);
  await referee.rows("update public.jobs set request_id = '788416' where id = $1", [id]);
  await a.begin();
  await a.rows(`update public.ai_models set name = 'mine' where "trainingJobId" = $1`, [id]);
  const completed = start(complete(b, work));
  await waits(referee, b, a);
  await a.end("commit");
  assert.equal(await completed, "completed");
  const model = await referee.row(
    `select name, status, "modelUrl" from public.ai_models where "trainingJobId" = $1`,
    [
      id,
    ],
  );
  assert.deepEqual({ ...model }, { name: "mine", status: "READY", modelUrl: "788416" });
});
