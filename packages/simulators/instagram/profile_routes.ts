/** Who signed in, what they have, and taking it all back. */
import type { Access } from "../social/tokens.ts";
import { asCaller } from "../graph/calls.ts";
import { addPermissionRoutes } from "../graph/facebook_door.ts";
import { listPages } from "../graph/page_list.ts";
import type { Account } from "../graph/pages.ts";
import { fieldsOf, picked } from "../graph/parameters.ts";
import type { Instagram } from "./world.ts";

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
    }, (call) =>
      listPages(instagram, call, instagram.pages.of(call.access.family.person), ({ account }) =>
        account ? { instagram_business_account: accountView(world.url, account) } : {})));

  addPermissionRoutes(
    instagram,
    (id, { id: own, username }) =>
      id === own || id === instagram.pages.first(world.people.named(username))?.id,
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
