/** `GET /models` and `GET /models/:id/status`: what screens read, and poll while realtime fails them. */
import type { Context } from "hono";
import { z } from "zod";
import { EsteiraError } from "../../../shared/errors/errors.ts";
import {
  MODEL_COLUMNS,
  MODEL_STATUS_COLUMNS,
  modelsResponse,
  modelStatus,
} from "../../../shared/rows/model.ts";
import { unwrap } from "../_shared/engine/database.ts";
import { unlessKnown } from "../_shared/http/etag.ts";
import { requireStillThere, type UserEnv, userOf } from "../_shared/http/user.ts";

const MOST = 100;

/** Answers `{models}`: the caller's own, newest first, at most 100. The rest is in the Data API. */
export async function listModels(context: Context<UserEnv>): Promise<Response> {
  const { client, userId } = userOf(context);
  // Admins may read everybody's rows; this is about their own, too.
  const rows = unwrap(
    await client.from("ai_models").select(MODEL_COLUMNS).eq("userId", userId)
      .order("createdAt", { ascending: false }).limit(MOST),
  );
  const answer = modelsResponse.parse({ models: rows });
  return await unlessKnown(context, answer.models.map(({ id, version }) => [id, version]), () => answer);
}

/** Answers `{id, status, progress, errorMessage, modelUrl, trainedAt}`. Error: 404 not_found, also for another user's model. */
export async function getModelStatus(context: Context<UserEnv>): Promise<Response> {
  const { client, userId } = userOf(context);
  const id = z.guid().safeParse(context.req.param("id")).data;
  const row = id && unwrap(
    await client.from("ai_models").select(MODEL_STATUS_COLUMNS).eq("id", id).eq("userId", userId)
      .maybeSingle(),
  );
  if (!row) {
    await requireStillThere(context);
    throw new EsteiraError("not_found", "You have no such model.");
  }
  const status = modelStatus.parse(row);
  return await unlessKnown(context, status, () => status);
}
