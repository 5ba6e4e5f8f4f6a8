/** Creating jobs: at once on the screen, and once at the server, however often it has to be asked. */
import type { EsteiraError } from "../../../shared/errors/errors.ts";
import type { Link } from "../live/link.ts";
import type { Surroundings } from "../live/surroundings.ts";
import type { Http } from "../http/http.ts";
import { toError } from "../http/outcome.ts";
import { jobsIn } from "./arrivals.ts";
import type { Entities } from "./entities.ts";
import type { JobCell } from "./job_cell.ts";
import type { JobsRoom } from "./jobs_room.ts";
import { bodyOf, optimisticJob, type Wish } from "./optimistic.ts";

/** A batch is written in one transaction, and may take a while. */
const BATCH_TIMEOUT_MS = 60_000;

export interface Creates {
  /** Creates the jobs, all or none; their cells at once. A key whose create is under way is the same job. */
  create(wishes: readonly Wish[]): JobCell[];
}

export function createCreates({ http, link, entities, room, surroundings, laneOf }: {
  http: Http;
  link: Link;
  entities: Entities;
  room: JobsRoom;
  surroundings: Surroundings;
  /** The lane of a tool, as far as it is known. */
  laneOf: (tool: string) => string;
}): Creates {
  const underWay = new Map<string, JobCell>();

  /** @param cells those of the jobs, in their order */
  async function send(path: string, body: Record<string, unknown>, cells: readonly JobCell[]): Promise<void> {
    const timeoutMs = cells.length === 1 ? undefined : BATCH_TIMEOUT_MS;
    const call = {
      method: "POST",
      path,
      body,
      isRepeatable: true,
      isPatient: true,
      ...timeoutMs && { timeoutMs },
    } as const;
    const rows = jobsIn((await http.call(call)).body);
    if (rows?.length !== cells.length) throw toError("malformed_answer", "The answer holds no such jobs.");
    entities.read(rows, "answer");
    rows.forEach(({ id }, i) => {
      const job = entities.get(id); // it may have been known already: then nothing has changed
      if (job) cells[i]?.show(job);
    });
  }

  return {
    create(wishes) {
      const one = wishes.length === 1 ? wishes[0]?.idempotencyKey : undefined;
      const same = one === undefined ? undefined : underWay.get(one);
      if (same) return [same];
      const bodies = wishes.map((wish) => bodyOf(wish, wish.idempotencyKey ?? surroundings.uuid()));
      const now = http.clock.guess();
      const userId = link.userId() ?? null;
      const jobs = bodies.map((body) => optimisticJob(body, userId, now, laneOf(body.tool)));
      const made = jobs.map((job) => room.creating(job));
      jobs.forEach((job, i) => underWay.set(job.key, made[i] as JobCell));
      entities.creating(jobs.filter(({ key }) => !entities.ofKey(key))); // a key that was used before is that job
      const [only] = bodies;
      const sent = bodies.length === 1 && only
        ? send("jobs", only, made)
        : send("jobs/batch", { jobs: bodies }, made);
      sent.catch((error: EsteiraError) => {
        // Those that are real by now were told of before their answer was lost for good.
        const refused = made.filter((cell) => cell.id() === null);
        entities.refused(refused.map((cell) => cell.key()));
        for (const cell of refused) cell.fail(error);
      }).finally(() => jobs.forEach(({ key }) => underWay.delete(key)));
      return made;
    },
  };
}
