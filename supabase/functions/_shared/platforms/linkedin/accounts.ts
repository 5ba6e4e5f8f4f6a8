/** The accounts of whoever signed in: themselves, and the organizations that they may post for, all pages of them. */
import { z } from "zod";
import { givenId, looseText } from "../../providers/kit/fields.ts";
import { malformedAnswer } from "../kit/failures.ts";
import { callPlatform } from "../kit/platform_call.ts";
import { type PlatformAccount, type PlatformApp, PlatformError, type Tokens } from "../platform.ts";
import { apiOf, askLinkedIn, type Caller } from "./address.ts";
import { failureOf, isSuccess } from "./failures.ts";
import { ORGANIZATION_ROLES, ORGANIZATION_WRITE, signInOf } from "./scopes.ts";

/** Organizations at once. */
const PAGE = 50;
/** Who may post: also those who look after the content alone, by both words that LinkedIn has for them. */
const ROLES: readonly string[] = ["ADMINISTRATOR", "CONTENT_ADMINISTRATOR", "CONTENT_ADMIN"];
/** A cursor of ours. */
const CURSOR = /^\d{1,6}$/;

const userInfo = z.looseObject({
  sub: z.string().regex(/^[\w-]{1,100}$/),
  name: looseText,
  picture: looseText,
});
const me = z.looseObject({
  id: z.string().regex(/^[\w-]{1,100}$/),
  localizedFirstName: looseText,
  localizedLastName: looseText,
});
const urn = z.string().regex(/^urn:li:organization:\d{1,25}$/).nullish().catch(null);
const assignment = z.looseObject({
  role: looseText,
  state: looseText,
  organization: urn,
  organizationTarget: urn,
  organizationalTarget: urn,
});
const assignments = z.looseObject({
  elements: z.array(z.unknown()),
  paging: z.looseObject({
    total: z.number().int().nonnegative().nullish().catch(null),
    links: z.array(z.looseObject({ rel: looseText })).nullish().catch(null),
  }).nullish().catch(null),
});
const names = z.looseObject({
  results: z.record(
    z.string(),
    z.looseObject({ id: givenId.nullish().catch(null), localizedName: looseText }),
  ),
});

/** A page of accounts: the first has the person. Throws PlatformError. */
export async function accountsOf(
  app: PlatformApp,
  tokens: Tokens,
  cursor?: string,
): Promise<{ accounts: PlatformAccount[]; nextCursor: string | null }> {
  const caller = { app, accessToken: tokens.accessToken };
  const start = cursor !== undefined && CURSOR.test(cursor) ? Number(cursor) : 0;
  const person = cursor === undefined && mayUse(tokens, "w_member_social") ? [await personOf(caller)] : [];
  const maySee = [ORGANIZATION_WRITE, ORGANIZATION_ROLES].every((scope) => mayUse(tokens, scope));
  if (!signInOf(app).organizations || !maySee) {
    return { accounts: person, nextCursor: null };
  }
  const page = await organizationsOf(caller, start);
  return { accounts: [...person, ...page.accounts], nextCursor: page.nextCursor };
}

function mayUse({ scopes }: Tokens, scope: string): boolean {
  return scopes === null || scopes.includes(scope);
}

async function personOf(caller: Caller): Promise<PlatformAccount> {
  const { app, accessToken } = caller;
  const isBasic = signInOf(app).sign_in === "basic";
  const answer = await callPlatform(app, {
    url: `${apiOf(app)}${isBasic ? "/v2/me" : "/v2/userinfo"}`,
    headers: { authorization: `Bearer ${accessToken}` },
    secrets: [accessToken],
  });
  // Whoever is not shown their own name cannot be published with: it is no mere reading.
  if (!isSuccess(answer)) throw failureOf(answer, "upload");
  const read = isBasic ? basicPerson(answer.body) : openPerson(answer.body);
  if (!read) throw malformedAnswer("LinkedIn did not say whose account this is", answer.raw);
  return {
    externalId: `urn:li:person:${read.id}`,
    displayName: read.name,
    avatarUrl: read.avatar,
    of: null,
    settings: {},
  };
}

function openPerson(body: unknown) {
  const { data } = userInfo.safeParse(body);
  const avatar = data?.picture && URL.canParse(data.picture) ? data.picture : null;
  return data && { id: data.sub, name: data.name ?? null, avatar };
}

function basicPerson(body: unknown) {
  const { data } = me.safeParse(body);
  if (!data) return undefined;
  const name = [data.localizedFirstName, data.localizedLastName].filter((word) => !!word).join(" ");
  return { id: data.id, name: name || null, avatar: null };
}

async function organizationsOf(
  caller: Caller,
  start: number,
): Promise<{ accounts: PlatformAccount[]; nextCursor: string | null }> {
  const path = `/rest/organizationAcls?q=roleAssignee&state=APPROVED&start=${start}&count=${PAGE}`;
  const answer = await askLinkedIn(caller, { path }, "read");
  const read = assignments.safeParse(answer.body);
  if (!read.success) throw malformedAnswer("LinkedIn gave no list of roles", answer.raw);
  const { elements, paging } = read.data;
  const urns = [...new Set(elements.flatMap(organizationIn))];
  const known = await namesOf(caller, urns);
  const end = start + PAGE;
  const hasNext = paging?.links?.some(({ rel }) => rel === "next") ?? false;
  const isMore = hasNext || (paging?.total ?? 0) > end || elements.length >= PAGE;
  return {
    accounts: urns.map((externalId) => ({
      externalId,
      displayName: known.get(externalId) ?? null,
      avatarUrl: null,
      of: null,
      settings: {},
    })),
    nextCursor: isMore ? String(end) : null,
  };
}

/** The organization of a role that lets post, where it is in force. LinkedIn's filter is not relied on. */
function organizationIn(element: unknown): string[] {
  const { data } = assignment.safeParse(element);
  const found = data?.organization ?? data?.organizationTarget ?? data?.organizationalTarget;
  const isInForce = data?.state === "APPROVED" && ROLES.includes(data.role ?? "");
  return found && isInForce ? [found] : [];
}

/** What organizations are called, all at once. Without a name an account can be chosen all the same. */
async function namesOf(caller: Caller, urns: readonly string[]): Promise<ReadonlyMap<string, string>> {
  if (urns.length === 0) return new Map();
  const ids = urns.map((one) => one.slice(one.lastIndexOf(":") + 1));
  try {
    // The brackets and commas of such a list are not encoded (Rest.li 2.0).
    const { body } = await askLinkedIn(caller, {
      path: `/rest/organizationsLookup?ids=List(${ids.join(",")})`,
    }, "read");
    const results = names.safeParse(body).data?.results ?? {};
    return new Map(
      Object.entries(results).flatMap(([id, { localizedName }]) =>
        localizedName ? [[`urn:li:organization:${id}`, localizedName] as const] : []
      ),
    );
  } catch (error) {
    if (error instanceof PlatformError && error.failure.class === "never") return new Map();
    throw error;
  }
}
