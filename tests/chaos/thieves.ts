/** Users who try to read results that they do not pay for: listed or not, by every address that a result can have. */
import type { Environment, User } from "../world/environment.ts";
import { pause } from "./patience.ts";

/** A file that could be read. */
export interface Stolen {
  readonly jobId: string;
  readonly path: string;
}

/** Looks again so long after the cancel, in milliseconds: tasks go on for a while, and so may copies. */
const LOOKS_MS = [1_000, 5_000];
/** How the first files of a job are called: by attempt and place. */
const NAMES = ["1-0.png", "1-0.jpg", "1-1.png"];

/** Tries to read what there is of a job, several times. Whoever meets an error has read nothing. */
export async function keepTrying(environment: Environment, user: User, jobId: string): Promise<Stolen[]> {
  const found = new Set<string>();
  for (const wait of LOOKS_MS) {
    await pause(wait);
    for (const path of await readable(environment, user, jobId).catch(() => [])) found.add(path);
  }
  return [...found].map((path) => ({ jobId, path }));
}

/**
 * Paths of files of a job that its owner can read now.
 * @param known names that are known from elsewhere.
 */
export async function readable(
  { deployment }: Environment,
  { userId, client, accessToken }: User,
  jobId: string,
  known: readonly string[] = [],
): Promise<string[]> {
  const folder = `${userId}/${jobId}`;
  const { data } = await client.storage.from("outputs").list(folder);
  const names = new Set([...(data ?? []).map(({ name }) => name), ...known, ...NAMES]);
  const headers = { apikey: deployment.publishableKey, authorization: `Bearer ${accessToken}` };
  const read = await Promise.all([...names].map(async (name) => {
    const url = `${deployment.apiUrl}/storage/v1/object/authenticated/outputs/${folder}/${name}`;
    const { ok, body } = await fetch(url, { headers });
    await body?.cancel();
    return ok ? [`${folder}/${name}`] : [];
  }));
  return read.flat();
}
