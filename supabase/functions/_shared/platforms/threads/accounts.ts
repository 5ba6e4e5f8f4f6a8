/** Who signed in, and what was granted. */
import { z } from "zod";
import { givenId, looseText } from "../../providers/kit/fields.ts";
import { malformedAnswer } from "../kit/failures.ts";
import { type PlatformAccount, type PlatformApp, PlatformError } from "../platform.ts";
import { askGraph } from "./graph.ts";

const me = z.looseObject({
  id: givenId,
  username: looseText,
  name: looseText,
  threads_profile_picture_url: looseText,
});

/** The account that signed in: there is one. Throws PlatformError. */
export async function accountsOf(app: PlatformApp, accessToken: string) {
  const query = { fields: "id,username,name,threads_profile_picture_url" };
  const { body, raw } = await askGraph({ app, accessToken }, "/me", { query });
  const account = accountIn(body);
  if (!account) throw malformedAnswer("Threads did not say who signed in", raw);
  return { accounts: [account], nextCursor: null };
}

/** The account in an answer; null where there is none. Pure; never throws. */
export function accountIn(body: unknown): PlatformAccount | null {
  const { data } = me.safeParse(body);
  if (!data) return null;
  return {
    externalId: data.id,
    displayName: data.username ?? data.name ?? null,
    avatarUrl: data.threads_profile_picture_url ?? null,
    of: null,
    settings: {},
  };
}

const inspected = z.looseObject({ data: z.looseObject({ scopes: z.array(z.string()) }) });

/** What was granted, for people may leave things out; null where Threads does not tell. */
export async function grantedTo(app: PlatformApp, accessToken: string): Promise<string[] | null> {
  try {
    // There is no other way to name the token that is asked about.
    const { body } = await askGraph({ app, accessToken }, "/debug_token", {
      query: { input_token: accessToken },
    });
    return grantedIn(body);
  } catch (error) {
    // Whoever has signed in is not sent away for this.
    if (error instanceof PlatformError && error.failure.class !== "pause") return null;
    throw error;
  }
}

/** The scopes in an answer; null where there are none. Pure; never throws. */
export function grantedIn(body: unknown): string[] | null {
  return inspected.safeParse(body).data?.data.scopes ?? null;
}
