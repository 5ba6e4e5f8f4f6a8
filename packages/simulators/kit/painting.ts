/**
 * Results that please the eye, where somebody looks at them. By themselves simulators leave random bytes, small and each
 * unlike any other; whoever starts one may paint what takes their place.
 */
import { createHash } from "node:crypto";
import { ENDINGS, type MediaType } from "./media_types.ts";
import { Output } from "./output.ts";
import type { TaskEnd } from "./task.ts";

/** What is wanted in the place of random bytes. */
export interface PaintWish {
  readonly type: string;
  /** Of the submission, the prompt first. */
  readonly texts: readonly string[];
  /** Another one for each task and output. */
  readonly seed: string;
  /** The files that were handed to the provider, in order; empty where it fetches them by itself. */
  readonly files: readonly Uint8Array<ArrayBuffer>[];
}

/** Paints; undefined: the random bytes will do. */
export type Paint = (
  wish: PaintWish,
) => Promise<{ readonly bytes: Uint8Array; readonly type: MediaType } | undefined>;

/** The end of a task, its random outputs painted. Outputs that were worked out, or wanted in a size, stay. */
export async function painted<Failure>(
  end: TaskEnd<Failure>,
  paint: Paint,
  { id, texts, files }: { id: string; texts: readonly string[]; files: PaintWish["files"] },
): Promise<TaskEnd<Failure>> {
  if (end.status !== "succeeded") return end;
  const outputs = end.outputs.map(async (output, n) => {
    if (!output.isRandom) return output;
    const picture = await paint({ type: output.type, texts, seed: `${id}/${n}`, files });
    if (!picture) return output;
    const { bytes, type } = picture;
    return new Output({
      name: `${output.name.replace(/\.[^.]*$/, "")}.${ENDINGS[type]}`,
      type,
      bytes: bytes.length,
      sha256: createHash("sha256").update(bytes).digest("hex"),
      blocks: () => [bytes],
    });
  });
  return { status: "succeeded", outputs: await Promise.all(outputs) };
}
