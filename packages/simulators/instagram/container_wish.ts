/** What a container is asked to be, and what is wrong with that before anything is fetched. */
import type { Wish } from "../graph/containers.ts";
import { badParameter, type GraphError, MEDIA_ERRORS } from "../graph/graph_errors.ts";
import type { Account } from "../graph/pages.ts";
import { listOf } from "../graph/parameters.ts";
import type { Call } from "../graph/calls.ts";
import type { Instagram } from "./world.ts";

const LONGEST_CAPTION = 2200;

/** What is wrong with a wish for a container, before anything is fetched. */
export function wrongWith(instagram: Instagram, parameters: URLSearchParams): GraphError | undefined {
  const type = parameters.get("media_type") ?? "IMAGE";
  if (!["IMAGE", "VIDEO", "REELS", "STORIES", "CAROUSEL"].includes(type)) {
    return badParameter("Param media_type is not valid", 2207023);
  }
  const isItem = parameters.get("is_carousel_item") === "true";
  if (type === "VIDEO" && !isItem) return MEDIA_ERRORS.onlyReels;
  const caption = parameters.get("caption") ?? "";
  const tags = caption.match(/(?<![\p{L}\p{N}_])#[\p{L}\p{N}_]+/gu)?.length ?? 0;
  const mentions = caption.match(/(?<![\p{L}\p{N}_])@[\w.]+/gu)?.length ?? 0;
  if ([...caption].length > LONGEST_CAPTION || tags > 30 || mentions > 20) return MEDIA_ERRORS.caption;
  const [image, video] = [parameters.get("image_url"), parameters.get("video_url")];
  if (type === "CAROUSEL") {
    return wrongCarousel(instagram, listOf(parameters.get("children")));
  }
  if (!image && !video) return badParameter("The parameter image_url is required");
  if (image && video) return badParameter("Only one of image_url and video_url can be given");
  if (!URL.canParse(image ?? video ?? "")) return MEDIA_ERRORS.notFetched;
  if (type === "REELS" && !video) return badParameter("The parameter video_url is required");
  if (type === "IMAGE" && video) return badParameter("The parameter image_url is required");
  if (parameters.has("alt_text") && video) return badParameter("alt_text is for images only");
  return undefined;
}

function wrongCarousel({ containers }: Instagram, ids: readonly string[]): GraphError | undefined {
  if (ids.length < 2 || ids.length > 10) return MEDIA_ERRORS.carousel;
  for (const id of ids) {
    const child = containers.get(id);
    if (!child?.isCarouselItem) return MEDIA_ERRORS.notFound;
    const status = containers.statusOf(child);
    if (status === "IN_PROGRESS") return MEDIA_ERRORS.notReady;
    if (status === "EXPIRED") return MEDIA_ERRORS.expired;
  }
  return undefined;
}

/** The wish, once nothing is wrong with it. */
export function wishOf(
  { containers }: Instagram,
  account: Account,
  { access, parameters }: Call,
): Wish {
  const address = parameters.get("image_url") ?? parameters.get("video_url");
  const children = listOf(parameters.get("children")).flatMap((id) => containers.get(id) ?? []);
  const caption = parameters.get("caption") ?? "";
  return {
    account,
    app: access.family.app,
    mediaType: parameters.get("media_type") ?? "IMAGE",
    caption,
    altText: parameters.get("alt_text"),
    address,
    isVideo: parameters.has("video_url"),
    isCarouselItem: parameters.get("is_carousel_item") === "true",
    children,
    texts: [...caption === "" ? [] : [caption], ...address === null ? [] : [address], account.username],
  };
}
