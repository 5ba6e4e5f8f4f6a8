/** What containers are made of: one schema for each kind (docs/platforms/instagram.md#containers). Pure. */
import { z } from "zod";
import {
  INSTAGRAM_SETTINGS,
  type InstagramOption,
  type InstagramSettings,
} from "../../../../../shared/publishing/instagram_settings.ts";
import type { ContainerForm } from "../graph/containers/container_dialect.ts";
import { isVideo } from "../graph/is_video.ts";
import { invalidInput } from "../kit/misconfigured.ts";
import type { PublicationMedia, PublicationWork } from "../platform.ts";
import { ignoredSettings } from "./preflight.ts";

const address = z.url({ protocol: /^https?$/ });
const yes = z.literal("true");
const common = {
  caption: z.string().min(1).optional(),
  location_id: z.string().optional(),
  collaborators: z.string().optional(),
};
const cover = { cover_url: address.optional(), thumb_offset: z.string().regex(/^\d+$/).optional() };
const image = { image_url: address, alt_text: z.string().min(1).optional() };

const FORMS = {
  image: z.strictObject({ ...image, ...common }),
  reel: z.strictObject({
    media_type: z.literal("REELS"),
    video_url: address,
    share_to_feed: z.enum(["true", "false"]).optional(),
    ...cover,
    ...common,
  }),
  story_image: z.strictObject({ media_type: z.literal("STORIES"), image_url: address }),
  story_video: z.strictObject({ media_type: z.literal("STORIES"), video_url: address }),
  item_image: z.strictObject({ is_carousel_item: yes, ...image }),
  item_video: z.strictObject({ is_carousel_item: yes, media_type: z.literal("VIDEO"), video_url: address }),
  carousel: z.strictObject({
    media_type: z.literal("CAROUSEL"),
    // Two to ten ids.
    children: z.string().regex(/^[^,]{1,64}(,[^,]{1,64}){1,9}$/),
    ...common,
  }),
} as const;
export type ContainerKind = keyof typeof FORMS;

/** The container of a file: `isItem` of a carousel, or the whole publication. Throws PlatformError where there can be none. */
export async function fileForm(
  work: PublicationWork,
  file: PublicationMedia,
  isItem: boolean,
): Promise<ContainerForm> {
  const { thumbOffset, coverUrl, shareToFeed } = settingsOf(work);
  const url = await file.url();
  const alt = { alt_text: file.altText ?? undefined };
  if (isItem) {
    return isVideo(file)
      ? formOf("item_video", { is_carousel_item: "true", media_type: "VIDEO", video_url: url })
      : formOf("item_image", { is_carousel_item: "true", image_url: url, ...alt });
  }
  if (work.option === "instagram_story") {
    return isVideo(file)
      ? formOf("story_video", { media_type: "STORIES", video_url: url })
      : formOf("story_image", { media_type: "STORIES", image_url: url });
  }
  if (!isVideo(file)) return formOf("image", { image_url: url, ...alt, ...commonOf(work) });
  // In the feed, or where the user says; else Instagram decides.
  const share = work.option === "instagram_feed" ? true : shareToFeed;
  return formOf("reel", {
    media_type: "REELS",
    video_url: url,
    share_to_feed: share === undefined ? undefined : share ? "true" : "false",
    cover_url: coverUrl,
    thumb_offset: thumbOffset === undefined ? undefined : `${thumbOffset}`,
    ...commonOf(work),
  });
}

/** The container of a carousel whose items' containers are there. */
export function carouselForm(work: PublicationWork, children: readonly string[]): ContainerForm {
  return formOf("carousel", {
    media_type: "CAROUSEL",
    children: children.join(","),
    ...commonOf(work),
  });
}

function commonOf(work: PublicationWork): Record<string, string | undefined> {
  const { collaborators, locationId } = settingsOf(work);
  return {
    caption: work.content.caption || undefined,
    location_id: locationId,
    collaborators: collaborators ? JSON.stringify(collaborators) : undefined,
  };
}

/** As the option's own schema has them. Throws PlatformError for others, and for what nothing would come of. */
function settingsOf({ option, content, media }: PublicationWork): InstagramSettings {
  const schema: z.ZodType<InstagramSettings> = INSTAGRAM_SETTINGS[option as InstagramOption];
  const { data, error } = schema.safeParse(content.settings);
  if (error) {
    const at = error.issues[0]?.path.join(".") ?? "";
    throw invalidInput(`The setting ${at} is not one that ${option} takes`);
  }
  const [issue] = ignoredSettings(content, media.map(isVideo));
  if (issue) throw invalidInput(issue.message, issue.code);
  return data;
}

/** A form of a kind, as its schema has it. */
function formOf(kind: ContainerKind, fields: Record<string, string | undefined>): ContainerForm {
  const given = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
  const { data, error } = FORMS[kind].safeParse(given);
  if (data) return data as ContainerForm;
  const at = error.issues[0]?.path.join(".") || "form";
  throw invalidInput(`No container can be made: ${at} is not as Instagram takes it`);
}
