/** Has the functions do, once, what they do with the database for connections and publications. */
import { eventually } from "@esteira/local-supabase/testing";
import type { EnqueueResponse } from "../../shared/requests/requests_publications.ts";
import type { Publication } from "../../shared/rows/publication.ts";
import { callFunction, uploadInput } from "../world/api.ts";
import { connectAccount } from "../world/connect.ts";
import type { Environment } from "../world/environment.ts";
import { drawPicture } from "../world/picture.ts";

/** Connects an account at X, publishes with it, cancels, does again, resolves in vain, and ends the connection. */
export async function publishing(environment: Environment): Promise<void> {
  await environment.sql`update public.tools set is_enabled = true where lane = 'publication'`;
  const user = await environment.signUp(50);
  const { accessToken: token } = user;
  const call = (path: string, body?: unknown, method = body === undefined ? "GET" : "POST") =>
    callFunction(environment, path, { token, method, body });
  const { id: connection } = await connectAccount(environment, user, "x", "ana");
  await call("connections");
  await call(`connections/${connection}/refresh`, {});

  const picture = drawPicture(32);
  const path = await uploadInput(user, picture);
  const request = {
    selectedOptions: ["x_post"],
    mediaFiles: [{ name: "a.png", size: picture.length, type: "image/png", path }],
    idempotencyKey: "played",
  };
  await call("publications/enqueue", { ...request, dryRun: true });
  const id = await enqueued(environment, token, { ...request, captions: { universal: "Played" } });
  await eventually(async () => {
    const { body } = await call(`publications/${id}`);
    return (body as { publication: Publication }).publication.status === "completed" || undefined;
  }, { what: "a publication that is there", timeoutMs: 30_000 });
  await call("publications");
  await call(`publications/${id}/resolve`, { resolved: "there" });

  const later = await enqueued(environment, token, {
    selectedOptions: ["x_post"],
    captions: { universal: "Later" },
    scheduledFor: new Date(Date.now() + 3_600_000).toISOString(),
  });
  await call(`publications/${later}`, undefined, "DELETE");
  await call(`publications/${later}/retry`, {});
  await call(`connections/${connection}`, undefined, "DELETE");
}

async function enqueued(environment: Environment, token: string, body: unknown): Promise<string> {
  const answer = await callFunction(environment, "publications/enqueue", { token, body });
  const { data: { jobs: [job] } } = answer.body as EnqueueResponse;
  if (!job) throw new Error(`nothing was enqueued: ${JSON.stringify(answer.body)}`);
  return job.job_id;
}
