/** A project: read and saved through the Data API, live by what is told on `project:{id}`. */
import type { SupabaseClient } from "@supabase/supabase-js";
import type { ProjectContent } from "../../../shared/rows/node_results.ts";
import { projectTopic } from "../../../shared/words/topics.ts";
import type { Logger, Project, ProjectSnapshot } from "../api/esteira.ts";
import type { Loaded } from "../api/job.ts";
import { createStore } from "../store/store.ts";
import { toError } from "../http/outcome.ts";
import type { Link } from "../live/link.ts";
import type { Surroundings } from "../live/surroundings.ts";
import { isRefusal } from "./completeness.ts";
import type { LearnedBy } from "./entities.ts";
import { afterProjectEvent } from "./project_merge.ts";
import { readProject, readVersion } from "./project_rows.ts";
import { saveUntilItLands } from "./project_save.ts";
import { createRoom } from "./rooms.ts";

export interface ProjectDeps {
  supabase: SupabaseClient;
  link: Link;
  surroundings: Surroundings;
  logger: Logger;
  /** A change was learned. */
  learned: (by: LearnedBy, project: ProjectSnapshot) => void;
}

export interface LiveProject extends Project {
  reset(): void;
  close(): void;
}

const LOADING = { state: "loading", data: null, error: null } as const;

export function createProject(id: string, deps: ProjectDeps): LiveProject {
  const { supabase, link, surroundings, logger, learned } = deps;
  let known: ProjectSnapshot | null = null;
  let life = new AbortController();
  let reading: Promise<ProjectSnapshot> | undefined;
  /** Somebody has asked while it was being read: what they ask for may be newer. */
  let isStale = false;
  let saves = 0;
  let saving: Promise<unknown> = Promise.resolve();
  /** The newest version that was told of. */
  let told = 0;
  const room = createRoom(surroundings, () =>
    link.hold({
      topic: projectTopic(id),
      message: ({ event, payload }, via) => heard(event, payload, via),
      snapshot: (reason, signal) => look(reason === "poll" ? "poll" : "snapshot", signal).catch(refused),
      isOpen: () => true,
      userChanged: () => {},
    }));
  const store = createStore<Loaded<ProjectSnapshot>>(LOADING, {
    onActive() {
      const isRead = !room.isHeld(); // whoever begins to hold is asked to read
      const leave = room.enter();
      if (!isRead) readInBackground("answer");
      return leave;
    },
  });

  function take(next: ProjectSnapshot, by: LearnedBy): ProjectSnapshot {
    if (known && next.version <= known.version) return known;
    if (known) learned(by, next);
    known = next;
    store.set({ state: "ready", data: next, error: null });
    return next;
  }

  function gone(): Error {
    const error = toError("not_found", "You have no such project.", {}, 404);
    known = null;
    store.set({ state: "failed", data: null, error });
    return error;
  }

  function heard(event: string, payload: unknown, via: "realtime" | "sse"): void {
    const result = afterProjectEvent(known, event, payload);
    if (result.type === "junk") {
      return logger.warn("[REALTIME] Not understood, and dropped:", { event, payload });
    }
    logger.debug("[REALTIME] Project update received:", {
      timestamp: new Date(surroundings.now()).toISOString(),
      projectId: id,
      type: event,
      hasNew: event !== "DELETE",
      hasOld: event !== "INSERT",
    });
    if (result.type === "merged") take(result.project, via);
    else if (result.type === "gone") gone();
    else if (result.type === "read") {
      told = Math.max(told, result.version);
      if (saves === 0) readInBackground(via); // else it is most likely what is being saved here
    }
  }

  function readInBackground(by: LearnedBy): void {
    readNow(by).catch(refused).catch((error) => {
      logger.debug("[PROJECT] Could not be read", error);
      if (room.isHeld()) link.missed(projectTopic(id));
    });
  }

  /** What the server says no to is the state of the project, and no fault of the connection. @throws anything else */
  function refused(error: Error): void {
    if (!isRefusal(error)) throw error;
    store.set({ state: "failed", data: null, error });
  }

  /** Whether there is a newer version; only then all of it is read: a canvas may have megabytes. */
  async function look(by: LearnedBy, signal: AbortSignal): Promise<void> {
    const { signal: ofLife } = life;
    const version = known && await readVersion(supabase, id, signal);
    ofLife.throwIfAborted();
    if (!known || version === null || version > known.version) await readNow(by, signal);
  }

  async function readNow(by: LearnedBy, signal?: AbortSignal): Promise<ProjectSnapshot> {
    if (reading) {
      isStale = true;
      return await reading;
    }
    const { signal: ofLife } = life;
    const read = async (): Promise<ProjectSnapshot> => {
      for (;;) {
        isStale = false;
        const next = await readProject(supabase, id, signal);
        ofLife.throwIfAborted();
        if (!next) throw gone();
        const shown = take(next, by);
        if (!isStale) return shown;
      }
    };
    reading = read().finally(() => reading = undefined);
    return await reading;
  }

  async function save(content: ProjectContent, options: { name?: string; version?: number }) {
    const { signal } = life;
    saves++;
    try {
      const read = async () => {
        signal.throwIfAborted(); // somebody else's by now
        return await readNow("answer");
      };
      const seen = known ?? await read();
      const saved = await saveUntilItLands({
        supabase,
        surroundings,
        id,
        signal,
        seen,
        read,
        content,
        ...options,
      });
      if (saved === "gone") throw gone();
      return take(saved, "answer");
    } finally {
      saves--;
      if (saves === 0 && known && told > known.version) readInBackground("answer");
    }
  }

  return {
    watch: <C extends ProjectContent>() => store as unknown as ReturnType<Project<C>["watch"]>,
    read: () => readNow("answer"),
    save(content, options = {}) {
      const next = saving.then(() => save(content, options));
      saving = next.catch(() => {});
      return next;
    },
    reset() {
      life.abort(toError("user_changed", "Somebody else has signed in, or nobody is."));
      life = new AbortController();
      known = null;
      told = 0;
      store.set(LOADING);
    },
    close() {
      life.abort(toError("closed", "The client has been closed."));
      room.close();
    },
  };
}
