/** What a container is asked to be, and what is wrong with that before anything is fetched. */
import type { Call } from "../graph/calls.ts";
import type { Containers, Wish } from "../graph/containers.ts";
import { badParameter, type GraphError, MEDIA_ERRORS } from "../graph/graph_errors.ts";
import type { Account } from "../graph/pages.ts";
import { listOf } from "../graph/parameters.ts";
import { NOT_FETCHED, NOT_FOUND, TEXT_TOO_LONG, TOO_MANY_LINKS } from "./errors.ts";
import type { Fault } from "./faults.ts";

const LONGEST_TEXT = 500;
const LONGEST_ATTACHMENT = 10_000;
const MOST_LINKS = 5;
const REPLY_CONTROLS = [
  "everyone",
  "accounts_you_follow",
  "mentioned_only",
  "parent_post_author_only",
  "followers_only",
];
/** What else a container can be asked for. */
const SETTINGS = [
  "reply_to_id",
  "quote_post_id",
  "reply_control",
  "topic_tag",
  "link_attachment",
  "text_attachment",
  "is_spoiler_media",
];

/** What is wrong with a wish for a container, before anything is fetched. */
export function wrongWith(containers: Containers<Fault>, given: URLSearchParams): GraphError | undefined {
  const type = given.get("media_type");
  if (type === null || !["TEXT", "IMAGE", "VIDEO", "CAROUSEL"].includes(type)) {
    return badParameter("Param media_type must be one of {TEXT, IMAGE, VIDEO, CAROUSEL}");
  }
  const wrong = wrongText(type, given) ?? wrongSettings(type, given);
  if (wrong) return wrong;
  if (type === "CAROUSEL") return wrongCarousel(containers, listOf(given.get("children")));
  if (type === "TEXT") return undefined;
  const field = type === "IMAGE" ? "image_url" : "video_url";
  const address = given.get(field);
  if (!address) return badParameter(`The parameter ${field} is required`);
  return URL.canParse(address) ? undefined : NOT_FETCHED;
}

function wrongText(type: string, given: URLSearchParams): GraphError | undefined {
  const text = given.get("text") ?? "";
  if (type === "TEXT" && text === "") return badParameter("The parameter text is required");
  if (lengthOf(text) > LONGEST_TEXT) return TEXT_TOO_LONG;
  const attached = given.get("link_attachment");
  const links = [...text.matchAll(/https?:\/\/\S+/g)].map(([link]) => link);
  return new Set([...links, ...attached ? [attached] : []]).size > MOST_LINKS ? TOO_MANY_LINKS : undefined;
}

/** Each character is one, but an emoji is as many as it has bytes. */
function lengthOf(text: string): number {
  const characters = [...new Intl.Segmenter("en", { granularity: "grapheme" }).segment(text)];
  return characters.reduce(
    (sum, { segment }) =>
      sum + (/\p{Emoji_Presentation}|\uFE0F/u.test(segment) ? new TextEncoder().encode(segment).length : 1),
    0,
  );
}

function wrongSettings(type: string, given: URLSearchParams): GraphError | undefined {
  const control = given.get("reply_control");
  if (control !== null && !REPLY_CONTROLS.includes(control)) {
    return badParameter(`Param reply_control must be one of {${REPLY_CONTROLS.join(", ")}}`);
  }
  const tag = given.get("topic_tag");
  if (tag !== null && !/^[^.&]{1,50}$/.test(tag)) return badParameter("Param topic_tag is not valid");
  if (type === "TEXT") {
    const attachment = given.get("text_attachment");
    const isWhole = attachment === null || isAttachment(attachment);
    return isWhole ? undefined : badParameter("Param text_attachment is not valid");
  }
  const odd = ["link_attachment", "text_attachment"].find((name) => given.has(name));
  return odd === undefined ? undefined : badParameter(`Param ${odd} is for media_type TEXT alone`);
}

function isAttachment(text: string): boolean {
  try {
    const { plaintext } = JSON.parse(text) as { plaintext?: unknown };
    return typeof plaintext === "string" && plaintext !== "" && plaintext.length <= LONGEST_ATTACHMENT;
  } catch {
    return false;
  }
}

function wrongCarousel(containers: Containers<Fault>, ids: readonly string[]): GraphError | undefined {
  if (ids.length < 2 || ids.length > 20) return MEDIA_ERRORS.carousel;
  for (const id of ids) {
    const child = containers.get(id);
    if (!child?.isCarouselItem || child.faults.container_not_found) return NOT_FOUND;
    if (["IN_PROGRESS", "EXPIRED"].includes(containers.statusOf(child))) return NOT_FOUND;
  }
  return undefined;
}

/** The wish, once nothing is wrong with it. */
export function wishOf(
  containers: Containers<Fault>,
  account: Account,
  { access, parameters }: Call,
): Wish {
  const mediaType = parameters.get("media_type") ?? "TEXT";
  const address = parameters.get(mediaType === "VIDEO" ? "video_url" : "image_url");
  const caption = parameters.get("text") ?? "";
  return {
    account,
    app: access.family.app,
    mediaType,
    caption,
    altText: parameters.get("alt_text"),
    address: mediaType === "IMAGE" || mediaType === "VIDEO" ? address : null,
    isVideo: mediaType === "VIDEO",
    isCarouselItem: parameters.get("is_carousel_item") === "true",
    children: mediaType === "CAROUSEL"
      ? listOf(parameters.get("children")).flatMap((id) => containers.get(id) ?? [])
      : [],
    texts: [...caption === "" ? [] : [caption], ...address === null ? [] : [address], account.username],
    settings: Object.fromEntries(
      SETTINGS.flatMap((name) => {
        const value = parameters.get(name);
        return value === null ? [] : [[name, value]];
      }),
    ),
  };
}
