/** A job with files, and with a model as its effect. */
import postgres from "postgres";
import { drawPicture } from "../../world/picture.ts";
import type { Before } from "../before.ts";
import type { MakeStage } from "./stage.ts";

export const TRAINING: Readonly<Record<string, MakeStage>> = {
  "training a model": async (before, prompt) => {
    const images = Array.from({ length: 4 }, (_, n) => `${before.userId}/${n}.png`);
    await storeRows(before, images);
    const input = { name: prompt, subject: "woman", images };
    const jobId = await before.create("model_training", input);
    const pictures = await servePictures();
    await before.submit(await before.receive("astria"), { images: images.map(() => pictures.url) });
    await pictures.close();
    return { jobId, ends: "completed", tasks: 1 };
  },
};

/** The rows of files in the bucket inputs, as Storage would have written them. */
async function storeRows(before: Before, names: string[]): Promise<void> {
  const admin = postgres(before.cluster.url("supabase_admin"), { max: 1 });
  try {
    const metadata = { mimetype: "image/png", size: 1000 };
    for (const name of names) {
      await admin`insert into storage.objects (bucket_id, name, owner_id, metadata)
        values ('inputs', ${name}, ${before.userId}, ${admin.json(metadata)})`;
    }
  } finally {
    await admin.end();
  }
}

/** A place where a provider can fetch a picture. */
async function servePictures(): Promise<{ url: string; close(): Promise<void> }> {
  const picture = drawPicture(16);
  const server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen: () => {} },
    () => new Response(picture, { headers: { "content-type": "image/png" } }),
  );
  return await Promise.resolve({
    url: `http://127.0.0.1:${server.addr.port}/picture.png`,
    close: () => server.shutdown(),
  });
}
