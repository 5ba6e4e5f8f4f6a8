/** Rows of `projects`, through the Data API. */
import type { SupabaseClient } from "@supabase/supabase-js";
import type { ProjectContent } from "../../../shared/rows/node_results.ts";
import type { ProjectSnapshot } from "../api/esteira.ts";
import { toError } from "../http/outcome.ts";
import { isDict } from "./arrivals.ts";

const COLUMNS = "id,name,version,content,updated_at";

/** The project; null when the user has none of this id. @throws EsteiraError */
export async function readProject(
  supabase: SupabaseClient,
  id: string,
  signal?: AbortSignal,
): Promise<ProjectSnapshot | null> {
  const query = supabase.from("projects").select(COLUMNS).eq("id", id);
  const { data, error, status } = await (signal ? query.abortSignal(signal) : query).maybeSingle();
  if (error) throw errorOf(error, status, signal);
  return data === null ? null : toProject(data);
}

/** The version of a project alone: what it costs to ask is the same whatever its size. Null: there is none. */
export async function readVersion(
  supabase: SupabaseClient,
  id: string,
  signal?: AbortSignal,
): Promise<number | null> {
  const query = supabase.from("projects").select("version").eq("id", id);
  const { data, error, status } = await (signal ? query.abortSignal(signal) : query).maybeSingle();
  if (error) throw errorOf(error, status, signal);
  return data === null ? null : data.version;
}

/** Saves on a version; `stale` when another one is there, `gone` when none is. @throws EsteiraError */
export async function saveProject(
  supabase: SupabaseClient,
  id: string,
  change: { content: ProjectContent; version: number; name?: string },
): Promise<ProjectSnapshot | "stale" | "gone"> {
  const { data, error, status } = await supabase.from("projects").update(change).eq("id", id)
    .select("id,name,version,updated_at").maybeSingle();
  if (error?.details === "stale_version") return "stale";
  if (error) throw errorOf(error, status);
  return data === null ? "gone" : toProject({ ...data, content: change.content });
}

function toProject(row: unknown): ProjectSnapshot {
  if (!isDict(row) || !isDict(row.content) || !Array.isArray(row.content.nodes)) {
    throw toError("malformed_answer", "The row is no project.");
  }
  const { id, name, version, content, updated_at } = row;
  return { id, name, version, content, updatedAt: updated_at } as unknown as ProjectSnapshot;
}

/** The Data API's error as ours. @throws `signal.reason` when that was the cause */
function errorOf(
  { code, message, details }: { code: string; message: string; details: string | null },
  status: number,
  signal?: AbortSignal,
): Error {
  if (signal?.aborted) throw signal.reason;
  if (status === 0) return toError("network", message);
  const isWord = /^[a-z][a-z_]*$/.test(details ?? ""); // ours stand in `details`
  return toError(
    isWord && details ? details : status === 401 ? "unauthenticated" : "platform_error",
    message,
    { code },
    status,
  );
}
