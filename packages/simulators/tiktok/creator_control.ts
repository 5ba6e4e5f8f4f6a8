/** For tests in another process: an account sets something for itself. TikTok has nothing like it. */
import type { Hono } from "hono";
import { z } from "zod";
import { USERNAME } from "../social/people.ts";
import { type Creators, creatorWish } from "./creators.ts";

const wish = creatorWish.extend({ person: z.string().regex(USERNAME) });

/** Adds `POST /_simulator/creators`: `{person, isPrivate?, commentDisabled?, …}`. */
export function addCreatorControl(app: Hono, creators: Creators): void {
  app.post("/_simulator/creators", async (c) => {
    const read = wish.safeParse(await c.req.json().catch(() => undefined));
    if (!read.success) {
      return c.json({ error: "not what can be asked for", issues: read.error.issues }, 400);
    }
    const { person, ...changes } = read.data;
    return c.json(creators.set(person, changes), 201);
  });
}
