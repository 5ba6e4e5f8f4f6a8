/** The pages of whoever signed in, a page at a time. Those have tokens of their own, which have no end. */
import { Buffer } from "node:buffer";
import type { Access } from "../social/tokens.ts";
import type { Call, GraphPlace } from "./calls.ts";
import type { Page } from "./pages.ts";
import { fieldsOf, picked } from "./parameters.ts";

const PAGES_PER_PAGE = 25;

/** Answers `/me/accounts`. `more`: what the platform tells of a page besides; `lifeS`: of its token, in seconds. */
export function listPages<Fault extends { kind: string }>(
  { world }: GraphPlace<Fault>,
  { access: { family }, parameters }: Call,
  all: readonly Page[],
  more: (page: Page) => Record<string, unknown>,
  lifeS = Infinity,
): Response {
  const asked = fieldsOf(parameters.get("fields"));
  const fields = asked.length > 0 ? asked : ["access_token", "name", "category", "tasks"];
  const limit = Math.max(
    1,
    Math.min(100, Number(parameters.get("limit") ?? PAGES_PER_PAGE) || PAGES_PER_PAGE),
  );
  const after = parameters.get("after");
  const from = after === null
    ? 0
    : Number(/^page:(\d+)$/.exec(Buffer.from(after, "base64url").toString())?.[1] ?? -1) + 1;
  const shown = all.slice(from, from + limit);
  const next = new URL(`${world.url}/me/accounts`);
  for (const [name, value] of parameters) next.searchParams.set(name, value);
  next.searchParams.set("after", cursor(from + shown.length - 1));
  return Response.json({
    data: shown.map((page) => {
      const token = fields.includes("access_token")
        ? { access_token: pageToken({ world }, family, page, lifeS) }
        : {};
      return picked({ ...pageView(page), ...token, ...more(page) }, fields);
    }),
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

/** What is told of a page. */
export function pageView({ id, name, tasks }: Page): Record<string, unknown> {
  return { id, name, category: "Brand", tasks };
}

/** A token of this page for whoever signed in. */
export function pageToken<Fault extends { kind: string }>(
  { world: { tokens } }: GraphPlace<Fault>,
  family: Access["family"],
  { id }: Page,
  lifeS = Infinity,
): string {
  return tokens.access(family, lifeS, (random) => `EAAP${random.replaceAll(/[-_]/g, "Z")}`, id).token;
}

const cursor = (at: number) => Buffer.from(`page:${at}`).toString("base64url");
