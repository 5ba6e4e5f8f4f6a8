/** The endpoints that move files: the three uploads and the temporary download link (kie.md#endpoints). */
import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import type { Context, Hono } from "hono";
import { z } from "zod";
import { MultipartError } from "@esteira/multipart";
import { fileOutput } from "../kit/output.ts";
import type { ReceivedFile } from "../kit/receive_upload.ts";
import type { UploadStore } from "../kit/upload_store.ts";
import { refusal, success } from "./codes.ts";
import type { KieSimulation } from "./task.ts";
import { jsonBody, keyOf } from "./request.ts";

/** The advised limit of the upload from a URL, here for all three. */
const MAX_BYTES = 100 * 1024 * 1024;
const FETCH_TIMEOUT_MS = 30_000;
/** The newest pages say so (kie.md#limits). */
const UPLOAD_LIFE_MS = 24 * 60 * 60_000;
const TYPES: Readonly<Record<string, string>> = {
  jpg: "image/jpeg",
  jpeg: "image/jpeg",
  png: "image/png",
  webp: "image/webp",
  mp4: "video/mp4",
};

/** What the endpoints need besides the simulation. */
export interface FileRules {
  readonly apiKeys: readonly string[];
  readonly uploads: UploadStore;
  /** How long a download link works, in milliseconds. */
  readonly downloadLinkMs: number;
}

interface Wanted {
  uploadPath: string;
  fileName?: string | undefined;
}

const target = { uploadPath: z.string().min(1), fileName: z.string().min(1).optional() };
const fromUrl = z.object({ fileUrl: z.url({ protocol: /^https?$/ }), ...target });
const fromBase64 = z.object({ base64Data: z.string().min(1), ...target });

/** Adds the endpoints to `app`. */
export function addFileRoutes(app: Hono, simulation: KieSimulation, rules: FileRules): void {
  const { uploads, apiKeys } = rules;
  const invalid = (c: Context) => c.json({ success: false, ...refusal(422) });

  /** Keeps a file and tells where it lies; a file of the same name goes (kie.md#endpoints). */
  const keep = async (
    c: Context,
    file: ReceivedFile,
    { uploadPath, fileName = file.originalName }: Wanted,
  ) => {
    const filePath = [...uploadPath.split("/"), fileName].filter((part) => part !== "" && part !== "..").join(
      "/",
    );
    await uploads.keep(filePath, file);
    const url = `${simulation.url}/uploads/${filePath.split("/").map(encodeURIComponent).join("/")}`;
    const data = {
      fileName,
      filePath,
      downloadUrl: url,
      fileUrl: url,
      fileSize: file.bytes,
      mimeType: typeOf(fileName),
      expiresAt: new Date(Date.now() + UPLOAD_LIFE_MS).toISOString(),
    };
    return c.json({ success: true, code: 200, msg: "File uploaded successfully", data });
  };

  const endpoint = (path: string, answer: (c: Context) => Promise<Response>) =>
    app.post(path, (c) =>
      simulation.respond(c.req.raw, "upload", [], async () => {
        if (keyOf(c.req.raw, apiKeys)) return await answer(c);
        await c.req.raw.body?.cancel();
        return c.json({ success: false, ...refusal(401) });
      }));

  endpoint("/api/file-stream-upload", async (c) => {
    try {
      const { file, fields } = await uploads.receive(c.req.raw, MAX_BYTES);
      const uploadPath = fields.get("uploadPath");
      if (typeof file === "object" && uploadPath) {
        return await keep(c, file, { uploadPath, fileName: fields.get("fileName") });
      }
      if (typeof file === "object") await uploads.discard(file);
    } catch (error) {
      if (!(error instanceof MultipartError)) throw error;
    }
    return invalid(c);
  });

  endpoint("/api/file-url-upload", async (c) => {
    const wanted = fromUrl.safeParse(await jsonBody(c.req.raw));
    if (!wanted.success) return invalid(c);
    const response = await fetch(wanted.data.fileUrl, { signal: AbortSignal.timeout(FETCH_TIMEOUT_MS) })
      .catch(() => undefined);
    if (!response?.ok) {
      await response?.body?.cancel();
      return invalid(c);
    }
    const name = new URL(wanted.data.fileUrl).pathname.split("/").at(-1) || "file";
    return await keep(c, await stored(uploads, name, await response.bytes()), wanted.data);
  });

  endpoint("/api/file-base64-upload", async (c) => {
    const wanted = fromBase64.safeParse(await jsonBody(c.req.raw));
    if (!wanted.success) return invalid(c);
    const content = Buffer.from(wanted.data.base64Data.replace(/^data:[^,]*,/, ""), "base64");
    return await keep(c, await stored(uploads, "file", content), wanted.data);
  });

  app.get("/uploads/*", (c) => {
    const filePath = decodeURIComponent(new URL(c.req.url).pathname.slice("/uploads/".length));
    const file = uploads.get(filePath);
    if (!file) return c.json(refusal(404), 404);
    const output = fileOutput({ ...file, name: filePath, type: typeOf(filePath) });
    return new Response(output.stream(), {
      headers: { "content-type": output.type, "content-length": String(output.bytes) },
    });
  });

  app.post(
    "/api/v1/common/download-url",
    (c) =>
      simulation.respond(c.req.raw, "download_url", [], async () => {
        if (!keyOf(c.req.raw, apiKeys)) return c.json(refusal(401));
        const body = z.object({ url: z.string() }).safeParse(await jsonBody(c.req.raw));
        const link = body.success
          ? simulation.shelf.freshLink(body.data.url, rules.downloadLinkMs)
          : undefined;
        return c.json(link === undefined ? refusal(422) : success(link));
      }),
  );
}

async function stored(
  uploads: UploadStore,
  originalName: string,
  content: Uint8Array,
): Promise<ReceivedFile> {
  const path = `${await uploads.directory()}/${crypto.randomUUID()}.upload`;
  await Deno.writeFile(path, content);
  return {
    path,
    originalName,
    bytes: content.length,
    sha256: createHash("sha256").update(content).digest("hex"),
  };
}

function typeOf(name: string): string {
  return TYPES[name.split(".").at(-1)?.toLowerCase() ?? ""] ?? "application/octet-stream";
}
