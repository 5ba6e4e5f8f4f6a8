/** Who somebody is, and which organizations they have part in. */
import type { Context } from "hono";
import type { Access } from "../social/tokens.ts";
import type { Assignment, Organization } from "./organizations.ts";
import { invalid, notFound, problem } from "./problems.ts";
import { asMember, type LinkedIn } from "./world.ts";

const ADMIN = ["rw_organization_admin", "r_organization_admin"];
const MOST = 100;

/** Adds `GET /v2/userinfo`, `/v2/me`, `/rest/organizationAcls`, `/rest/organizationsLookup` and `/rest/organizations/:id`. */
export function addPeopleRoutes(linkedIn: LinkedIn): void {
  const { app, world } = linkedIn;
  app.get("/v2/userinfo", (c) => {
    const need = {
      path: "me",
      scopes: ["openid"],
      what: "userinfo.GET.NO_VERSION",
      isVersioned: false,
    } as const;
    return asMember(linkedIn, c.req.raw, need, ({ family: { person } }) => {
      const [given_name = person.name, ...rest] = person.name.split(" ");
      return Response.json({
        sub: person.id,
        name: person.name,
        given_name,
        family_name: rest.join(" "),
        picture: `${world.url}/pictures/${person.id}.svg`,
        locale: { country: "BR", language: "pt" },
      });
    });
  });

  app.get("/v2/me", (c) => {
    const need = {
      path: "me",
      scopes: ["r_basicprofile"],
      what: "me.GET.NO_VERSION",
      isVersioned: false,
    } as const;
    return asMember(linkedIn, c.req.raw, need, ({ family: { person } }) => {
      const [first = person.name, ...rest] = person.name.split(" ");
      return Response.json({
        id: person.id,
        localizedFirstName: first,
        ...rest.length > 0 ? { localizedLastName: rest.join(" ") } : {},
        vanityName: person.username,
      });
    });
  });

  app.get("/rest/organizationAcls", (c) => {
    const need = { path: "roles", scopes: ADMIN, what: "organizationAcls.FINDER-roleAssignee" } as const;
    return asMember(linkedIn, c.req.raw, need, (who) => roles(linkedIn, who, c));
  });

  app.get("/rest/organizationsLookup", (c) => {
    const ids = /[?&]ids=List\(([\d,]*)\)/.exec(c.req.url)?.[1]?.split(",").filter((id) => id !== "");
    const need = { path: "names", scopes: ADMIN, what: "organizationsLookup.BATCH_GET" } as const;
    return asMember(linkedIn, c.req.raw, need, () => {
      if (!ids) return problem(invalid("ids must be a List"));
      const known = ids.flatMap((id) => linkedIn.organizations.byId(id) ?? []);
      return Response.json({
        results: Object.fromEntries(known.map((one) => [one.id, shown(one)])),
        statuses: Object.fromEntries(known.map(({ id }) => [id, 200])),
        errors: {},
      });
    });
  });

  app.get("/rest/organizations/:id", (c) => {
    const need = { path: "names", scopes: ADMIN, what: "organizations.GET" } as const;
    return asMember(linkedIn, c.req.raw, need, () => {
      const found = linkedIn.organizations.byId(c.req.param("id"));
      return found ? Response.json(shown(found)) : problem(notFound("organization"));
    });
  });
}

function shown({ id, name, vanityName }: Organization): Record<string, unknown> {
  return {
    id: Number(id),
    localizedName: name,
    name: { localized: { en_US: name }, preferredLocale: { country: "US", language: "en" } },
    vanityName,
    primaryOrganizationType: "NONE",
  };
}

/** A page of somebody's parts; `role` and `state` narrow them. */
function roles(linkedIn: LinkedIn, { family: { person } }: Access, c: Context): Response {
  const { q, role, state } = c.req.query();
  if (q !== "roleAssignee") return problem(invalid("q must be roleAssignee"));
  const [start, count] = [Number(c.req.query("start") ?? 0), Number(c.req.query("count") ?? 10)];
  const isPage = Number.isInteger(start) && start >= 0 && Number.isInteger(count) && count >= 1 &&
    count <= MOST;
  if (!isPage) return problem(invalid("start and count are no page"));
  const all = linkedIn.organizations.of(person).filter((one) =>
    (role === undefined || one.role === role) && (state === undefined || one.state === state)
  );
  const next = `/rest/organizationAcls?count=${count}&q=roleAssignee&start=${start + count}`;
  const links = start + count < all.length ? [{ type: "application/json", rel: "next", href: next }] : [];
  return Response.json({
    elements: all.slice(start, start + count).map((one) => element(person.id, one)),
    paging: { start, count, links, total: all.length },
  });
}

function element(personId: string, { organization, role, state }: Assignment): Record<string, unknown> {
  return {
    roleAssignee: `urn:li:person:${personId}`,
    organization: `urn:li:organization:${organization.id}`,
    role,
    state,
  };
}
