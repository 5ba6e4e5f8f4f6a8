/** A job in any of the forms in which a component may be given it. */
import type { ClientJob, JobHandle } from "../../api/job.ts";
import { NearnessContext } from "./nearness.ts";
import { IDLE } from "./loaded.ts";
import { useSurroundings } from "./surroundings_context.ts";
import { useStore } from "./use_store.ts";
import { useContext, useMemo } from "react";

/**
 * The job itself, once it is there. A job of a list has no addresses that its files can be shown from: once it has
 * completed, it is read for them; in a long list, once it comes near.
 */
export function useShownJob(
  given: ClientJob | JobHandle | string,
): { job: ClientJob | null; error: Error | null } {
  const { client } = useSurroundings();
  const isSeen = useContext(NearnessContext) !== "never";
  const isJob = typeof given === "object" && !("subscribe" in given);
  const handle = typeof given === "object" && "subscribe" in given ? given : null;
  const id = typeof given === "string" ? given : isJob && isSeen && lacksAddresses(given) ? given.id : null;
  const store = useMemo(
    () => handle ?? (client && id !== null ? client.jobs.watch(id) : IDLE),
    [client, handle, id],
  );
  const { data, error } = useStore(store);
  if (!isJob) return { job: data, error };
  return { job: data && data.version >= given.version ? { ...data, key: given.key } : given, error: null };
}

function lacksAddresses({ status, output }: ClientJob): boolean {
  if (status !== "completed" || output?.expired_at) return false;
  return output === null || output.files.some(({ signedUrl }) => signedUrl === null);
}
