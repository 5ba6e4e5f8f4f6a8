/** The endpoints that move files: the upload (providers.md §1.3) and the result links. */
import type { Hono } from "hono";
import { MultipartError } from "../../multipart.ts";
import type { ReceivedUpload } from "../kit/receive_upload.ts";
import { type Answer, refusal, success } from "./codes.ts";
import { httpError } from "./http_error.ts";
import type { Hub } from "./hub.ts";
import { isAuthorized } from "./request_body.ts";

/** Adds the endpoints to `app`. */
export function addFileRoutes(app: Hono, hub: Hub): void {
  app.post("/task/openapi/upload", async (c) => {
    let upload: ReceivedUpload;
    try {
      upload = await hub.files.receive(c.req.raw, hub.settings.maxUploadBytes);
    } catch (error) {
      if (error instanceof MultipartError) return c.json(refusal(301));
      throw error;
    }
    const names = typeof upload.file === "object" ? [upload.file.originalName] : [];
    const broken = hub.takeFault("http_error", names, ({ path }) => path === "upload");
    const key = upload.fields.get("apiKey");
    const refused = broken ? undefined : refusalOf(hub, c.req.raw, key, names);
    if (broken || refused) {
      if (typeof upload.file === "object") await hub.files.discard(upload.file);
      return broken ? httpError(broken.status) : c.json(refused);
    }
    return c.json(await keep(hub, upload.file));
  });

  app.get("/files/:random/output/:name", async (c) => {
    const file = hub.files.result(new URL(c.req.url).pathname);
    if (!file) return c.text("no such file", 404);
    const headers = { "content-type": "image/png", "content-length": String(file.bytes) };
    if (c.req.raw.method === "HEAD") return new Response(null, { headers });
    return new Response((await Deno.open(file.path)).readable, { headers });
  });
}

function refusalOf(
  hub: Hub,
  request: Request,
  key: string | undefined,
  names: readonly string[],
): Answer | undefined {
  if (!isAuthorized(request, key, hub.settings.apiKey)) return refusal(802);
  const fault = hub.takeFault("upload_code", names);
  return fault && { code: fault.code, msg: fault.msg, data: null };
}

async function keep(hub: Hub, file: ReceivedUpload["file"]): Promise<Answer> {
  if (file === "too_large") return refusal(809);
  if (file === "none") return refusal(301);
  const fileName = await hub.files.keepUpload(file);
  // Which code an unsupported kind of file gets is not documented. The answer says `input` whatever was sent (§1.3).
  return fileName === undefined ? refusal(301) : success({ fileName, fileType: "input" });
}
