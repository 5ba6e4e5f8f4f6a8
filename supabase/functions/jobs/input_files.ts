/** Files that a tool's input names: what was declared, and a look at what they really are. */
import { EsteiraError } from "../../../shared/errors/errors.ts";
import type { FileRules } from "../../../shared/rows/tool.ts";
import { fileKey, isFileOf } from "../../../shared/words/file_keys.ts";
import { sniff, SNIFF_BYTES } from "../_shared/files/sniff.ts";
import type { Creator, Credentials } from "../_shared/http/user.ts";
import { projectUrl } from "../_shared/runtime/env.ts";

/** Checks type and size of a file that is about to be uploaded. Errors: 415 unsupported_file_type, 413 file_too_large. */
export function checkDeclared(
  rules: FileRules,
  field: string,
  file: { contentType: string; size: number },
): void {
  const rule = Object.hasOwn(rules, field) ? rules[field] : undefined;
  if (!rule) {
    const message = `${field} is no file of this tool.`;
    throw new EsteiraError("invalid_input", message, { field, allowed: Object.keys(rules) });
  }
  if (!rule.types.includes(file.contentType)) {
    const message = `${field} is ${file.contentType}; this tool takes ${rule.types.join(", ")}.`;
    throw new EsteiraError("unsupported_file_type", message, {
      field,
      allowed: rule.types,
    });
  }
  if (file.size > rule.max_bytes) {
    const message = `${field} has ${file.size} bytes; this tool takes ${rule.max_bytes}.`;
    throw new EsteiraError("file_too_large", message, {
      field,
      limit: rule.max_bytes,
    });
  }
}

/**
 * Looks at the first bytes of each file that `input` names, with the caller's own rights: before anything is charged,
 * a file that is no image is refused whatever its declared type. Its size and owner are checked in SQL.
 * Errors: 422 file_not_found, 415 unsupported_file_type.
 */
export async function checkContents(
  rules: FileRules,
  input: Record<string, unknown>,
  { userId, credentials }: Pick<Creator, "userId" | "credentials">,
): Promise<void> {
  for (const [field, rule] of Object.entries(rules)) {
    for (const path of [input[field]].flat().slice(0, rule.max_count)) {
      if (typeof path !== "string") continue;
      if (!isFileOf(userId, "inputs", path)) throw notFound(field);
      const type = sniff(await firstBytes(field, path, credentials));
      if (type && rule.types.includes(type)) continue;
      const message = `${field} is ${type ?? "no image or video"}; this tool takes ${rule.types.join(", ")}.`;
      throw new EsteiraError("unsupported_file_type", message, { field, allowed: rule.types });
    }
  }
}

// storage-js cannot ask for a range, and the file may be large.
async function firstBytes(field: string, path: string, credentials: Credentials): Promise<Uint8Array> {
  const address = `${projectUrl()}/storage/v1/object/authenticated/inputs/${fileKey("inputs", path)}`;
  const response = await fetch(address, { headers: { ...credentials, range: `bytes=0-${SNIFF_BYTES - 1}` } });
  if (response.status >= 500) {
    throw new Error(`Storage answered ${response.status}`);
  }
  if (!response.ok || !response.body) {
    await response.body?.cancel();
    throw notFound(field);
  }
  const bytes = new Uint8Array(SNIFF_BYTES);
  let filled = 0;
  for await (const chunk of response.body) { // leaving the loop stops a server that ignores the range
    bytes.set(chunk.slice(0, SNIFF_BYTES - filled), filled);
    filled += Math.min(chunk.length, SNIFF_BYTES - filled);
    if (filled === SNIFF_BYTES) break;
  }
  return bytes.slice(0, filled);
}

function notFound(field: string): EsteiraError {
  return new EsteiraError("file_not_found", `${field} names no file of yours in the inputs bucket.`, {
    field,
  });
}
