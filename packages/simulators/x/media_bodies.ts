/** How files come in requests: as forms, or in JSON with the file in Base64. */
import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { MultipartError } from "@esteira/multipart";
import { z } from "zod";
import type { ReceivedFile } from "../kit/receive_upload.ts";
import { invalid } from "./problems.ts";
import type { X } from "./world.ts";

const MOST_PIECE_BYTES = 5 * 1024 ** 2;
/** The category of what may come in one; all else comes in pieces. */
export const WHOLE_CATEGORY = "tweet_image";

const pieceOfJson = z.object({ media: z.string(), segment_index: z.coerce.number().int().min(0).max(999) });
const wholeOfJson = z.object({
  media: z.string(),
  media_category: z.string(),
  media_type: z.string().optional(),
});

type Wrong = { wrong: ReturnType<typeof invalid> };

/** A piece of a file, and which it is. */
export async function pieceOf(
  x: X,
  request: Request,
): Promise<{ index: number; file: ReceivedFile } | Wrong> {
  const received = await filed(x, request, pieceOfJson);
  if ("wrong" in received) return received;
  const { file, fields } = received;
  const index = Number(fields.get("segment_index") ?? NaN);
  if (Number.isInteger(index) && index >= 0 && index <= 999) return { index, file };
  await x.media.pieces.discard(file);
  return { wrong: invalid("segment_index must be between 0 and 999.") };
}

/** A file that comes in one. */
export async function wholeOf(x: X, request: Request): Promise<{ file: ReceivedFile } | Wrong> {
  const received = await filed(x, request, wholeOfJson);
  if ("wrong" in received || received.fields.get("media_category") === WHOLE_CATEGORY) return received;
  await x.media.pieces.discard(received.file);
  return { wrong: invalid(`media_category must be ${WHOLE_CATEGORY} where a file comes in one.`) };
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
