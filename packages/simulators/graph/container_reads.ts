/** Reads of what is published by containers: where a container is, what an account has posted, and what a post is. */
import type { FaultBook } from "../kit/fault_rules.ts";
import type { Post } from "../social/books.ts";
import { asCaller } from "./calls.ts";
import type { ContainerPlace } from "./container_routes.ts";
import type { Container } from "./containers.ts";
import { badParameter, graphError, notThere } from "./graph_errors.ts";
import type { Account } from "./pages.ts";
import { fieldsOf, picked } from "./parameters.ts";

/** How a platform shows what it has. */
export interface ContainerReads<Fault extends { kind: string }> extends ContainerPlace<Fault> {
  /** Scopes for what reads, by the way in. */
  readonly reads: Readonly<Record<string, readonly string[]>>;
  /** `odd`: what a fault has it say in the place of its status. */
  containerView(container: Container, odd: string | undefined): Record<string, unknown>;
  postView(post: Post): Record<string, unknown>;
  /** The fields that a post has, where a read of another is refused. */
  readonly postFields?: readonly string[];
  accountView(account: Account): Record<string, unknown>;
}

/** Faults that strike reads. */
type ReadFault = { kind: "unknown_status"; word: string } | { kind: "permalink_fails" };

/** Adds `GET /{account}/{edge}` and `GET /{id}`, the last of all routes. */
export function addContainerReads<Fault extends { kind: string }>(place: ContainerReads<Fault>): void {
  const { app, containers, edges, reads: scopes, world } = place;
  const faults = world.faults as unknown as FaultBook<ReadFault>;

  app.get(
    `/:account/${edges.create}`,
    (c) =>
      asCaller(place, c.req.raw, { path: "feed", scopes }, ({ access, parameters }) => {
        const account = place.accountOf(access, c.req.param("account"));
        if (!account) return graphError(notThere(c.req.param("account")));
        const limit = Math.max(1, Math.min(100, Number(parameters.get("limit") ?? 25) || 25));
        const fields = fieldsOf(parameters.get("fields"));
        const posts = world.books.visibleOf(account.id).slice(0, limit);
        return Response.json({ data: posts.map((post) => picked(place.postView(post), fields)) });
      }),
  );

  app.get("/:id", async (c) => {
    const id = c.req.param("id");
    const container = containers.get(id);
    const account = place.account(id);
    const path = container ? "status" : account ? "me" : "media";
    const post = world.books.posts.find((post) => post.id === id);
    const texts = container?.texts ?? (post ? [post.text, post.username] : [id]);
    return await asCaller(place, c.req.raw, { path, scopes, texts: () => texts }, (call) => {
      const fields = fieldsOf(call.parameters.get("fields"));
      if (account && place.accountOf(call.access, id)) {
        return Response.json(picked(place.accountView(account), fields));
      }
      if (container && place.accountOf(call.access, container.account.id)) {
        const odd = faults.take("unknown_status", container.texts)?.word;
        return Response.json(picked(place.containerView(container, odd), fields));
      }
      const visible = world.books.visible(id);
      const isOwn = visible && place.accountOf(call.access, visible.account);
      if (!isOwn || faults.take("permalink_fails", texts)) return graphError(notThere(id));
      const odd = place.postFields && fields.find((field) => !place.postFields?.includes(field));
      if (odd !== undefined) return graphError(badParameter(`Tried accessing nonexisting field (${odd})`));
      return Response.json(picked(place.postView(visible), fields));
    });
  });
}
