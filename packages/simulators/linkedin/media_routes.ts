/** Files for posts: begun, sent to addresses of their own, put together, asked after. */
import { createHash } from "node:crypto";
import { z } from "zod";
import type { ReceivedFile } from "../kit/receive_upload.ts";
import { mayUse } from "../social/world.ts";
import { KINDS, type Media, type MediaKind } from "./media.ts";
import { forbidden, invalid, notFound, problem } from "./problems.ts";
import { asMember, isAuthor, type LinkedIn, type Need } from "./world.ts";

const WRITE = ["w_member_social", "w_organization_social"];
const MOST_BYTES: Readonly<Record<MediaKind, number>> = {
  image: 50 * 1024 ** 2,
  document: 100 * 1024 ** 2,
  video: 500 * 1024 ** 2,
};

const owner = z.string();
const initialization = z.strictObject({ initializeUploadRequest: z.strictObject({ owner }) });
const videoInitialization = z.strictObject({
  initializeUploadRequest: z.strictObject({
    owner,
    fileSizeBytes: z.int().positive().max(MOST_BYTES.video),
    uploadCaptions: z.boolean().optional(),
    uploadThumbnail: z.boolean().optional(),
  }),
});
const finalization = z.strictObject({
  finalizeUploadRequest: z.strictObject({
    video: z.string(),
    uploadToken: z.string(),
    uploadedPartIds: z.array(z.string()),
  }),
});

/** Adds `/rest/images`, `/rest/documents`, `/rest/videos`, and where their parts are sent. */
export function addMediaRoutes(linkedIn: LinkedIn): void {
  const { app } = linkedIn;
  for (const kind of KINDS) {
    app.post(`/rest/${kind}s`, async (c) => {
      const body: unknown = await c.req.json().catch(() => undefined);
      const action = c.req.query("action");
      if (action === "initializeUpload") return await initialize(linkedIn, c.req.raw, kind, body);
      if (action === "finalizeUpload" && kind === "video") return await finalize(linkedIn, c.req.raw, body);
      return problem(invalid(`There is no action ${action}`));
    });
    app.get(`/rest/${kind}s/:urn`, (c) => status(linkedIn, c.req.raw, kind, c.req.param("urn")));
  }
  app.put(
    "/dms-uploads/:id/:n",
    (c) => receive(linkedIn, c.req.raw, c.req.param("id"), Number(c.req.param("n"))),
  );
}

async function initialize(
  linkedIn: LinkedIn,
  request: Request,
  kind: MediaKind,
  body: unknown,
): Promise<Response> {
  const need: Need = { path: "initialize", scopes: WRITE, what: `${kind}s.ACTION-initializeUpload` };
  return await asMember(linkedIn, request, need, (who) => {
    const read = (kind === "video" ? videoInitialization : initialization).safeParse(body);
    if (!read.success) return problem(invalid(read.error.issues[0]?.message ?? "The body is not valid"));
    const wish: { owner: string; fileSizeBytes?: number } = read.data.initializeUploadRequest;
    if (!isAuthor(linkedIn, who, wish.owner)) return problem(forbidden(kind));
    const { username } = who.family.person;
    const media = linkedIn.media.begin(kind, wish.owner, username, wish.fileSizeBytes ?? null);
    return Response.json({ value: { [kind]: media.urn, ...addressesOf(linkedIn, media) } });
  });
}

function addressesOf({ world, media: { partBytes } }: LinkedIn, media: Media): Record<string, unknown> {
  const address = (n: number) => `${world.url}/dms-uploads/${media.id}/${n}?ca=vector_feedshare`;
  // By the client's clock, which is not put ahead.
  const ends = Date.now() + media.expiresAt - world.clock.now();
  if (media.kind !== "video") return { uploadUrl: address(0), uploadUrlExpiresAt: ends };
  return {
    uploadUrlsExpireAt: ends,
    uploadToken: media.token,
    uploadInstructions: media.parts.map(({ from, to }, n) => ({
      uploadUrl: address(n),
      firstByte: from,
      lastByte: (to ?? from + partBytes) - 1,
    })),
  };
}

