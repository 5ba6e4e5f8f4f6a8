/** Where fal is, and where it is asked after a request. */
import { z } from "zod";
import type { WorkItem } from "../../engine/work_item.ts";
import { type Api, baseUrlOf } from "../kit/account_call.ts";
import { modelFor } from "../kit/model_choice.ts";
import { settingsOf } from "../kit/tool_settings.ts";
import { toolSettings } from "./settings.ts";

/** fal's queue. */
export const QUEUE: Api = { baseUrl: "https://queue.fal.run", scheme: "Key" };
const BACKUP_ORIGIN = "https://queue.falrun.com";

/**
 * Where to ask after a request: the address that fal gave for it. Where its answer was lost, or names another host (which
 * must not be told our key), it is built as fal builds it: of the model's owner and app, without its path
 * (fal.md#queue).
 */
export function addressOf(
  work: WorkItem,
  externalId: string,
  what: "status" | "response" | "cancel",
): string {
  const base = baseUrlOf(QUEUE, work);
  const given = z.looseObject({ [`${what}_url`]: z.url() }).safeParse(work.attempt.checkpoint.fal)
    .data?.[`${what}_url`];
  if (typeof given === "string" && [new URL(base).origin, BACKUP_ORIGIN].includes(new URL(given).origin)) {
    return given;
  }
  const parts = modelFor(settingsOf(toolSettings, work), work.attempt.checkpoint.files).split("/");
  const app = parts.slice(0, ["workflows", "comfy"].includes(parts[0] ?? "") ? 3 : 2).join("/");
  const path = { status: "/status", response: "", cancel: "/cancel" }[what];
  return `${base}/${app}/requests/${encodeURIComponent(externalId)}${path}`;
}
