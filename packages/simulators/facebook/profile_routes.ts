/** Who signed in, the pages on which they may do something, and taking it all back. */
import { addFacebookDialog, addFacebookTokens, addPermissionRoutes } from "../graph/facebook_door.ts";
import { asCaller } from "../graph/calls.ts";
import { listPages, pageToken, pageView } from "../graph/page_list.ts";
import type { Page } from "../graph/pages.ts";
import { fieldsOf, picked } from "../graph/parameters.ts";
import type { Access } from "../social/tokens.ts";
import type { Facebook } from "./world.ts";

/** Adds signing in, `/me`, `/me/accounts` and `/me/permissions`. Paths are without their version. */
export function addProfileRoutes(facebook: Facebook): void {
  const { app, pages } = facebook;
  addFacebookDialog(facebook);
  addFacebookTokens(facebook);
  addPermissionRoutes(facebook, (id, person) => id === person.id);

  app.get(
    "/me",
    (c) =>
      asCaller(facebook, c.req.raw, { path: "me" }, ({ access: { family: { person }, of }, parameters }) => {
        const page = of === undefined ? undefined : pages.page(of)?.page;
        const fields = fieldsOf(parameters.get("fields"));
        const { id, name } = page ?? person;
        return Response.json(picked({ id, name }, fields.length > 0 ? fields : ["name"]));
      }),
  );

  app.get(
    "/me/accounts",
    (c) =>
      asCaller(
        facebook,
        c.req.raw,
        { path: "accounts", scopes: { facebook: ["pages_show_list"] } },
        (call) => {
          const all = pages.of(call.access.family.person);
          return listPages(
            facebook,
            call,
            all,
            (page) => pictureOf(facebook, page),
            pageLifeS(facebook, call.access),
          );
        },
      ),
  );
}

/** What is answered of a page that is asked for. */
export function pageAnswer(
  facebook: Facebook,
  access: Access,
  page: Page,
  fields: readonly string[],
): Response {
  const token = fields.includes("access_token")
    ? { access_token: pageToken(facebook, access.family, page, pageLifeS(facebook, access)) }
    : {};
  return Response.json(picked({ ...pageView(page), ...token, ...pictureOf(facebook, page) }, fields));
}

/** Tokens of pages that are had with one of an hour end with it; those of sixty days have none that end. */
function pageLifeS({ world, shortLifeS }: Facebook, { expiresAt, issuedAt }: Access): number {
  const isShort = expiresAt - issuedAt <= shortLifeS * 1000;
  return isShort ? Math.max(expiresAt - world.clock.now(), 0) / 1000 : Infinity;
}

function pictureOf({ world }: Facebook, { id }: Page): Record<string, unknown> {
  return { picture: { data: { url: `${world.url}/profile_pictures/${id}.svg` } } };
}