/** A part: exactly as long as it was wanted, while its address is good. */
async function receive(linkedIn: LinkedIn, request: Request, id: string, n: number): Promise<Response> {
  const { world, media: shelf } = linkedIn;
  const begun = shelf.byId(id);
  const texts = begun ? [begun.username] : [];
  return await world.front.respond(request, { path: "upload", texts }, async () => {
    const media = world.faults.take("media_lost", texts, ({ path }) => path === "upload")
      ? lose(begun)
      : begun;
    const part = media?.parts[n];
    const isOver = media !== undefined && world.clock.now() >= media.expiresAt;
    if (!media || !part || isOver || media.whole) {
      await request.body?.cancel().catch(() => {});
      return new Response(isOver ? "URL has expired" : "Not Found", { status: isOver ? 403 : 404 });
    }
    const file = await stored(linkedIn, request, MOST_BYTES[media.kind]);
    const wanted = part.to === null ? null : part.to - part.from;
    if (!file || file.bytes === 0 || (wanted !== null && file.bytes !== wanted)) {
      if (file) await shelf.pieces.discard(file);
      return new Response("Content length is not that of the part", { status: 400 });
    }
    const etag = await shelf.keep(media, n, file);
    return new Response(null, { status: media.kind === "video" ? 200 : 201, headers: { etag: `"${etag}"` } });
  });
}

/** The body of a request, on disk; null: it is too long. */
async function stored({ media }: LinkedIn, request: Request, most: number): Promise<ReceivedFile | null> {
  const path = `${await media.pieces.directory()}/${crypto.randomUUID()}.upload`;
  const disk = await Deno.open(path, { createNew: true, write: true });
  const hash = createHash("sha256");
  let bytes = 0;
  let isWhole = false;
  try {
    for await (const chunk of request.body ?? []) {
      bytes += chunk.length;
      if (bytes > most) break;
      hash.update(chunk);
      for (let written = 0; written < chunk.length;) written += await disk.write(chunk.subarray(written));
    }
    isWhole = bytes <= most;
  } finally {
    disk.close();
    if (!isWhole) await Deno.remove(path);
  }
  return isWhole ? { path, originalName: "part", bytes, sha256: hash.digest("hex") } : null;
}

function lose(media: Media | undefined): undefined {
  if (media) media.isLost = true;
  return undefined;
}

async function finalize(linkedIn: LinkedIn, request: Request, body: unknown): Promise<Response> {
  const read = finalization.safeParse(body);
  const begun = read.success ? linkedIn.media.byUrn(read.data.finalizeUploadRequest.video) : undefined;
  const texts = begun ? [begun.username] : [];
  const need: Need = { path: "finalize", scopes: WRITE, what: "videos.ACTION-finalizeUpload", texts };
  return await asMember(linkedIn, request, need, async (who) => {
    if (!read.success) return problem(invalid(read.error.issues[0]?.message ?? "The body is not valid"));
    const isLost = linkedIn.world.faults.take("media_lost", texts, ({ path }) => path === "finalize");
    const media = isLost ? lose(begun) : begun;
    if (!media || media.kind !== "video") return problem(notFound("video"));
    if (!isAuthor(linkedIn, who, media.owner)) return problem(forbidden("video"));
    const { uploadToken, uploadedPartIds } = read.data.finalizeUploadRequest;
    const wrong = await linkedIn.media.finalize(media, uploadToken, uploadedPartIds);
    return wrong === undefined ? new Response(null, { status: 200 }) : problem(invalid(wrong));
  });
}

/** How a file stands: of a person's only few apps may ask. */
async function status(linkedIn: LinkedIn, request: Request, kind: MediaKind, urn: string): Promise<Response> {
  const begun = linkedIn.media.byUrn(urn);
  const texts = begun ? [begun.username, begun.whole?.sha256 ?? ""] : [];
  const need: Need = { path: "status", scopes: WRITE, what: `${kind}s.GET`, texts };
  return await asMember(linkedIn, request, need, (who) => {
    const { faults } = linkedIn.world;
    const media = faults.take("media_lost", texts, ({ path }) => path === "status") ? lose(begun) : begun;
    if (!media || media.kind !== kind) return problem(notFound(kind));
    const read = media.owner.startsWith("urn:li:organization:") ? "r_organization_social" : "r_member_social";
    if (!mayUse(who, read) || !isAuthor(linkedIn, who, media.owner)) return problem(forbidden(kind));
    const word = faults.take("unknown_status", texts)?.word ?? linkedIn.media.statusOf(media);
    return Response.json({
      id: media.urn,
      owner: media.owner,
      status: word,
      ...word === "PROCESSING_FAILED" ? { processingFailureReason: "The file cannot be converted" } : {},
    });
  });
}
