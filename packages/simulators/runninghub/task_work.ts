/** The work of a task: from its input to its output files, or to the reason why there are none. */
import { createHash } from "node:crypto";
import { hasPngSignature } from "fast-png";
import { generatedPng } from "../kit/generated_files.ts";
import { fileOutput, generatedOutput, Output, taskOutputs } from "../kit/output.ts";
import { PngError } from "../kit/png_pixels.ts";
import type { TaskEnd } from "../kit/task.ts";
import type { UploadStore } from "../kit/upload_store.ts";
import { failure } from "./failures.ts";
import type { App, Failure, RunningHubTask, TaskInput, Workshop } from "./task.ts";
import { upscaleInBackground } from "./upscale_background.ts";

/** Pixels of the generated result, in each direction, when there is no PNG to upscale. */
const GENERATED_SIDE = 64;
const PREVIEW_SIDE = 32;

/**
 * Does the work of the task's app (`App`). A preview of 32 x 32 is listed before the result, because real workflows
 * emit one and readers have to choose by node.
 * @param files where a result is put that lies on disk.
 * @throws the reason of the task's stop signal when it is aborted.
 */
export async function workOn(
  task: RunningHubTask,
  shop: Workshop,
  files: UploadStore,
): Promise<TaskEnd<Failure>> {
  const { fail } = task.faults;
  const { input, webappId } = task.submission;
  if (fail) {
    const { code = 805, exceptionMessage, exceptionType = "RuntimeError", nodeName = "KSampler" } = fail;
    const cause = { nodeId: shop.outputNodeId, nodeName, exceptionType, exceptionMessage };
    return { status: "failed", failure: failure(code, cause) };
  }
  try {
    const result = await makeResult(task, shop.apps[webappId] ?? { output: "upscale" }, files);
    const preview = picture(nameOf(task, "temp"), `preview ${seedOf(task)}`, PREVIEW_SIDE);
    return { status: "succeeded", outputs: [preview, result] };
  } catch (error) {
    if (error instanceof PngError && input) return { status: "failed", failure: unreadable(input) };
    throw error;
  }
}

/** The uploaded files that its nodes name. */
export async function filesOf(
  { submission: { nodeInfoList } }: RunningHubTask,
  files: UploadStore,
): Promise<Uint8Array<ArrayBuffer>[]> {
  const paths = nodeInfoList.flatMap(({ fieldValue }) => files.get(fieldValue)?.path ?? []);
  return await Promise.all(paths.map((path) => Deno.readFile(path)));
}

async function makeResult(task: RunningHubTask, { output }: App, files: UploadStore): Promise<Output> {
  const { input } = task.submission;
  const bytes = task.faults.big_output?.bytes;
  const type = output === "video" ? "video/mp4" : "image/png";
  const name = nameOf(task, "output");
  if (bytes !== undefined) return generatedOutput({ name, seed: seedOf(task), type, bytes });
  if (output !== "upscale") {
    const [only] = taskOutputs(task.id, type);
    if (only) return only;
  }
  if (!input || !await isMeantAsPng(input)) return picture(name, seedOf(task), GENERATED_SIDE);
  const { bytes: content } = await upscaleInBackground(await Deno.readFile(input.path), task.stop.signal);
  const path = `${await files.directory()}/${crypto.randomUUID()}.result`;
  await Deno.writeFile(path, content);
  const sha256 = createHash("sha256").update(content).digest("hex");
  return fileOutput({ name: `${name}.png`, type, path, bytes: content.length, sha256 });
}

/** A PNG of random pixels that depend on `seed` alone; made anew for each reader. */
function picture(name: string, seed: string, side: number): Output {
  const content = generatedPng(seed, side);
  return new Output({
    name: `${name}.png`,
    type: "image/png",
    bytes: content.length,
    sha256: createHash("sha256").update(content).digest("hex"),
    blocks: () => [generatedPng(seed, side)],
    isRandom: side === GENERATED_SIDE,
  });
}

/**
 * PNG by its first bytes, or by its name unless the first bytes are those of a JPEG or WebP: like the real loader,
 * which goes by content, the simulator takes those whatever they are called.
 */
async function isMeantAsPng({ node, path }: TaskInput): Promise<boolean> {
  const first = new Uint8Array(12);
  using file = await Deno.open(path);
  await file.read(first);
  if (hasPngSignature(first)) return true;
  const text = String.fromCharCode(...first);
  const isJpegOrWebp = text.startsWith("\xff\xd8\xff") || (text.startsWith("RIFF") && text.endsWith("WEBP"));
  return node.fieldValue.endsWith(".png") && !isJpegOrWebp;
}

function unreadable({ node }: TaskInput): Failure {
  return failure(805, {
    nodeId: node.nodeId,
    nodeName: "LoadImage",
    // What the image library of ComfyUI raises. Not a bare OSError: that one stands for a passing disk failure.
    exceptionType: "PIL.UnidentifiedImageError",
    exceptionMessage: `cannot identify image file '${node.fieldValue}'`,
  });
}

/** Depends on the nodes (and so on the input's digest, which is in its name), not on the task's id. */
function seedOf({ submission: { webappId, nodeInfoList } }: RunningHubTask): string {
  return JSON.stringify([webappId, nodeInfoList]);
}

/** A file name without its ending. */
function nameOf({ submission, createdAt }: RunningHubTask, part: "output" | "temp"): string {
  return `ComfyUI_${part}_${submission.clientId.slice(0, 5)}_${Math.floor(createdAt.getTime() / 1000)}`;
}
