/** Copies of a job's files, between who does the job again and the sweep of what nobody refers to. */
import assert from "node:assert/strict";
import { cancel, createLane, createUser } from "./actors.ts";
import { ENDINGS, races, type Row, type Session, start, waits } from "./harness.ts";

const { race } = races();

/** A cancelled job of a tool with a file, and the key of the copy that it was created with. */
async function cancelled(session: Session): Promise<{ jobId: string; key: string }> {
  const lane = await createLane(session);
  const ana = await createUser(session);
  await session.rows(`update public.tools set settings = $2::jsonb where tool = $1`, [
    lane.name,
    { files: { image: { types: ["image/png"], max_bytes: 10 } } },
  ]);
  const [path, key] = [`${ana}/a.png`, `${ana}/${crypto.randomUUID()}.png`];
  for (const [bucket, name] of [["inputs", path], ["handed", key]]) {
    await session.rows(
      `insert into storage.objects (bucket_id, name, created_at, metadata)
       values ($1, $2, now() - interval '2 hours', '{"mimetype": "image/png", "size": 1}')`,
      [bucket ?? "", name ?? ""],
    );
  }
  const [job] = await session.call<Row & { id: string }>("public.create_job", {
    p_user_id: ana,
    p_tool: lane.name,
    p_input: { image: path },
    p_handed: { [path]: key },
  });
  const jobId = job?.id ?? "";
  await cancel(session, jobId);
  return { jobId, key };
}

const sweep = (session: Session) => session.rows(`select private.sweep_handed('0 seconds')`);
const retry = async (session: Session, jobId: string) =>
  (await session.call<Row & { id: string }>("public.retry_job", { p_job_id: jobId }))[0]?.id ?? "";
const keysOf = async (session: Session, jobId: string) =>
  (await session.rows(`select key from private.handed_files where job_id = $1`, [jobId])).map(({ key }) =>
    key
  );
const isDoomed = async (session: Session, key: string) =>
  (await session.rows(`select from private.doomed_files where prefix = $1`, [key])).length > 0;

for (const ending of ENDINGS) {
  race(
    `a sweep leaves the copies of a job that is just being done again (${ending})`,
    async ({ a, b, referee }) => {
      const { jobId, key } = await cancelled(referee);
      await a.begin();
      const again = await retry(a, jobId);
      await sweep(b); // waits for nobody
      assert.equal(await isDoomed(referee, key), false);
      await a.end(ending);
      assert.deepEqual(await keysOf(referee, again), ending === "commit" ? [key] : []);
      assert.deepEqual(await keysOf(referee, jobId), [key]);
    },
  );

  race(`a retry that waits for a sweep has what it left (${ending})`, async ({ a, b, referee }) => {
    const { jobId, key } = await cancelled(referee);
    await a.begin();
    await sweep(a);
    const again = start(retry(b, jobId));
    await waits(referee, b, a);
    await a.end(ending);
    // Where the copy goes, the worker makes another.
    assert.deepEqual(await keysOf(referee, await again), ending === "commit" ? [] : [key]);
    assert.equal(await isDoomed(referee, key), ending === "commit");
  });
}
