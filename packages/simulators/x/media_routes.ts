/** Files for posts: in pieces of at most 5 MB, or an image in one. */
import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { MultipartError } from "@esteira/multipart";
import type { ReceivedFile } from "../kit/receive_upload.ts";
import { z } from "zod";
import { isCategory } from "./media.ts";
import { invalid, notFound, problem } from "./problems.ts";
import { asAccount, type X } from "./world.ts";

const MOST_PIECE_BYTES = 5 * 1024 ** 2;
const SCOPES = ["media.write"];

const initialization = z.object({
  media_type: z.string(),
  total_bytes: z.coerce.number().int().positive(),
  media_category: z.string(),
});
const metadata = z.object({
  id: z.string(),
  metadata: z.object({ alt_text: z.object({ text: z.string().max(1000) }).optional() }),
});
const pieceOfJson = z.object({ media: z.string(), segment_index: z.coerce.number().int().min(0).max(999) });
const wholeOfJson = z.object({
  media: z.string(),
  media_category: z.string(),
  media_type: z.string().optional(),
});

/** Adds the endpoints below `/2/media`. */
export function addMediaRoutes(x: X): void {
  const { app, media } = x;
  app.post("/2/media/upload/initialize", async (c) => {
    const body = initialization.safeParse(await c.req.json().catch(() => undefined));
    return await asAccount(x, c.req.raw, { path: "initialize", scopes: SCOPES }, ({ family }) => {
      if (!body.success) return problem(invalid(body.error.issues[0]?.message ?? "The body is not valid."));
      const { media_category, media_type, total_bytes } = body.data;
      const begun = media.begin(family.person, media_category, media_type, total_bytes);
      return typeof begun === "string" ? problem(invalid(begun)) : Response.json({ data: media.view(begun) });
    });
  });

  app.post(
    "/2/media/upload/:id/append",
    (c) =>
      asAccount(
        x,
        c.req.raw,
        { path: "append", scopes: SCOPES, texts: [c.req.param("id")] },
        async ({ family }) => {
          const file = media.of(family.person, c.req.param("id"));
          if (!file || file.whole) {
            await c.req.raw.body?.cancel().catch(() => {});
            return problem(file ? invalid("The upload is finished.") : notFound("media", c.req.param("id")));
          }
          const piece = await pieceOf(x, c.req.raw);
          if ("wrong" in piece) return problem(piece.wrong);
          await media.append(file, piece.index, piece.file);
          const left = Math.floor((file.expiresAt - x.world.clock.now()) / 1000);
          return Response.json({ data: { expires_at: Math.floor(Date.now() / 1000) + left } });
        },
      ),
  );

  app.post(
    "/2/media/upload/:id/finalize",
    (c) =>
      asAccount(
        x,
        c.req.raw,
        { path: "finalize", scopes: SCOPES, texts: [c.req.param("id")] },
        async ({ family }) => {
          const file = media.of(family.person, c.req.param("id"));
          if (!file) return problem(notFound("media", c.req.param("id")));
          const wrong = await media.finalize(file);
          return wrong === undefined ? Response.json({ data: media.view(file) }) : problem(invalid(wrong));
        },
      ),
  );

  app.get("/2/media/upload", (c) => {
    const id = c.req.query("media_id") ?? "";
    return asAccount(x, c.req.raw, { path: "status", scopes: SCOPES, texts: [id] }, ({ family }) => {
      const file = media.of(family.person, id);
      if (!file) return problem(notFound("media", id));
      const odd = x.world.faults.take("unknown_state", [
        family.person.username,
        id,
        file.whole?.sha256 ?? "",
      ]);
      return Response.json({ data: media.view(file, odd?.word) });
    });
  });

  app.post(
    "/2/media/upload",
    (c) =>
      asAccount(x, c.req.raw, { path: "upload", scopes: SCOPES }, async ({ family }) => {
        const whole = await wholeOf(x, c.req.raw);
        if ("wrong" in whole) return problem(whole.wrong);
        const begun = media.begin(family.person, whole.category, whole.type, whole.file.bytes);
        if (typeof begun === "string") {
          await media.pieces.discard(whole.file);
          return problem(invalid(begun));
        }
        await media.append(begun, 0, whole.file);
        const wrong = await media.finalize(begun);
        return wrong === undefined ? Response.json({ data: media.view(begun) }) : problem(invalid(wrong));
      }),
  );

  app.post("/2/media/metadata", async (c) => {
    const body = metadata.safeParse(await c.req.json().catch(() => undefined));
    return await asAccount(x, c.req.raw, { path: "metadata", scopes: SCOPES }, ({ family }) => {
      if (!body.success) return problem(invalid(body.error.issues[0]?.message ?? "The body is not valid."));
      const file = media.of(family.person, body.data.id);
      if (!file) return problem(notFound("media", body.data.id));
      file.altText = body.data.metadata.alt_text?.text ?? null;
      return Response.json({ data: { id: file.id, associated_metadata: body.data.metadata } });
    });
  });
}

type Wrong = { wrong: ReturnType<typeof invalid> };

async function pieceOf(x: X, request: Request): Promise<{ index: number; file: ReceivedFile } | Wrong> {
  const received = await filed(x, request, pieceOfJson);
  if ("wrong" in received) return received;
  const { file, fields } = received;
  const index = Number(fields.get("segment_index") ?? NaN);
  if (Number.isInteger(index) && index >= 0 && index <= 999) return { index, file };
  await x.media.pieces.discard(file);
  return { wrong: invalid("segment_index must be between 0 and 999.") };
}

async function wholeOf(
  x: X,
  request: Request,
): Promise<{ category: string; type: string; file: ReceivedFile } | Wrong> {
  const received = await filed(x, request, wholeOfJson);
  if ("wrong" in received) return received;
  const { file, fields } = received;
  const category = fields.get("media_category") ?? "";
  if (isCategory(category) && category === "tweet_image") {
    return { category, type: fields.get("media_type") ?? file.contentType ?? "", file };
  }
  await x.media.pieces.discard(file);
  return { wrong: invalid("media_category must be tweet_image where a file comes in one.") };
}

/** A file and what came with it, as a form or as JSON with the file in Base64. */
async function filed(
  x: X,
  request: Request,
  json: typeof pieceOfJson | typeof wholeOfJson,
): Promise<{ file: ReceivedFile; fields: ReadonlyMap<string, string> } | Wrong> {
  if (request.headers.get("content-type")?.startsWith("application/json")) {
    const body = json.safeParse(await request.json().catch(() => undefined));
    if (!body.success) return { wrong: invalid(body.error.issues[0]?.message ?? "The body is not valid.") };
    const { media, ...fields } = body.data;
    const bytes = Buffer.from(media, "base64");
    if (bytes.length > MOST_PIECE_BYTES) return { wrong: TOO_LARGE };
    const path = `${await x.media.pieces.directory()}/${crypto.randomUUID()}.upload`;
    await Deno.writeFile(path, bytes);
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    return {
      file: { path, originalName: "media", bytes: bytes.length, sha256 },
      fields: new Map(Object.entries(fields).map(([name, value]) => [name, String(value)])),
    };
  }
  try {
    const { file, fields } = await x.media.pieces.receive(request, MOST_PIECE_BYTES, "media");
    if (file === "none") return { wrong: invalid("media is required.") };
    if (file === "too_large") return { wrong: TOO_LARGE };
    return { file, fields };
  } catch (error) {
    if (error instanceof MultipartError) return { wrong: invalid("The body is not multipart/form-data.") };
    throw error;
  }
}

const TOO_LARGE = { ...invalid("The piece is too large."), status: 413, title: "Payload Too Large" };
