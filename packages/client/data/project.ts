/** A project: read and saved through the Data API, live by what is told on `project:{id}`. */
import type { SupabaseClient } from "@supabase/supabase-js";
import { type ProjectContent, withResults } from "../../../shared/rows/node_results.ts";
import { projectTopic } from "../../../shared/words/topics.ts";
import type { Logger, Project, ProjectSnapshot } from "../api/esteira.ts";
import type { Loaded } from "../api/job.ts";
import { createStore } from "../store/store.ts";
import { fullJitter } from "../http/backoff.ts";
import { toError } from "../http/outcome.ts";
import { pause } from "../http/pause.ts";
import type { Link } from "../live/link.ts";
import type { Surroundings } from "../live/surroundings.ts";
import type { LearnedBy } from "./entities.ts";
import { afterProjectEvent, unseenResults } from "./project_merge.ts";
import { readProject, saveProject } from "./project_rows.ts";
import { createRoom } from "./rooms.ts";

/** How often a save that was overtaken is tried again. */
const SAVES = 6;
const LOADING = { state: "loading", data: null, error: null } as const;

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

export function createProject(
  id: string,
  { supabase, link, surroundings, logger, learned }: ProjectDeps,
): LiveProject {
  let known: ProjectSnapshot | null = null;
  let life = new AbortController();
  let saving: Promise<unknown> = Promise.resolve();
  let reading: Promise<ProjectSnapshot> | undefined;
  let isStale = false;
  const room = createRoom(surroundings, () =>
    link.hold({
      topic: projectTopic(id),
      message: ({ event, payload }, via) => heard(event, payload, via),
      snapshot: async (reason, signal) => {
        await readNow(reason === "poll" ? "poll" : "snapshot", signal);
      },
      isOpen: () => true,
      userChanged: () => {},
    }));
  const store = createStore<Loaded<ProjectSnapshot>>(LOADING, {
    onActive() {
      const isRead = !room.isHeld(); // whoever begins to hold is asked to read
      const leave = room.enter();
      if (!isRead) readNow("answer").catch((error) => logger.debug("[PROJECT] Could not be read", error));
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
      readNow(via).catch((error) => {
        logger.debug("[PROJECT] Could not be read", error);
        link.missed(projectTopic(id));
      });
    }
  }

  /** Reads the row; who asks while it is being read gets one that is read after that. */
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
        take(next, by);
        if (!isStale) return known ?? next;
      }
    };
    reading = read().finally(() => reading = undefined);
    return await reading;
  }

  async function save(content: ProjectContent, { name, version }: { name?: string; version?: number }) {
    const { signal } = life;
    let seen = version ?? (known ?? await readNow("answer")).version;
    // What has landed since the app last looked would be wiped out by a save on what is known by now.
    let mine = version === undefined && known ? unseenResults(content, known.content) : content;
    for (let tries = 1;; tries++) {
      const saved = await saveProject(supabase, id, {
        content: mine,
        version: seen,
        ...name !== undefined && { name },
      });
      signal.throwIfAborted();
      if (saved === "gone") throw gone();
      if (saved !== "stale") return take(saved, "answer");
      if (tries === SAVES) {
        throw toError("stale_version", "The project changes faster than it can be saved.", {}, 409);
      }
      if (tries > 1) await pause(surroundings, fullJitter(tries - 1, surroundings.random()), signal);
      const theirs = await readNow("answer");
      mine = withResults(mine, theirs.content);
      seen = theirs.version;
    }
  }

  return {
    watch: <C extends ProjectContent>() => store as unknown as ReturnType<Project<C>["watch"]>,
    read: () => readNow("answer"),
    save(content, options = {}) {
      const next = saving.then(() => save(content, options), () => save(content, options));
      saving = next.catch(() => {});
      return next;
    },
    reset() {
      life.abort(toError("user_changed", "Somebody else has signed in, or nobody is."));
      life = new AbortController();
      known = null;
      store.set(LOADING);
    },
    close() {
      life.abort(toError("closed", "The client has been closed."));
      room.close();
    },
  };
}
