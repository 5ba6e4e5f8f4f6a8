/** Handing input files to RunningHub. */
import { z } from "zod";
import type { WorkItem } from "../../engine/work_item.ts";
import type { InputFile } from "../../files/inputs.ts";
import { multipartBody } from "../../files/multipart_body.ts";
import { apiKeyOf } from "../kit/account_call.ts";
import { malformedAnswer } from "../kit/failures.ts";
import { call } from "./call.ts";

const UPLOAD_TIMEOUT_MS = 120_000;

/** Uploads a file and returns the name that nodes use for it. */
export async function upload(work: WorkItem, file: InputFile): Promise<string> {
  const { body, contentType } = multipartBody({
    apiKey: apiKeyOf(work),
    fileType: file.contentType.startsWith("image/") ? "image" : "input", // the documented word, and the official skill's
  }, {
    field: "file",
    ...file,
  });
  const { data, raw } = await call(work, "/task/openapi/upload", {
    body,
    contentType,
    timeoutMs: UPLOAD_TIMEOUT_MS,
  });
  const { success, data: uploaded } = z.looseObject({
    fileName: z.string().min(1),
  }).safeParse(data);
  if (!success) throw malformedAnswer("The upload's answer names no file", raw);
  return uploaded.fileName;
}
