/** How a container stands: it is asked by its own id, never by that of what it became. */
import { z } from "zod";
import { looseText } from "../../providers/kit/fields.ts";
import { subcodeIn } from "../graph/graph_error.ts";
import { type Access, pathOf } from "../graph/dialect.ts";
import { askGraph } from "./graph.ts";

/** `unknown`: a word that nobody has heard of; it goes on being asked. */
export const CONTAINER_STATES = [
  "in_progress",
  "finished",
  "published",
  "error",
  "expired",
  "unknown",
] as const;
export type ContainerState = typeof CONTAINER_STATES[number];

export interface ContainerStatus {
  state: ContainerState;
  /** Instagram's word for it. */
  word: string | null;
  /** Of one that failed: why, as far as it says. */
  subcode: number | null;
  message: string | null;
  raw: unknown;
}

const fields = z.looseObject({ status_code: looseText, status: looseText }).catch({
  status_code: null,
  status: null,
});

/** Asks for a container. Throws PlatformError when the question fails. */
export async function askContainer(
  access: Access,
  id: string,
  signal?: AbortSignal,
): Promise<ContainerStatus> {
  const query = { fields: "status_code,status" };
  const { body, raw } = await askGraph(access, pathOf(id), { query }, signal);
  // Its words are read of what can be kept: they may repeat the address of a file.
  return { ...readStatus(body), message: readStatus(raw).message, raw };
}

/** What an answer says of a container. Pure; never throws. */
export function readStatus(body: unknown): Omit<ContainerStatus, "raw"> {
  const { status_code, status } = fields.parse(body);
  const state = CONTAINER_STATES.find((state) => state === status_code?.toLowerCase()) ?? "unknown";
  return {
    state,
    word: status_code?.slice(0, 60) ?? null,
    subcode: state === "error" && status ? subcodeIn(status) : null,
    message: status?.slice(0, 500) ?? null,
  };
}
