/** What is logged of a publication, in the words of document 003 (`[Process Publication API] Job …`). */
import { logJob } from "../../runtime/log.ts";
import type { Message } from "../../engine/work_item.ts";
import type { PublicationWarning } from "../../../../../shared/rows/publication.ts";
import type { PlatformFailure } from "../../platforms/platform.ts";
import type { Turn } from "./turn.ts";

const WHERE = "[Process Publication API]";

/** The post is there. `verdict`: of `published`. */
export function logCompleted(
  { message: { item }, publication, option }: Pick<Turn, "message" | "publication"> & { option: string },
  verdict: string,
  post: { postId: string | null; permalink: string | null; warnings: PublicationWarning[] },
): void {
  if (verdict !== "completed") return logJob(item.job.id, verdict, { postId: post.postId });
  console.log(
    `${WHERE} Job completed successfully`,
    JSON.stringify({
      jobId: item.job.id,
      platform: publication.connection.platform,
      option,
      postId: post.postId,
      permalink: post.permalink,
      warnings: post.warnings.map(({ code }) => code),
    }),
  );
}

/** It came to nothing, for now or for good. `verdict`: what the engine made of that. */
export function logFailed(
  { item }: Message,
  verdict: string,
  { code, message, class: failureClass }: Pick<PlatformFailure, "code" | "message" | "class">,
): void {
  const { job, publication } = item;
  if (verdict !== "failed") {
    return logJob(job.id, verdict, { error_code: code, error: message, class: failureClass });
  }
  console.error(
    `${WHERE} Job failed`,
    JSON.stringify({
      jobId: job.id,
      platform: publication?.connection.platform ?? null,
      option: job.tool,
      error_code: code,
      error: message,
    }),
  );
}
