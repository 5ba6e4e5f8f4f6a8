/** Publishing by containers: where they are made, the call that makes a post of one, and how many posts are left. */
import type { Hono } from "hono";
import type { Commit, Post } from "../social/books.ts";
import type { Limit } from "../social/quotas.ts";
import type { Access } from "../social/tokens.ts";
import { asCaller, asPublisher, type Call, type GraphPlace } from "./calls.ts";
import type { Container, Containers, Wish } from "./containers.ts";
import { badParameter, type GraphError, graphError, MEDIA_ERRORS, notThere } from "./graph_errors.ts";
import type { Account } from "./pages.ts";

/** A limit of posts, and under which name it is counted. */
export interface NamedLimit extends Limit {
  readonly name: string;
}

/** What these routes need to know of a platform. */
export interface ContainerPlace<Fault extends { kind: string }> extends GraphPlace<Fault> {
  readonly app: Hono;
  readonly containers: Containers<Fault>;
  /** The names of the edges below an account. */
  readonly edges: { readonly create: string; readonly publish: string; readonly limit: string };
  /** Scopes for what makes posts, by the way in. */
  readonly publishes: Readonly<Record<string, readonly string[]>>;
  /** The parameter that the text is in. */
  readonly textIn: string;
  /** The account of this id, whoever asks. */
  account(id: string): Account | undefined;
  /** The account of this id, where the token is good for it. */
  accountOf(access: Access, id: string): Account | undefined;
  /** What is wrong with a wish for a container, before anything is fetched. */
  wrongWith(parameters: URLSearchParams): GraphError | undefined;
  /** The wish, once nothing is wrong with it. */
  wishOf(account: Account, call: Call): Wish;
  /** What is said of a container that is not there (or is somebody else's), is at work, or came to its end. */
  readonly refusals: {
    readonly notFound: GraphError;
    readonly notReady: GraphError;
    readonly expired: GraphError;
  };
  /** Why one that is finished cannot be published all the same. */
  hidden(container: Container): GraphError | undefined;
  /** What a post counts against, and what is said where none is left. */
  limitOf(container: Container): NamedLimit;
  readonly noneLeft: GraphError;
  /** How much was posted, as the platform says it. */
  limits(account: Account): Record<string, unknown>;
  /** The post that a container becomes, the `n`th of all. */
  postOf(container: Container, n: number): Pick<Post, "id" | "kind" | "permalink">;
}

/** Adds them. Paths are without their version. */
export function addContainerRoutes<Fault extends { kind: string }>(place: ContainerPlace<Fault>): void {
  const { app, edges, publishes: scopes, textIn, containers } = place;

  app.post(`/:account/${edges.create}`, (c) =>
    asCaller(place, c.req.raw, {
      path: "container",
      scopes,
      texts: (parameters) => [textIn, "image_url", "video_url"].flatMap((name) => parameters.get(name) ?? []),
    }, async (call) => {
      const account = place.accountOf(call.access, c.req.param("account"));
      if (!account) return graphError(notThere(c.req.param("account")));
      const wrong = place.wrongWith(call.parameters);
      if (wrong) return graphError(wrong);
      const container = await containers.make(place.wishOf(account, call));
      const isTold = container.failure !== null && !container.isVideo && container.address !== null &&
        !container.faults.processing_fails && !container.faults.slow_download;
      return isTold && container.failure
        ? graphError(container.failure)
        : Response.json({ id: container.id });
    }));

  app.post(`/:account/${edges.publish}`, async (c) => {
    const account = place.account(c.req.param("account"));
    const need = {
      path: "commit",
      scopes,
      texts: (given: URLSearchParams) => containers.get(given.get("creation_id") ?? "")?.texts ?? [],
    };
    const whose = account ? { id: account.id, username: account.username } : null;
    return await asPublisher(place, c.req.raw, need, whose, ({ access, parameters }, commit) => {
      const own = place.accountOf(access, c.req.param("account"));
      if (!own) return graphError(notThere(c.req.param("account")));
      const container = containers.get(parameters.get("creation_id") ?? "");
      if (!container || container.account !== own) return graphError(place.refusals.notFound);
      const refusal = unpublishable(place, container);
      if (refusal) return graphError(refusal);
      const { name, ...limit } = place.limitOf(container);
      if (!place.world.quota(name, limit).take(own.id)) return graphError(place.noneLeft);
      return Response.json({ id: publish(place, container, commit).id });
    });
  });

  app.get(
    `/:account/${edges.limit}`,
    (c) =>
      asCaller(place, c.req.raw, { path: "limit", scopes }, ({ access }) => {
        const account = place.accountOf(access, c.req.param("account"));
        if (!account) return graphError(notThere(c.req.param("account")));
        return Response.json({ data: [place.limits(account)] });
      }),
  );
}

/** How a limit stands for an account. */
export function standingOf<Fault extends { kind: string }>(
  { world }: GraphPlace<Fault>,
  { name, ...limit }: NamedLimit,
  { id }: Account,
) {
  return {
    usage: limit.limit - world.quota(name, limit).standing(id).remaining,
    config: { quota_total: limit.limit, quota_duration: Math.round(limit.windowMs / 1000) },
  };
}

/** Why a container cannot be published now. */
function unpublishable<Fault extends { kind: string }>(
  place: ContainerPlace<Fault>,
  container: Container,
): GraphError | undefined {
  switch (place.containers.statusOf(container)) {
    case "FINISHED":
      if (!container.secretFailure) return place.hidden(container);
      container.failure = container.secretFailure;
      return container.secretFailure;
    case "IN_PROGRESS":
      return place.refusals.notReady;
    case "EXPIRED":
      return place.refusals.expired;
    case "ERROR":
      return container.failure ?? MEDIA_ERRORS.upload;
    // What is said of a second publish is not documented. It makes no second post.
    case "PUBLISHED":
      return badParameter("The media has already been published.");
  }
}

function publish<Fault extends { kind: string }>(
  place: ContainerPlace<Fault>,
  container: Container,
  commit: Commit,
): Post {
  const { world } = place;
  const { account, caption, media, texts } = container;
  const post = world.books.post(commit, {
    ...place.postOf(container, world.books.posts.length + 1),
    account: account.id,
    username: account.username,
    text: caption,
    media,
  }, world.lagOf(texts));
  container.postId = post.id;
  return post;
}
