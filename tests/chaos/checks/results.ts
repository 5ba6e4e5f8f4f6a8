/** Whether every completed job has what its provider made: once, and byte for byte. Pure. */
import { type Case, casesOf, type Evidence, type Task } from "../evidence.ts";
import { WITHOUT_IDS } from "../scenarios/scenario.ts";

/** The result of every completed job is that of a task of its own that succeeded; the others have none. */
export function resultsAreRight(evidence: Evidence): string[] {
  return casesOf(evidence).flatMap((one) => {
    const { job, planned } = one;
    if (job.status !== "completed") {
      return job.output === null ? [] : [`${job.status} job ${job.id} has an output`];
    }
    const winners = one.attempts.filter(({ outcome }) => outcome === "succeeded");
    const [winner] = winners;
    if (!winner || winners.length > 1) return [`job ${job.id} has ${winners.length} attempts that succeeded`];
    const isOwn = ({ token, id }: Task) =>
      token === winner.token &&
      (WITHOUT_IDS.includes(planned.scenario.provider) || id === winner.external_id);
    const task = one.tasks.find(isOwn);
    if (task?.outcome !== "succeeded") {
      return [`job ${job.id} has the result of ${winner.external_id}, which did not succeed for it`];
    }
    if (planned.scenario.provider === "astria") {
      return job.output?.data?.tune_id === task.id
        ? []
        : [`job ${job.id} names another model than ${task.id}`];
    }
    return filesOf(one, task.outputs, evidence);
  });
}

function filesOf(
  { job }: Case,
  made: readonly { bytes: number; sha256: string }[],
  { downloads }: Evidence,
): string[] {
  const files = job.output?.files ?? [];
  if (files.length === 0) return [`job ${job.id} has no file`];
  return files.flatMap(({ path, bytes }) => {
    const got = downloads.get(path);
    if (!got) return [`${path} cannot be had`];
    const isSame = made.some((output) => output.bytes === got.bytes && output.sha256 === got.sha256);
    return isSame && got.bytes === bytes ? [] : [`${path} has ${got.bytes} bytes that its task has not made`];
  });
}

/** No file lies in the folder of a job that ended without a result, or that is not there. */
export function endedJobsHaveNoFiles({ jobs, objects }: Evidence): string[] {
  const completed = new Set(
    jobs.filter(({ status }) => status === "completed").map(({ user_id, id }) => `${user_id}/${id}`),
  );
  return objects.filter((name) => !completed.has(name.split("/").slice(0, 2).join("/")))
    .map((name) => `${name} lies there, and its job has no result`);
}

/** The folder of a completed job holds its output and nothing else. */
export function nothingElseIsStored({ jobs, objects }: Evidence): string[] {
  const byFolder = Map.groupBy(objects, (name) => name.split("/").slice(0, 2).join("/"));
  return jobs.filter(({ status }) => status === "completed").flatMap(({ id, user_id, output }) => {
    const own = new Set((output?.files ?? []).map(({ path }) => path));
    const extra = (byFolder.get(`${user_id}/${id}`) ?? []).filter((name) => !own.has(name));
    return extra.map((name) => `${name} lies beside the output of its job`);
  });
}
