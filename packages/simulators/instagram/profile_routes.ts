/** Who signed in, what they have, and taking it all back. */
import { Buffer } from "node:buffer";
import type { Access } from "../social/tokens.ts";
import { graphError, notThere } from "../graph/graph_errors.ts";
import type { Account, Page } from "../graph/pages.ts";
import { fieldsOf, picked } from "../graph/parameters.ts";
import { asCaller, type Call, type Instagram } from "./world.ts";

const PAGES_PER_PAGE = 25;

/** Adds `/me`, `/me/accounts` and `/me/permissions`, also by the user's id. Paths are without their version. */
export function addProfileRoutes(instagram: Instagram): void {
  const { app, world } = instagram;
  app.get(
    "/me",
    (c) =>
      asCaller(
        instagram,
        c.req.raw,
        { path: "me" },
        ({ access, parameters }) => Response.json(me(instagram, access, fieldsOf(parameters.get("fields")))),
      ),
  );

  app.get("/me/accounts", (c) =>
    asCaller(instagram, c.req.raw, {
      path: "accounts",
      scopes: { facebook: ["pages_show_list"], instagram: [] },
    }, (call) => pagesOf(instagram, call)));

  app.get(
    "/me/permissions",
    (c) =>
      asCaller(
        instagram,
        c.req.raw,
        { path: "permissions" },
        ({ access: { family } }) =>
          Response.json({ data: family.scopes.map((permission) => ({ permission, status: "granted" })) }),
      ),
  );

  app.delete(
    "/:user/permissions",
    (c) =>
      asCaller(instagram, c.req.raw, { path: "permissions" }, ({ access: { family } }) => {
        const user = c.req.param("user");
        if (user !== "me" && user !== family.person.id && user !== instagram.pages.first(family.person)?.id) {
          return graphError(notThere(user));
        }
        world.tokens.end(({ person, app }) => person === family.person && app === family.app, "revoked");
        return Response.json({ success: true });
      }),
  );
}

function me(
  { pages, world }: Instagram,
  { family, of }: Access,
  fields: readonly string[],
): Record<string, unknown> {
  const { person } = family;
  if (family.door === "instagram") {
    const account = pages.first(person);
    return picked(
      { ...accountView(world.url, account), id: account?.id ?? person.id, user_id: account?.id },
      fields,
    );
  }
  const page = of === undefined ? undefined : pages.of(person).find(({ id }) => id === of);
  return picked(
    page ? { id: page.id, name: page.name } : { id: person.id, name: person.name },
    fields.length > 0 ? fields : ["name"],
  );
}

/** What is told of an account. */
export function accountView(url: string, account: Account | undefined): Record<string, unknown> {
  return {
    id: account?.id,
    username: account?.username,
    name: account?.name,
    account_type: "BUSINESS",
    profile_picture_url: account && `${url}/profile_pictures/${account.id}.svg`,
  };
}

/** A page of pages; those have tokens of their own, which have no end. */
function pagesOf(instagram: Instagram, { access: { family }, parameters }: Call): Response {
  const { pages, world } = instagram;
  const all = pages.of(family.person);
  const limit = Math.max(
    1,
    Math.min(100, Number(parameters.get("limit") ?? PAGES_PER_PAGE) || PAGES_PER_PAGE),
  );
  const cursor = (at: number) => Buffer.from(`page:${at}`).toString("base64url");
  const after = parameters.get("after");
  const from = after === null
    ? 0
    : Number(/^page:(\d+)$/.exec(Buffer.from(after, "base64url").toString())?.[1] ?? -1) + 1;
  const shown = all.slice(from, from + limit);
  const asked = fieldsOf(parameters.get("fields"));
  const fields = asked.length > 0 ? asked : ["access_token", "name", "category", "tasks"];
  const next = new URL(`${world.url}/me/accounts`);
  for (const [name, value] of parameters) next.searchParams.set(name, value);
  next.searchParams.set("after", cursor(from + shown.length - 1));
  return Response.json({
    data: shown.map((page) => picked(pageView(instagram, page, family, fields), fields)),
    ...shown.length > 0
      ? {
        paging: {
          cursors: { before: cursor(from), after: cursor(from + shown.length - 1) },
          ...from + shown.length < all.length ? { next: next.href } : {},
        },
      }
      : {},
  });
}

function pageView(
  { world }: Instagram,
  { id, name, account }: Page,
  family: Access["family"],
  fields: readonly string[],
): Record<string, unknown> {
  const needsToken = fields.includes("access_token");
  return {
    id,
    name,
    category: "Brand",
    tasks: ["ADVERTISE", "ANALYZE", "CREATE_CONTENT", "MESSAGING", "MODERATE", "MANAGE"],
    ...needsToken
      ? {
        access_token:
          world.tokens.access(family, Infinity, (random) => `EAAP${random.replaceAll(/[-_]/g, "Z")}`, id)
            .token,
      }
      : {},
    ...account ? { instagram_business_account: accountView(world.url, account) } : {},
  };
}
