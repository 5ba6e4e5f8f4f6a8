/** The settings of a post on TikTok, and what comes of them. */
import type { z } from "zod";
import { isTikTokDraft, tiktokChoices } from "../../../../../shared/publishing/tiktok_choices.ts";
import { TIKTOK_SETTINGS, type TikTokOption } from "../../../../../shared/publishing/tiktok_settings.ts";
import { invalidInput } from "../kit/misconfigured.ts";
import type { PublicationWork } from "../platform.ts";

export type VideoSettings = z.infer<typeof TIKTOK_SETTINGS.tiktok_video>;
export type PhotoSettings = z.infer<typeof TIKTOK_SETTINGS.tiktok_photo>;

type Asked = Pick<PublicationWork, "content" | "option">;

/** A draft is laid in the creator's inbox; all else is posted. */
export function isDraft({ content }: Pick<PublicationWork, "content">): boolean {
  return isTikTokDraft(content.settings);
}

/** The settings of a video. Throws PlatformError for those that TikTok would not take, or not heed. */
export function videoSettingsOf(work: Asked): VideoSettings {
  return settingsOf(work, "tiktok_video", TIKTOK_SETTINGS.tiktok_video);
}

/** As videoSettingsOf, of photos. */
export function photoSettingsOf(work: Asked): PhotoSettings {
  return settingsOf(work, "tiktok_photo", TIKTOK_SETTINGS.tiktok_photo);
}

/** Throws PlatformError where the settings cannot be posted with. */
export function checkSettings(work: Asked): void {
  void (work.option === "tiktok_photo" ? photoSettingsOf(work) : videoSettingsOf(work));
}

function settingsOf<Settings extends Record<string, unknown>>(
  { content }: Asked,
  option: TikTokOption,
  schema: z.ZodType<Settings>,
): Settings {
  const read = schema.safeParse(content.settings);
  if (!read.success) {
    const [issue] = read.error.issues;
    throw invalidInput(`settings.${issue?.path.join(".") ?? ""}: ${issue?.message ?? "not valid"}`);
  }
  const [wrong] = tiktokChoices(option, read.data, content.mediaFiles.length);
  if (wrong) throw invalidInput(`${wrong.field}: ${wrong.message}`, wrong.code);
  return read.data;
}
