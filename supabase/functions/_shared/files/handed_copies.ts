/**
 * Copies of users' files in the bucket `handed`, where no user can write: what is checked there is what a provider gets.
 * A user can change a file of `inputs` at any time, also through a signed upload address, by TUS, past the bucket's limits.
 */
import { resolveEnv } from "@supabase/server/core";
import { StorageApiError } from "@supabase/supabase-js";
import { fileKey, isFileOf } from "../../../../shared/words/file_keys.ts";
import { admin, unwrap } from "../engine/database.ts";
import { atATime, type Outcome } from "../runtime/at_a_time.ts";
import { projectUrl } from "../runtime/env.ts";
import { sniff, SNIFF_BYTES } from "./sniff.ts";

/** How many files are copied at a time, for one request. */
const WIDTH = 8;
/** How long Storage may take for the first bytes of a copy, in milliseconds. */
const ANSWER_MS = 30_000;
/** How many Storage deletes at once. */
const PAGE = 1000;

/** A copy, and what it is. */
export interface Copy {
  /** Of the file, in the bucket `inputs`. */
  path: string;
  /** Of the copy, in the bucket `handed`. */
  key: string;
  /** By its first bytes; null for none that Esteira knows. */
  type: string | null;
  bytes: number;
}

/** The user has no such file. */
export class NoSuchInput extends Error {
  override readonly name = "NoSuchInput";
}

/** Copies each of these files of a user's. In their order: its copy, or why there is none (NoSuchInput, Storage's troubles). */
export async function copyInputs(userId: string, paths: readonly string[]): Promise<Outcome<Copy>[]> {
  return await atATime(WIDTH, paths, (path) => copyInput(userId, path));
}

async function copyInput(userId: string, path: string): Promise<Copy> {
  if (!isFileOf(userId, "inputs", path)) throw new NoSuchInput(path);
  const ending = path.match(/\.([A-Za-z0-9]{1,8})$/)?.[1];
  const name = `${crypto.randomUUID()}${ending === undefined ? "" : `.${ending.toLowerCase()}`}`;
  const key = fileKey("handed", `${userId.toLowerCase()}/${name}`);
  const { error } = await admin().storage.from("inputs").copy(fileKey("inputs", path), key, {
    destinationBucket: "handed",
  });
  if (error) throw isMissing(error) ? new NoSuchInput(path) : error;
  try {
    return { path, key, ...await lookAtCopy(key) };
  } catch (error) {
    await discardCopies([key]);
    throw error;
  }
}

/** Deletes copies that no job has. Never fails: what stays is found by the sweep. */
export async function discardCopies(keys: readonly string[]): Promise<void> {
  for (let from = 0; from < keys.length; from += PAGE) {
    const page = keys.slice(from, from + PAGE).map((key) => fileKey("handed", key));
    await admin().storage.from("handed").remove(page).catch(() => {});
  }
}

/** Whether Storage says that there is no such file. */
export function isMissing(error: Error): boolean {
  return error instanceof StorageApiError && (error.status === 404 || error.statusCode === "404");
}

/** What a copy is. storage-js cannot ask for a range, and the file may be large. */
export async function lookAtCopy(key: string): Promise<Pick<Copy, "type" | "bytes">> {
  const place = `${projectUrl()}/storage/v1/object/authenticated/handed/${fileKey("handed", key)}`;
  const apikey = resolveEnv().data?.secretKeys.default ?? "";
  const response = await fetch(place, {
    headers: { apikey, authorization: `Bearer ${apikey}`, range: `bytes=0-${SNIFF_BYTES - 1}` },
    signal: AbortSignal.timeout(ANSWER_MS),
  });
  if (!response.ok || !response.body) {
    await response.body?.cancel();
    // Storage has no words for the first bytes of a file without any: 416, or 500 where its bucket lies in S3.
    const { size } = unwrap(await admin().storage.from("handed").info(key)) ?? {};
    if (size === 0) return { type: null, bytes: 0 };
    throw new Error(`Storage answered ${response.status} for a copy`);
  }
  const total = response.headers.get("content-range")?.match(/\/(\d+)$/)?.[1] ??
    response.headers.get("content-length");
  return {
    type: sniff(await firstBytes(response.body), key),
    bytes: total === null ? Infinity : Number(total),
  };
}

async function firstBytes(body: ReadableStream<Uint8Array>): Promise<Uint8Array> {
  const bytes = new Uint8Array(SNIFF_BYTES);
  let filled = 0;
  for await (const chunk of body) { // leaving the loop stops a server that ignores the range
    bytes.set(chunk.slice(0, SNIFF_BYTES - filled), filled);
    filled += Math.min(chunk.length, SNIFF_BYTES - filled);
    if (filled === SNIFF_BYTES) break;
  }
  return bytes.slice(0, filled);
}
