/** How the groups on a page stand: all of their publications count, those on other pages too. */
import { z } from "zod";
import { groupOf } from "../../../shared/publishing/group_state.ts";
import type { publicationsPage } from "../../../shared/requests/requests_publications.ts";
import { RESOLUTIONS } from "../../../shared/words/platforms.ts";
import { JOB_STATUSES } from "../../../shared/words/statuses.ts";
import { unwrap } from "../_shared/engine/database.ts";
import type { UserClient } from "../_shared/http/user.ts";

type Group = z.infer<typeof publicationsPage>["groups"][number];

/** A question is an address, and an address of more ids would not reach the Data API; nor would it answer with more rows. */
const AT_ONCE = 50;

const member = z.object({
  job_id: z.string(),
  group_id: z.string(),
  resolved: z.enum(RESOLUTIONS).nullable(),
});
const state = z.object({ id: z.string(), status: z.enum(JOB_STATUSES) });

/** These groups of the user's, in their order. */
export async function readGroups(
  client: UserClient,
  userId: string,
  groupIds: readonly string[],
): Promise<Group[]> {
  const ids = [...new Set(groupIds)];
  const members = await readAll(
    member,
    ids,
    (some) =>
      client.from("publications").select("job_id,group_id,resolved").eq("user_id", userId).in(
        "group_id",
        some,
      ),
  );
  const states = await readAll(
    state,
    members.map(({ job_id }) => job_id),
    (some) => client.from("jobs").select("id,status").eq("user_id", userId).in("id", some),
  );
  const statusOf = new Map(states.map(({ id, status }) => [id, status]));
  return ids.map((group_id) => {
    const own = members.filter((one) => one.group_id === group_id).flatMap(({ job_id, resolved }) => {
      const status = statusOf.get(job_id);
      return status ? [{ status, resolved }] : [];
    });
    return { group_id, ...groupOf(own) };
  });
}

async function readAll<T>(
  row: z.ZodType<T>,
  ids: readonly string[],
  ask: (some: string[]) => PromiseLike<Parameters<typeof unwrap>[0]>,
): Promise<T[]> {
  const parts = Array.from(
    { length: Math.ceil(ids.length / AT_ONCE) },
    (_, n) => ids.slice(n * AT_ONCE, (n + 1) * AT_ONCE),
  );
  const answers = await Promise.all(parts.map(async (part) => unwrap(await ask(part))));
  return answers.flatMap((rows) => z.array(row).parse(rows));
}
