/** The parts of a video: sequential, each at its place; the last one has it posted. */
import { partAnswer } from "./errors.ts";
import type { Commit } from "../social/books.ts";
import type { Path } from "./faults.ts";
import { addPart, hashWith, type Publish, textsOf, type Upload } from "./publishes.ts";
import { countPost, refusalOf, type TikTok } from "./world.ts";

const TYPES = ["video/mp4", "video/quicktime", "video/webm"];
const MOST_BYTES = 128 * 1024 * 1024;

/** A part, as its headers say where it belongs. */
interface Part {
  readonly from: number;
  readonly to: number;
  readonly total: number;
}

/** Adds `PUT /video/`, where TikTok has parts sent. */
export function addUploadRoutes(tiktok: TikTok): void {
  tiktok.app.put("/video/", async (c) => {
    const request = c.req.raw;
    const publish = tiktok.publishes.byToken(c.req.query("upload_token") ?? "");
    const { upload } = publish ?? {};
    if (!publish || !upload) return await refused(request, 404);
    const part = partOf(request);
    const length = Number(request.headers.get("content-length") ?? NaN);
    if (part === null || part.total !== upload.total || length > MOST_BYTES) {
      return await refused(request, 400);
    }
    const bytes = await request.bytes();
    upload.puts.set(part.from, (upload.puts.get(part.from) ?? 0) + 1);
    const isLast = part.to === upload.total - 1;
    const texts = isLast ? [...textsOf(publish), hashWith(upload, bytes)] : textsOf(publish);
    if (!isLast) {
      const ask = { path: "part", texts };
      return await tiktok.world.front.respond(
        request,
        ask,
        () => struck(tiktok, "part", texts, upload, () => added(tiktok, publish, upload, part, bytes)),
      );
    }
    return await tiktok.world.commit(
      request,
      { texts, account: publish.person },
      (commit) =>
        struck(
          tiktok,
          "commit",
          texts,
          upload,
          () => added(tiktok, publish, upload, part, bytes, { commit, texts }),
        ),
    );
  });
}

/** Does the work, unless a fault has it refused; or refuses it though it is done. */
function struck(
  { world }: TikTok,
  path: Extract<Path, "part" | "commit">,
  texts: readonly string[],
  upload: Upload,
  work: () => Response,
): Response {
  const refusal = refusalOf(world, path, texts, false);
  if (refusal) return new Response(null, { status: refusal.status });
  if (world.faults.take("out_of_step", texts, (fault) => fault.path === path)) {
    return partAnswer(416, upload.received, upload.total);
  }
  const response = work();
  const late = refusalOf(world, path, texts, true);
  return late ? new Response(null, { status: late.status }) : response;
}

function added(
  tiktok: TikTok,
  publish: Publish,
  upload: Upload,
  { from, to }: Part,
  bytes: Uint8Array<ArrayBuffer>,
  last?: { commit: Commit; texts: readonly string[] },
): Response {
  const { received, total, chunk, count, goodUntil, end } = upload;
  if (end && received >= end.after) return new Response(null, { status: end.status });
  if (tiktok.world.clock.now() >= goodUntil) return new Response(null, { status: 403 });
  if (bytes.length !== to - from + 1) return new Response(null, { status: 400 });
  if (from !== received) return partAnswer(416, received, total);
  const index = from / chunk;
  const isRight = index < count - 1 ? bytes.length === chunk : to === total - 1;
  if (!Number.isInteger(index) || !isRight) return new Response(null, { status: 400 });
  const file = addPart(upload, bytes);
  if (file === null || !last) return partAnswer(206, upload.received, total);
  tiktok.publishes.take(
    publish,
    last.texts,
    failReason(file.type) ?? countPost(tiktok, publish),
  );
  tiktok.publishes.enter(publish, last.commit, [file]);
  return partAnswer(201, upload.received, total);
}

/** TikTok looks into a file when it has all of it. */
function failReason(type: string): string | null {
  return TYPES.includes(type) ? null : "file_format_check_failed";
}

function partOf(request: Request): Part | null {
  const range = /^bytes (\d{1,15})-(\d{1,15})\/(\d{1,15})$/.exec(request.headers.get("content-range") ?? "");
  const type = request.headers.get("content-type") ?? "";
  if (!range || !TYPES.includes(type)) return null;
  const [from = 0, to = 0, total = 0] = range.slice(1).map(Number);
  return from <= to && to < total ? { from, to, total } : null;
}

async function refused(request: Request, status: number): Promise<Response> {
  await request.body?.cancel().catch(() => {});
  return new Response(null, { status });
}
