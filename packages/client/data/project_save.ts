/** Saving a project on the version that was seen, again and again until nothing has come between. */
import type { SupabaseClient } from "@supabase/supabase-js";
import { type ProjectContent, withResults } from "../../../shared/rows/node_results.ts";
import type { ProjectSnapshot } from "../api/esteira.ts";
import { backOff, REQUEST } from "../live/back_off.ts";
import { toError } from "../http/outcome.ts";
import { pause } from "../http/pause.ts";
import type { Surroundings } from "../live/surroundings.ts";
import { unseenResults } from "./project_merge.ts";
import { saveProject } from "./project_rows.ts";

/** How often a save that was overtaken is done again, and how often one that reached nobody. */
const MOST_OVERTAKEN = 6;
const MOST_UNREACHED = 4;

export interface Save {
  supabase: SupabaseClient;
  surroundings: Surroundings;
  id: string;
  signal: AbortSignal;
  /** The project as it was last seen. */
  seen: ProjectSnapshot;
  /** Reads the project. */
  read: () => Promise<ProjectSnapshot>;
  content: ProjectContent;
  name?: string;
  /** What `content` is based on; left out: its nodes say which results it has seen. */
  version?: number;
}

/** @throws EsteiraError: `stale_version` when it is overtaken each time */
export async function saveUntilItLands(
  { supabase, surroundings, id, signal, seen, read, content, name, version }: Save,
): Promise<ProjectSnapshot | "gone"> {
  let base = version ?? seen.version;
  // What has landed since the app last looked would be wiped out by a save on what is known by now.
  let mine = version === undefined ? unseenResults(content, seen.content) : content;
  let [overtaken, unreached] = [0, 0];
  for (;;) {
    const change = { content: mine, version: base, ...name !== undefined && { name } };
    try {
      const saved = await saveProject(supabase, id, change);
      signal.throwIfAborted();
      if (saved !== "stale") return saved;
    } catch (error) {
      // Whether it has landed nobody knows: done again, it is at worst overtaken by itself.
      if ((error as { code?: string }).code !== "network" || ++unreached === MOST_UNREACHED) throw error;
      await pause(surroundings, backOff(unreached, surroundings.random(), REQUEST), signal);
      continue;
    }
    if (++overtaken === MOST_OVERTAKEN) {
      throw toError("stale_version", "The project changes faster than it can be saved.", {}, 409);
    }
    if (overtaken > 1) {
      await pause(surroundings, backOff(overtaken - 1, surroundings.random(), REQUEST), signal);
    }
    const theirs = await read();
    mine = withResults(mine, theirs.content);
    base = theirs.version;
  }
}
