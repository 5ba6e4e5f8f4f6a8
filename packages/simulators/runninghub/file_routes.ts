/** The endpoint that takes files (runninghub.md#uploads). */
import type { Hono } from "hono";
import { MultipartError } from "@esteira/multipart";
import type { ReceivedFile, ReceivedUpload } from "../kit/receive_upload.ts";
import type { UploadStore } from "../kit/upload_store.ts";
import { type Answer, refusal, success } from "./codes.ts";
import { keyOf } from "./request_body.ts";
import type { RunningHubSimulation } from "./task.ts";

/** The endings that RunningHub takes. */
const ACCEPTED = /\.(jpg|jpeg|png|webp|zip|mp3|wav|flac|mp4|avi|mov|mkv)$/i;

/** What the endpoint needs besides the simulation. */
export interface UploadRules {
  readonly apiKeys: readonly string[];
  readonly maxUploadBytes: number;
  readonly uploads: UploadStore;
}

/** Adds the endpoint to `app`. */
export function addFileRoutes(app: Hono, simulation: RunningHubSimulation, rules: UploadRules): void {
  const { uploads } = rules;
  app.post("/task/openapi/upload", async (c) => {
    let upload: ReceivedUpload;
    try {
      upload = await uploads.receive(c.req.raw, rules.maxUploadBytes);
    } catch (error) {
      if (error instanceof MultipartError) return c.json(refusal(301));
      throw error;
    }
    const { file } = upload;
    const names = typeof file === "object" ? [file.originalName] : [];
    let kept = false;
    try {
      return await simulation.respond(c.req.raw, "upload", names, async () => {
        const refused = refusalOf(simulation, rules.apiKeys, { request: c.req.raw, upload, names });
        if (refused) return c.json(refused);
        if (file === "too_large") return c.json(refusal(809));
        const fileName = file === "none" ? undefined : await keep(uploads, file);
        kept = fileName !== undefined;
        // Which code no file or an unsupported kind of file gets is not documented. The answer says `input` whatever was sent.
        return c.json(fileName === undefined ? refusal(301) : success({ fileName, fileType: "input" }));
      });
    } finally {
      if (typeof file === "object" && !kept) await uploads.discard(file);
    }
  });
}

function refusalOf(
  simulation: RunningHubSimulation,
  apiKeys: readonly string[],
  { request, upload, names }: { request: Request; upload: ReceivedUpload; names: readonly string[] },
): Answer | undefined {
  if (!keyOf(request, upload.fields.get("apiKey"), apiKeys)) return refusal(802);
  const fault = simulation.faults.take("upload_code", names);
  return fault && { code: fault.code, msg: fault.msg, data: null };
}

/**
 * Keeps an upload under the name that nodes use for it: `api/<digest>.<ending>`, the same for the same content.
 * @returns the name, or undefined when RunningHub does not take files with this ending; then it is not kept.
 */
async function keep(uploads: UploadStore, file: ReceivedFile): Promise<string | undefined> {
  const ending = ACCEPTED.exec(file.originalName)?.[1]?.toLowerCase();
  if (ending === undefined) return undefined;
  const fileName = `api/${file.sha256}.${ending}`;
  // The same content again: the older file may be in use, so the newer one goes.
  if (uploads.get(fileName)) await uploads.discard(file);
  else await uploads.keep(fileName, file);
  return fileName;
}
