/** The work of a task: from its input to its output files, or to the reason why there are none. */
import { generatedPng } from "./random_file.ts";
import { hasPngSignature } from "fast-png";
import { PngError } from "../kit/png_pixels.ts";
import { upscaleInBackground } from "./upscale_background.ts";
import type { FileStore, StoredFile } from "./file_store.ts";
import type { FailedReason, OutputFile, Task, TaskEnd, TaskInput } from "./task.ts";

/** What the work needs besides the task. */
export interface Workshop {
  readonly files: FileStore;
  /** Base URL of the simulator, for the links to the results. */
  readonly baseUrl: string;
  readonly outputNodeId: string;
  readonly previewNodeId: string;
}

/** Pixels of the generated result, in each direction, when there is no PNG to upscale. */
const GENERATED_SIDE = 64;
const PREVIEW_SIDE = 32;

/**
 * Does the work. A PNG input comes out with doubled sides; any other input, or none, gives a generated PNG of
 * 64 x 64 that depends on the nodes only. A preview of 32 x 32 is listed before the result, because real workflows
 * emit one and readers have to choose by node.
 * @throws the reason of the task's stop signal when it is aborted.
 */
export async function workOn(task: Task, shop: Workshop): Promise<TaskEnd> {
  const { fail } = task.faults;
  if (fail) {
    const { code = 805, exceptionMessage, exceptionType = "RuntimeError", nodeName = "KSampler" } = fail;
    return failure(code, { nodeId: shop.outputNodeId, nodeName, exceptionType, exceptionMessage });
  }
  try {
    const result = await makeResult(task, shop);
    const preview = await shop.files.putResult(
      resultName(task, "temp"),
      generatedPng(`preview ${seedOf(task)}`, PREVIEW_SIDE),
    );
    return {
      kind: "success",
      outputs: [output(preview, shop.previewNodeId, shop), output(result, shop.outputNodeId, shop)],
    };
  } catch (error) {
    if (error instanceof PngError && task.input) return unreadable(task.input);
    throw error;
  }
}

/** A failure as §1.6 shows it; the parts that depend on a real graph are left as empty as they can be. */
export function failure(
  code: number,
  cause: { nodeId: string; nodeName: string; exceptionType: string; exceptionMessage: string },
): TaskEnd {
  const failedReason: FailedReason = {
    current_outputs: "{}",
    exception_type: cause.exceptionType,
    node_name: cause.nodeName,
    current_inputs: "{}",
    traceback: JSON.stringify([`${cause.exceptionType}: ${cause.exceptionMessage}`]),
    node_id: cause.nodeId,
    exception_message: cause.exceptionMessage,
  };
  return { kind: "failure", code, failedReason };
}

type Stored = { urlPath: string; file: StoredFile };

async function makeResult(task: Task, { files }: Workshop): Promise<Stored> {
  const { signal } = task.stop;
  const big = task.faults.big_output;
  const name = resultName(task, "output");
  if (big) return await files.putRandomResult(name, { seed: seedOf(task), bytes: big.bytes, signal });
  if (task.input && await isMeantAsPng(task.input)) {
    const source = await Deno.readFile(task.input.path);
    return await files.putResult(name, (await upscaleInBackground(source, signal)).bytes);
  }
  return await files.putResult(name, generatedPng(seedOf(task), GENERATED_SIDE));
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

function unreadable({ node }: TaskInput): TaskEnd {
  return failure(805, {
    nodeId: node.nodeId,
    nodeName: "LoadImage",
    // What the image library of ComfyUI raises. Not a bare OSError: that one stands for a passing disk failure.
    exceptionType: "PIL.UnidentifiedImageError",
    exceptionMessage: `cannot identify image file '${node.fieldValue}'`,
  });
}

/** Depends on the nodes (and so on the input's digest, which is in its name), not on the task's id. */
function seedOf(task: Task): string {
  return JSON.stringify([task.webappId, task.nodeInfoList]);
}

function resultName(task: Task, part: "output" | "temp"): string {
  return `ComfyUI_${part}_${task.clientId.slice(0, 5)}_${Math.floor(task.createdAt.getTime() / 1000)}.png`;
}

function output({ urlPath, file }: Stored, nodeId: string, { baseUrl }: Workshop): OutputFile {
  const { bytes, sha256 } = file;
  return { fileUrl: baseUrl + urlPath, fileType: "png", nodeId, bytes, sha256 };
}
