/** Preparing a post: what the account offers is asked right before it, and a video sent but for its last part. */
import { TIKTOK_SCOPES } from "../../../../../shared/publishing/tiktok_rules.ts";
import { probeMedia } from "../../files/probe_media.ts";
import { factOf } from "../kit/words.ts";
import { PlatformError, type Prepared, type PublicationWork } from "../platform.ts";
import { askCreator, checkAgainst } from "./creator.ts";
import { checkSettings, isDraft, photoSettingsOf, videoSettingsOf } from "./settings.ts";
import { nextUploadAct } from "./upload.ts";
import { uploadFactOf } from "./upload_facts.ts";

/** "Right before": what an account offers may have changed since. */
const FRESH_MS = 5 * 60_000;

/** Does the next thing that has to be done before the commit. Throws PlatformError. */
export async function preparePublication(work: PublicationWork, signal: AbortSignal): Promise<Prepared> {
  checkSettings(work);
  checkScope(work);
  const isPhoto = work.option === "tiktok_photo";
  if (!isDraft(work) && isCreatorDue(work, isPhoto)) return await askAndCheck(work, isPhoto, signal);
  return isPhoto ? { state: "ready" } : await nextUploadAct(work, signal);
}

/** A post that was begun is not begun again: what the account offers now changes nothing of it. */
function isCreatorDue({ facts }: PublicationWork, isPhoto: boolean): boolean {
  if (!isPhoto && uploadFactOf(facts) !== null) return false;
  const at = Date.parse(factOf(facts, "creator_at", isText) ?? "");
  return Number.isNaN(at) || Date.now() - at > FRESH_MS;
}

async function askAndCheck(work: PublicationWork, isPhoto: boolean, signal: AbortSignal): Promise<Prepared> {
  const { avatarUrl: _, ...creator } = await askCreator(work, signal);
  const seconds = isPhoto ? null : await secondsOf(work);
  const settings = isPhoto ? photoSettingsOf(work) : videoSettingsOf(work);
  checkAgainst({ ...creator, avatarUrl: null }, settings, seconds);
  return {
    state: "more",
    name: "creator_asked",
    facts: { creator, creator_at: new Date().toISOString() },
    details: { privacy: creator.privacy, ...seconds === null ? {} : { seconds } },
  };
}

/** How long the video is; null where it does not say. */
async function secondsOf({ media: [video] }: PublicationWork): Promise<number | null> {
  if (!video) return null;
  const source = {
    bytes: video.bytes,
    read: (from: number, to: number, signal: AbortSignal) => video.range(from, to, signal),
  };
  return (await probeMedia(source, video.contentType))?.durationSeconds ?? null;
}

/** A connection for drafts alone is whole, and no direct post can be made with it: that is the publication's fault. */
function checkScope(work: PublicationWork): void {
  const { scopes } = work.connection;
  const needed = TIKTOK_SCOPES[isDraft(work) ? "draft" : "direct"];
  if (scopes.length === 0 || scopes.includes(needed)) return;
  throw new PlatformError({
    class: "never",
    scope: "publication",
    code: "missing_scope",
    message: `The connection was not granted the scope ${needed}: connect the account again and allow it`,
  });
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}
