/** `esteira.jobs`. */
import type { EsteiraError } from "../../../shared/errors/errors.ts";
import type { Jobs } from "../api/esteira.ts";
import type { ClientJob, JobHandle, Position } from "../api/job.ts";
import type { Store } from "../store/store.ts";
import type { Http } from "../http/http.ts";
import { toError } from "../http/outcome.ts";
import { isId, jobsIn } from "./arrivals.ts";
import { afterRead } from "./client_job.ts";
import type { Creates } from "./creates.ts";
import type { Entities } from "./entities.ts";
import { type JobCell, noSuchJob } from "./job_cell.ts";
import { createHandle } from "./job_handle.ts";
import type { JobsRoom } from "./jobs_room.ts";
import { readPage } from "./list_jobs.ts";
import type { Wish } from "./optimistic.ts";

export interface JobsDeps {
  http: Http;
  entities: Entities;
  room: JobsRoom;
  creates: Creates;
  /** The position of a cell's job. */
  position: (cell: JobCell) => Store<Position | null>;
}

export function createJobs({ http, entities, room, creates, position }: JobsDeps): Jobs {
  const handles = new WeakMap<JobCell, JobHandle>();
  const positions = new WeakMap<JobCell, Store<Position | null>>();

  function handleOf(cell: JobCell): JobHandle {
    const known = handles.get(cell) ?? createHandle(cell, room.latest);
    handles.set(cell, known);
    return known;
  }

  /** The id of a job that may still be on its way; its handle's key will do. */
  async function idOf(id: string): Promise<string> {
    const cell = room.cell(id);
    const known = cell.job()?.isCreating ? (await handleOf(cell).created).id : cell.id() ?? id;
    if (!isId(known)) throw noSuchJob();
    return known;
  }

  /** Asks for something to be done with a job, or for the job itself. */
  async function ask(method: "GET" | "POST" | "DELETE", path: string): Promise<ClientJob> {
    const { body } = await http.call({ method, path, isRepeatable: true });
    const [row] = jobsIn(body) ?? [];
    if (!row) throw toError("malformed_answer", "The answer holds no job.");
    entities.read([row], "answer");
    return entities.get(row.id) ?? afterRead(undefined, row).job;
  }

  return {
    create: (tool, input, options = {}) => {
      const [cell] = creates.create([{ ...options, tool, input: input as Record<string, unknown> }]);
      return handleOf(cell as JobCell) as JobHandle<typeof tool>;
    },
    createMany: (wishes) => {
      if (wishes.length === 0) return [];
      return creates.create(wishes as readonly Wish[]).map(handleOf) as readonly JobHandle[] as never;
    },
    cancel: async (id) => await ask("DELETE", `jobs/${await idOf(id)}`),
    async retry(id) {
      const { id: again } = await ask("POST", `jobs/${await idOf(id)}/retry`);
      return handleOf(room.cell(again));
    },
    async get(id) {
      const known = await idOf(id);
      try {
        return await ask("GET", `jobs/${known}`);
      } catch (error) {
        if ((error as EsteiraError).code === "not_found" && entities.get(known)) {
          entities.remove(known, "answer");
        }
        throw error;
      }
    },
    async list({ cursor, ...filter } = {}) {
      const limit = Math.min(100, filter.limit ?? 20);
      const page = await readPage(http, filter, { limit, ...cursor && { cursor } });
      entities.read(page.jobs, "answer");
      const jobs = page.jobs.map((row) => entities.get(row.id) ?? afterRead(undefined, row).job);
      return { jobs, nextCursor: page.nextCursor };
    },
    position(id) {
      const cell = room.cell(id);
      const known = positions.get(cell) ?? position(cell);
      positions.set(cell, known);
      return known;
    },
    watch: (id) => room.cell(id).store as ReturnType<Jobs["watch"]> as never,
    handle: (id) => handleOf(room.cell(id)) as never,
    queue: (filter = {}) => room.queue(filter),
  };
}
