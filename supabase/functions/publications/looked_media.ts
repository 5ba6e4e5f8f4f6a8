/** The files of a request: looked at before anything is charged, copied where they are the user's own. */
import { EsteiraError } from "../../../shared/errors/errors.ts";
import type { FoundMedia } from "../../../shared/publishing/check_media.ts";
import type { MediaFile } from "../../../shared/publishing/content.ts";
import type { PublicationIssue } from "../../../shared/publishing/option_rules.ts";
import { isFileOf } from "../../../shared/words/file_keys.ts";
import { copyInputs, discardCopies, NoSuchInput } from "../_shared/files/handed_copies.ts";
import { lookAtUrl, MediaUnreachable } from "../_shared/files/look_at_url.ts";
import type { MediaBytes } from "../_shared/files/media_bytes.ts";
import { probeMedia } from "../_shared/files/probe_media.ts";
import { RefusedAddress } from "../_shared/files/result_url.ts";
import { lookAtStored, storedBytes } from "../_shared/files/stored_bytes.ts";
import { atATime } from "../_shared/runtime/at_a_time.ts";
import { background } from "../_shared/runtime/background.ts";

/** How many files are looked at at a time, for one request. */
const WIDTH = 8;

/** The files of a request, as they were found. */
export interface LookedMedia {
  /** In their order; null: it cannot be had, `issues` says why. */
  files: (FoundMedia | null)[];
  issues: PublicationIssue[];
  /** Copies of the user's own files, {path: key}. */
  handed: Readonly<Record<string, string>>;
  /** Gives the copies back: no publication has them. */
  discard(): void;
}

/** A file, before it is looked into. */
interface Opened {
  type: string | null;
  source: MediaBytes;
  /** Of its copy. */
  key?: string;
}

/**
 * Looks at each file once. `copies`: the user's own are copied to where nobody can change them, and the copies are looked
 * at. Errors: what is wrong with Storage, 5xx; what is wrong with a file is an issue.
 */
export async function lookAtMedia(
  userId: string,
  files: readonly MediaFile[],
  { copies }: { copies: boolean },
): Promise<LookedMedia> {
  const places = [...new Set(files.map(placeOf))];
  const opened = await atATime(WIDTH, places, (place) => open(userId, place, copies));
  const keys = opened.flatMap((one) => one.ok && one.value.key !== undefined ? [one.value.key] : []);
  const discard = () => {
    if (keys.length > 0) background("copies", discardCopies(keys));
  };
  try {
    const looks = await atATime(WIDTH, opened, async (one) => one.ok ? await lookInto(one.value) : null);
    const found = new Map(
      places.map((place, index) => [place, { opened: opened[index], look: looks[index] }]),
    );
    const issues: PublicationIssue[] = [];
    const looked = files.map((file, index) => {
      const { opened, look } = found.get(placeOf(file)) ?? {};
      if (opened && !opened.ok) issues.push(issueOf(opened.error, file, `mediaFiles.${index}`));
      return look?.ok ? look.value : null;
    });
    const handed = places.flatMap((place, index) => {
      const one = opened[index];
      return one?.ok && one.value.key !== undefined ? [[place.slice(PATH.length), one.value.key]] : [];
    });
    return { files: looked, issues, handed: Object.fromEntries(handed), discard };
  } catch (error) {
    discard();
    throw error;
  }
}

const PATH = "path:";
const placeOf = ({ path, url }: MediaFile) => path === undefined ? `url:${url}` : `${PATH}${path}`;

async function open(userId: string, place: string, copies: boolean): Promise<Opened> {
  if (!place.startsWith(PATH)) return await lookAtUrl(place.slice("url:".length));
  const path = place.slice(PATH.length);
  if (!isFileOf(userId, "inputs", path)) throw new NoSuchInput(path);
  if (!copies) {
    const found = await lookAtStored("inputs", path);
    if (!found) throw new NoSuchInput(path);
    return found;
  }
  const [copy] = await copyInputs(userId, [path]);
  if (!copy?.ok) throw copy?.error;
  const { type, bytes, key } = copy.value;
  return { type, source: storedBytes("handed", key, bytes), key };
}

async function lookInto({ type, source }: Opened): Promise<FoundMedia> {
  const probe = type === null ? null : await probeMedia(source, type);
  return { type, bytes: source.bytes, probe };
}

/** What is wrong with a file that cannot be had. What is wrong with us is thrown on. */
function issueOf(error: unknown, { path, url }: MediaFile, field: string): PublicationIssue {
  if (error instanceof NoSuchInput) {
    const message = `${path} is no file of yours in the inputs bucket.`;
    return { code: "file_not_found", field, message };
  }
  if (error instanceof RefusedAddress) return { code: error.code, field, message: error.message };
  if (error instanceof MediaUnreachable) {
    const details = { url, ...error.status === null ? {} : { status: error.status } };
    return { code: "media_unreachable", field, message: error.message, details };
  }
  throw error instanceof EsteiraError
    ? error
    : new EsteiraError("storage_unavailable", error instanceof Error ? error.message : String(error));
}
