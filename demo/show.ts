/** What the demo shows: one upscale step by step, then the scenes. */
import { stepLabel } from "../shared/words/labels.ts";
import type { Environment } from "../tests/world/environment.ts";
import { drawPicture } from "../tests/world/picture.ts";
import { upscale } from "../tests/world/upscale.ts";
import { findFaults } from "../tests/world/check_upscale.ts";
import type { Changes } from "./changes.ts";
import { play } from "./play.ts";
import { SCENES } from "./scenes.ts";

/** What came of it. */
export interface Shown {
  /** The upscale's job. */
  jobId?: string;
  /** What was not as it should be; empty when all was. */
  faults: string[];
}

/** Shows the upscale, and the scenes if that went well. */
export async function show(environment: Environment, changes: Changes): Promise<Shown> {
  const { client, userId } = await environment.signUp();
  const picture = drawPicture();
  console.log(
    `A user clicks "upscale" on a PNG of ${
      megabytes(picture)
    }. What the screen learns, by private broadcast:\n`,
  );
  const result = await upscale(client, userId, picture, (entry, afterMs) => {
    console.log(`${afterMs.toFixed(0).padStart(7)} ms  ${entry.step.padEnd(17)} ${stepLabel(entry.step)}`);
  }).catch((error: Error) => error);
  if (result instanceof Error) return { faults: [result.message] };

  const jobId = result.job.id;
  const faults = await findFaults(environment, result, picture);
  if (faults.length > 0) return { jobId, faults };
  const output = result.output ?? new Uint8Array();
  console.log(
    `\nCompleted: ${megabytes(output)}, downloaded from Storage, the same bytes that the simulator made.`,
  );
  console.log(
    "\nThen one job at each provider, one that fails, one that nobody tells us of, two posts, and one post everywhere:\n",
  );
  return { jobId, faults: await play(environment, changes, SCENES) };
}

function megabytes(bytes: Uint8Array): string {
  return `${(bytes.length / 1024 / 1024).toFixed(2)} MB`;
}
