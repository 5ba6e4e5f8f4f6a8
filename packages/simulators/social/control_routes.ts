/** A platform simulator's own endpoints, for tests in another process. No platform has anything like it. */
import type { Context, Hono } from "hono";
import { z } from "zod";
import { type Outage, outageSchema } from "../kit/outage.ts";
import type { SocialSimulator } from "./social_simulator.ts";

/** Long enough for the answer to be on its way before connections are refused. */
const ANSWER_MS = 50;

const clock = z.strictObject({ advanceMs: z.int().positive() });
const access = z.strictObject({
  person: z.string(),
  /** access: what is good now ends, and can be renewed; everything: the person has thrown the app out. */
  end: z.enum(["access", "everything"]),
});
const person = z.strictObject({ person: z.string(), isSuspended: z.boolean().optional() });
const grant = z.strictObject({
  person: z.string(),
  scopes: z.array(z.string()).optional(),
  door: z.string().optional(),
});

/** Adds them; what each does is said in the README. */
export function addControlRoutes<Fault extends { kind: string }>(
  app: Hono,
  simulator: SocialSimulator<Fault>,
  faultRule: z.ZodType,
  outage: (outage: Outage) => Promise<void>,
): void {
  const listed = <T>(c: Context, entries: readonly T[], textsOf: (entry: T) => readonly string[]) => {
    const { contains = "" } = c.req.query();
    return c.json(
      entries.filter((entry) => contains === "" || textsOf(entry).some((text) => text.includes(contains))),
    );
  };
  app.get("/_simulator/posts", (c) => listed(c, simulator.posts(), ({ text, username }) => [text, username]));
  app.get("/_simulator/commits", (c) => listed(c, simulator.commits(), ({ texts }) => texts));
  app.get(
    "/_simulator/refreshes",
    (c) => listed(c, simulator.refreshes(), ({ username }) => [username ?? ""]),
  );
  app.get("/_simulator/counts", (c) => c.json(simulator.counts()));
  app.get("/_simulator/people", (c) => c.json(simulator.people()));
  app.get("/_simulator/tokens", (c) => c.json(simulator.secrets()));

  app.post("/_simulator/faults", (c) => wish(c, faultRule, (rule) => simulator.misbehave(rule as never)));
  app.delete("/_simulator/faults", (c) => {
    simulator.behave();
    return c.body(null, 204);
  });
  app.post("/_simulator/outages", (c) =>
    wish(c, outageSchema, async (wanted) => {
      if (wanted.how === "error") await outage(wanted);
      else setTimeout(() => void outage(wanted), ANSWER_MS);
    }));
  app.post("/_simulator/clock", (c) => wish(c, clock, ({ advanceMs }) => simulator.advance(advanceMs)));
  app.post(
    "/_simulator/access",
    (c) => wish(c, access, ({ person, end }) => simulator.endAccess(person, end)),
  );
  app.post(
    "/_simulator/people",
    (c) => wish(c, person, ({ person, isSuspended = false }) => simulator.suspend(person, isSuspended)),
  );
  app.post(
    "/_simulator/grants",
    (c) =>
      wish(
        c,
        grant,
        ({ person, scopes, door }) =>
          simulator.grant(person, { ...scopes ? { scopes } : {}, ...door === undefined ? {} : { door } }),
      ),
  );
}

/** Does what a body asks for, and says what came of it or, where nothing does, what was asked. */
async function wish<Wanted>(
  c: Context,
  schema: z.ZodType<Wanted>,
  fulfil: (wanted: Wanted) => unknown,
): Promise<Response> {
  const wanted = schema.safeParse(await c.req.json().catch(() => undefined));
  if (!wanted.success) {
    return c.json({ error: "not what can be asked for", issues: wanted.error.issues }, 400);
  }
  try {
    return Response.json(await fulfil(wanted.data) ?? wanted.data, { status: 201 });
  } catch (error) {
    if (error instanceof TypeError) return c.json({ error: error.message }, 400);
    throw error;
  }
}
