/** How a container stands: it is asked by its own id, never by that of what it became. */
import { looseText } from "../../../providers/kit/fields.ts";
import { type Access, pathOf } from "../dialect.ts";
import { isObject } from "../graph_error.ts";
import type { ContainerDialect } from "./container_dialect.ts";

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
  /** The platform's word for it. */
  word: string | null;
  /** Of one that failed: why, as a code and in words, as far as it says. */
  reason: string | null;
  message: string | null;
  raw: unknown;
}

/** Asks for a container. Throws PlatformError when the question fails. */
export async function askContainer(
  dialect: ContainerDialect,
  access: Access,
  id: string,
  signal?: AbortSignal,
): Promise<ContainerStatus> {
  const { word, message } = dialect.fields;
  const query = { fields: `${word},${message}` };
  const { body, raw } = await dialect.graph.askGraph(access, pathOf(id), { query }, signal);
  // Its words are read of what can be kept: they may repeat the address of a file.
  return { ...readStatus(dialect, body), message: readStatus(dialect, raw).message, raw };
}

/** What an answer says of a container. Pure; never throws. */
export function readStatus(
  { fields, reasonIn }: Pick<ContainerDialect, "fields" | "reasonIn">,
  body: unknown,
): Omit<ContainerStatus, "raw"> {
  const word = textIn(body, fields.word);
  const message = textIn(body, fields.message);
  const state = CONTAINER_STATES.find((state) => state === word?.toLowerCase()) ?? "unknown";
  return {
    state,
    word: word?.slice(0, 60) ?? null,
    reason: state === "error" && message ? reasonIn(message) : null,
    message: message?.slice(0, 500) ?? null,
  };
}

function textIn(body: unknown, name: string): string | null {
  return isObject(body) && Object.hasOwn(body, name) ? looseText.parse(body[name]) ?? null : null;
}
