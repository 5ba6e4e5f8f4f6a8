/** Publishing and reading, as Threads names it. */
import { asCaller } from "../graph/calls.ts";
import { addContainerReads, type ContainerReads } from "../graph/container_reads.ts";
import { addContainerRoutes, type NamedLimit, standingOf } from "../graph/container_routes.ts";
import type { Container, StatusCode } from "../graph/containers.ts";
import { fieldsOf, picked } from "../graph/parameters.ts";
import type { Post } from "../social/books.ts";
import { wishOf, wrongWith } from "./container_wish.ts";
import { NOT_FOUND, POSTING_LIMIT } from "./errors.ts";
import type { Fault } from "./faults.ts";
import { accountOf, accountView, accountWith, PUBLISHES, READS, type Threads } from "./world.ts";

const POST_FIELDS = [
  "id",
  "text",
  "permalink",
  "timestamp",
  "username",
  "owner",
  "media_product_type",
  "media_type",
  "shortcode",
];

/** Adds what makes containers and posts, what says how many are left, and reads: the last of all routes. */
export function addPublishRoutes(threads: Threads): void {
  const { app, containers, world } = threads;
  const posts: NamedLimit = { name: "posts", ...threads.postLimit };
  const replies: NamedLimit = { name: "replies", ...threads.replyLimit };
  app.get(
    "/me",
    (c) =>
      asCaller(threads, c.req.raw, { path: "me", scopes: READS }, ({ access, parameters }) => {
        const account = accountWith(threads, access.family.person.id);
        const view = account ? accountView(world.url, account) : {};
        return Response.json(picked(view, fieldsOf(parameters.get("fields"))));
      }),
  );
  const place: ContainerReads<Fault> = {
    app,
    world,
    containers,
    edges: { create: "threads", publish: "threads_publish", limit: "threads_publishing_limit" },
    publishes: PUBLISHES,
    reads: READS,
    textIn: "text",
    account: (id) => accountWith(threads, id),
    accountOf: (access, id) => accountOf(threads, access, id),
    wrongWith: (parameters) => wrongWith(containers, parameters),
    wishOf: (account, call) => wishOf(containers, account, call),
    refusals: { notFound: NOT_FOUND, notReady: NOT_FOUND, expired: NOT_FOUND },
    hidden: ({ faults }) => faults.container_not_found ? NOT_FOUND : undefined,
    limitOf: ({ settings }) => settings?.reply_to_id === undefined ? posts : replies,
    noneLeft: POSTING_LIMIT,
    limits(account) {
      const [ofPosts, ofReplies] = [
        standingOf(threads, posts, account),
        standingOf(threads, replies, account),
      ];
      return {
        quota_usage: ofPosts.usage,
        config: ofPosts.config,
        reply_quota_usage: ofReplies.usage,
        reply_config: ofReplies.config,
      };
    },
    postOf,
    containerView: (container, odd) => containerView(container, containers.statusOf(container), odd),
    postView,
    postFields: POST_FIELDS,
    accountView: (account) => accountView(world.url, account),
  };
  addContainerRoutes(place);
  addContainerReads(place);
}

function postOf({ account, mediaType }: Container, n: number): Pick<Post, "id" | "kind" | "permalink"> {
  const id = `181${String(Date.now()).slice(-8)}${String(n).padStart(6, "0")}`;
  const code = BigInt(id).toString(36);
  return { id, kind: mediaType, permalink: `https://www.threads.net/@${account.username}/post/${code}` };
}

function containerView(
  { id, failure }: Container,
  code: StatusCode,
  odd: string | undefined,
): Record<string, unknown> {
  return {
    id,
    status: odd ?? code,
    ...code === "ERROR" ? { error_message: failure?.word ?? "UNKNOWN" } : {},
  };
}

function postView({ id, kind, text, permalink, at, username, account }: Post): Record<string, unknown> {
  const types: Readonly<Record<string, string>> = { TEXT: "TEXT_POST", CAROUSEL: "CAROUSEL_ALBUM" };
  return {
    id,
    text: text === "" ? undefined : text,
    permalink,
    timestamp: at.toISOString().replace(/\.\d+Z$/, "+0000"),
    username,
    owner: { id: account },
    media_product_type: "THREADS",
    media_type: types[kind] ?? kind,
    shortcode: permalink.split("/").at(-1),
  };
}
