/** A job as it is looked into: the user's own live, somebody else's as an admin may read it. */
import type { ClientJob } from "../../api/job.ts";
import { useJob } from "./use_job.ts";

export function useInspectedJob(jobId: string): { job: ClientJob | null; error: Error | null } {
  const { job, error } = useJob(jobId);
  return { job, error };
}
