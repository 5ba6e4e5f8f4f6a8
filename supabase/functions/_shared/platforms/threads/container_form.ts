/** What containers are made of: one schema for each kind (docs/platforms/threads.md#containers). Pure. */
import { z } from "zod";
import {
  type ThreadsPostSettings,
  threadsPostSettings,
} from "../../../../../shared/publishing/threads_settings.ts";
import type { ContainerForm } from "../graph/containers/container_dialect.ts";
import { isVideo } from "../graph/is_video.ts";
import { invalidInput } from "../kit/misconfigured.ts";
import type { PublicationMedia, PublicationWork } from "../platform.ts";
import { ignoredSettings } from "./preflight.ts";

const address = z.url({ protocol: /^https?$/ });
const yes = z.literal("true");
const id = z.string().regex(/^\d{1,25}$/).optional();
const text = z.string().min(1);
/** Of what becomes a post. */
const whole = {
  reply_to_id: id,
  quote_post_id: id,
  reply_control: z.string().optional(),
  topic_tag: z.string().min(1).optional(),
};
const withFiles = { ...whole, text: text.optional(), is_spoiler_media: z.enum(["true", "false"]).optional() };
const image = { media_type: z.literal("IMAGE"), image_url: address, alt_text: text.optional() };
const video = { media_type: z.literal("VIDEO"), video_url: address, alt_text: text.optional() };

const FORMS = {
  text: z.strictObject({
    media_type: z.literal("TEXT"),
    text,
    link_attachment: address.optional(),
    text_attachment: z.string().optional(),
    ...whole,
  }),
  image: z.strictObject({ ...image, ...withFiles }),
  video: z.strictObject({ ...video, ...withFiles }),
  item_image: z.strictObject({ is_carousel_item: yes, ...image }),
  item_video: z.strictObject({ is_carousel_item: yes, ...video }),
  carousel: z.strictObject({
    media_type: z.literal("CAROUSEL"),
    // Two to twenty ids.
    children: z.string().regex(/^[^,]{1,64}(,[^,]{1,64}){1,19}$/),
    ...withFiles,
  }),
} as const;
export type ContainerKind = keyof typeof FORMS;

/** The container of a file (`isItem` of a carousel), or of a text. Throws PlatformError where there can be none. */
export async function partForm(
  work: PublicationWork,
  file: PublicationMedia | undefined,
  isItem: boolean,
): Promise<ContainerForm> {
  const settings = settingsOf(work);
  if (!file) {
    const { link, textAttachment } = settings;
    return formOf("text", {
      media_type: "TEXT",
      text: work.content.caption || undefined,
      link_attachment: link,
      text_attachment: textAttachment === undefined
        ? undefined
        : JSON.stringify({ plaintext: textAttachment }),
      ...wholeOf(settings),
    });
  }
  const url = await file.url();
  const media = {
    ...isVideo(file) ? { media_type: "VIDEO", video_url: url } : { media_type: "IMAGE", image_url: url },
    alt_text: file.altText || undefined,
  };
  const kind = isVideo(file) ? "video" : "image";
  return isItem
    ? formOf(`item_${kind}`, { is_carousel_item: "true", ...media })
    : formOf(kind, { ...media, ...filesOf(work, settings) });
}

/** The container of a carousel whose items' containers are there. */
export function carouselForm(work: PublicationWork, children: readonly string[]): ContainerForm {
  return formOf("carousel", {
    media_type: "CAROUSEL",
    children: children.join(","),
    ...filesOf(work, settingsOf(work)),
  });
}

function filesOf({ content }: PublicationWork, settings: ThreadsPostSettings) {
  const { isSpoiler } = settings;
  return {
    text: content.caption || undefined,
    is_spoiler_media: isSpoiler === undefined ? undefined : isSpoiler ? "true" : "false",
    ...wholeOf(settings),
  };
}

function wholeOf({ replyTo, quotePostId, replyControl, topicTag }: ThreadsPostSettings) {
  return {
    reply_to_id: replyTo,
    quote_post_id: quotePostId,
    reply_control: replyControl,
    topic_tag: topicTag,
  };
}

/** As the option's own schema has them. Throws PlatformError for others, and for what nothing would come of. */
function settingsOf({ content, media }: PublicationWork): ThreadsPostSettings {
  const { data, error } = threadsPostSettings.safeParse(content.settings);
  if (error) {
    const at = error.issues[0]?.path.join(".") ?? "";
    throw invalidInput(`The setting ${at} is not one that threads_post takes`);
  }
  const [issue] = ignoredSettings(content.settings, media.length);
  if (issue) throw invalidInput(issue.message, issue.code);
  return data;
}

/** A form of a kind, as its schema has it. */
function formOf(kind: ContainerKind, fields: Record<string, string | undefined>): ContainerForm {
  const given = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
  const { data, error } = FORMS[kind].safeParse(given);
  if (data) return data as ContainerForm;
  const at = error.issues[0]?.path.join(".") || "form";
  throw invalidInput(`No container can be made: ${at} is not as Threads takes it`);
}
