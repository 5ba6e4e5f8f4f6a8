/** Publishing and reading, as Instagram names it. */
import type { Post } from "../social/books.ts";
import { addContainerReads, type ContainerReads } from "../graph/container_reads.ts";
import { addContainerRoutes, type NamedLimit, standingOf } from "../graph/container_routes.ts";
import type { Container, StatusCode } from "../graph/containers.ts";
import { MEDIA_ERRORS, POSTING_LIMIT } from "../graph/graph_errors.ts";
import { wishOf, wrongWith } from "./container_wish.ts";
import type { Fault } from "./faults.ts";
import { accountOf, PUBLISHES, READS } from "./permissions.ts";
import { accountView } from "./profile_routes.ts";
import type { Instagram } from "./world.ts";

const STATUS_WORDS: Readonly<Record<StatusCode, string>> = {
  IN_PROGRESS: "In Progress: Media is still being processed.",
  FINISHED: "Finished: Media has been uploaded and it is ready to be published.",
  PUBLISHED: "Published: Media has been published.",
  EXPIRED: "Expired: The container was not published within 24 hours.",
  ERROR: "Error: Media upload has failed with error code ",
};

/** Adds what makes containers and posts, what says how many are left, and reads: the last of all routes. */
export function addPublishRoutes(instagram: Instagram): void {
  const { app, containers, pages, postLimit, world } = instagram;
  const limit: NamedLimit = { name: "posts", ...postLimit };
  const place: ContainerReads<Fault> = {
    app,
    world,
    containers,
    edges: { create: "media", publish: "media_publish", limit: "content_publishing_limit" },
    publishes: PUBLISHES,
    reads: READS,
    textIn: "caption",
    account: (id) => pages.account(id),
    accountOf: (access, id) => accountOf(instagram, access, id),
    wrongWith: (parameters) => wrongWith(instagram, parameters),
    wishOf: (account, call) => wishOf(instagram, account, call),
    refusals: MEDIA_ERRORS,
    hidden: () => undefined,
    limitOf: () => limit,
    noneLeft: POSTING_LIMIT,
    limits(account) {
      const { usage, config } = standingOf(instagram, limit, account);
      return { quota_usage: usage, config };
    },
    postOf,
    containerView: (container, odd) => containerView(container, containers.statusOf(container), odd),
    postView,
    accountView: (account) => accountView(world.url, account),
  };
  addContainerRoutes(place);
  addContainerReads(place);
}

function postOf({ account, mediaType }: Container, n: number): Pick<Post, "id" | "kind" | "permalink"> {
  const id = `180${String(Date.now()).slice(-8)}${String(n).padStart(6, "0")}`;
  const word = mediaType === "REELS" ? "reel" : mediaType === "STORIES" ? `stories/${account.username}` : "p";
  return {
    id,
    kind: mediaType,
    permalink: `https://www.instagram.com/${word}/${BigInt(id).toString(36)}/`,
  };
}

function containerView(
  { id, failure }: Container,
  code: StatusCode,
  odd: string | undefined,
): Record<string, unknown> {
  const words = code === "ERROR" ? `${STATUS_WORDS.ERROR}${failure?.subcode ?? 2207053}` : STATUS_WORDS[code];
  return { id, status_code: odd ?? code, status: odd ?? words };
}

function postView(
  { id, kind, text, permalink, at, username, account, media }: Post,
): Record<string, unknown> {
  const product = kind === "REELS" ? "REELS" : kind === "STORIES" ? "STORY" : "FEED";
  const isVideo = media[0]?.type.startsWith("video/") ?? false;
  return {
    id,
    caption: text === "" ? undefined : text,
    permalink,
    timestamp: at.toISOString().replace(/\.\d+Z$/, "+0000"),
    username,
    owner: { id: account },
    media_product_type: product,
    media_type: kind === "CAROUSEL" ? "CAROUSEL_ALBUM" : isVideo ? "VIDEO" : "IMAGE",
    shortcode: permalink.split("/").at(-2),
  };
}
