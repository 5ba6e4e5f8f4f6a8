/**
 * `POST /jobs/uploads`: a place for a file. What is declared of it is checked, to spare an upload in vain; what is sent is
 * not, and may be other bytes, more of them, or others later: the token replaces the file by TUS until it expires, and
 * uploads that do not tell their length pass the bucket's limit. So a job is created with a copy, and that is checked.
 */
import type { Context } from "hono";
import { createUploadRequest, type UploadResponse } from "../../../shared/requests/requests.ts";
import type { FileRules } from "../../../shared/rows/tool.ts";
import { DOCUMENT_ENDINGS } from "../../../shared/words/document_types.ts";
import { fileKey } from "../../../shared/words/file_keys.ts";
import { mediaType } from "../../../shared/words/media_types.ts";
import { unwrap } from "../_shared/engine/database.ts";
import { readBody } from "../_shared/http/request.ts";
import { type UserEnv, userOf } from "../_shared/http/user.ts";
import { toldOutside } from "../_shared/runtime/env.ts";
import { checkDeclared } from "./input_files.ts";
import { toolRules } from "./tool_rules.ts";

/** The ending says which of two kinds a document is, whose first bytes are the same. */
const EXTENSIONS: Readonly<Record<string, string>> = {
  ...DOCUMENT_ENDINGS,
  "image/png": "png",
  "image/jpeg": "jpg",
  "image/webp": "webp",
  "video/mp4": "mp4",
  "video/quicktime": "mov",
};

/** What the bucket takes at all, whatever the file is for. */
function rulesOfAnyTool(field: string): FileRules {
  return { [field]: { types: Object.keys(EXTENSIONS), max_bytes: LARGEST, max_count: 1 } };
}

/** What Storage takes, in bytes, unless its project says less; `[storage]` in config.toml says the same. */
const LARGEST = 500 * 1024 * 1024;

/**
 * Answers 201 with `{bucket, path, token, signedUrl}`, good for two hours.
 * Errors: 401, 404 unknown_tool, 413 file_too_large, 415 unsupported_file_type, 422 invalid_input.
 */
export async function createUpload(
  context: Context<UserEnv>,
): Promise<Response> {
  const { userId, client } = userOf(context);
  const request = await readBody(context, createUploadRequest);
  const { tool, field } = request;
  checkDeclared(tool === undefined ? rulesOfAnyTool(field) : (await toolRules(tool)).files, field, request);
  const ending = EXTENSIONS[mediaType(request.contentType) ?? ""] ?? "bin";
  const path = fileKey("inputs", `${userId}/${crypto.randomUUID()}.${ending}`);
  const upload = unwrap(
    await client.storage.from("inputs").createSignedUploadUrl(path),
  );
  const answer = {
    bucket: "inputs",
    path,
    token: upload?.token ?? "",
    signedUrl: toldOutside(upload?.signedUrl ?? ""),
  } satisfies UploadResponse;
  return context.json(answer, 201);
}
