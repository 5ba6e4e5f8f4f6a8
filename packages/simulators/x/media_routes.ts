/** Files for posts: in pieces of at most 5 MB, or an image in one. */
import { z } from "zod";
import { mediaAnswer } from "./media_answer.ts";
import { pieceOf, WHOLE_CATEGORY, wholeOf } from "./media_bodies.ts";
import { invalid, notFound, problem } from "./problems.ts";
import { asAccount, type X } from "./world.ts";

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
/** Adds the endpoints below `/2/media`. */
export function addMediaRoutes(x: X): void {
  const { app, media } = x;
  app.post("/2/media/upload/initialize", async (c) => {
    const body = initialization.safeParse(await c.req.json().catch(() => undefined));
    return await asAccount(x, c.req.raw, { path: "initialize", scopes: SCOPES }, ({ family }) => {
      if (!body.success) return problem(invalid(body.error.issues[0]?.message ?? "The body is not valid."));
      const { media_category, total_bytes } = body.data;
      const begun = media.begin(family.person, media_category, total_bytes);
      return typeof begun === "string"
        ? problem(invalid(begun))
        : Response.json({ data: mediaAnswer(media, begun) });
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
          return wrong === undefined
            ? Response.json({ data: mediaAnswer(media, file) })
            : problem(invalid(wrong));
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
      return Response.json({ data: mediaAnswer(media, file, odd?.word) });
    });
  });

  app.post(
    "/2/media/upload",
    (c) =>
      asAccount(x, c.req.raw, { path: "upload", scopes: SCOPES }, async ({ family }) => {
        const whole = await wholeOf(x, c.req.raw);
        if ("wrong" in whole) return problem(whole.wrong);
        const begun = media.begin(family.person, WHOLE_CATEGORY, whole.file.bytes);
        if (typeof begun === "string") {
          await media.pieces.discard(whole.file);
          return problem(invalid(begun));
        }
        await media.append(begun, 0, whole.file);
        const wrong = await media.finalize(begun);
        return wrong === undefined
          ? Response.json({ data: mediaAnswer(media, begun) })
          : problem(invalid(wrong));
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
