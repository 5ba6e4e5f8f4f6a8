/** What a signed-in user may do with the own account: look, change, sign out. */
import { z } from "zod";
import { AuthError, emailExists, orFailure, validationFailed } from "./auth_error.ts";
import { type AuthContext, inTransaction } from "./context.ts";
import { assertGoodPassword, isPassword } from "./passwords.ts";
import { metadata, readJson, requireUser, validEmail } from "./request.ts";
import { endSessions } from "./sessions.ts";
import { setEmail, setMetadata, setPassword } from "./user_changes.ts";
import { userByEmail, userById, userJson } from "./users.ts";

const updateBody = z.object({
  email: z.string().nullish(),
  password: z.string().nullish(),
  data: metadata.nullish(),
  app_metadata: metadata.nullish(),
});

/** `GET /user` */
export async function getUser(ctx: AuthContext, request: Request): Promise<Response> {
  const { user } = await requireUser(ctx, request);
  return Response.json(userJson(user));
}

/**
 * `PUT /user`: sets what the body has. A new email address counts at once; a new password ends all other sessions;
 * `data` is merged into the metadata, where null removes a key.
 * @throws AuthError `same_password`, `weak_password`, `email_exists`, `not_admin` (for `app_metadata`)
 */
export async function updateUser(ctx: AuthContext, request: Request): Promise<Response> {
  const { user, sessionId } = await requireUser(ctx, request);
  const { email: given, password, data, app_metadata } = await readJson(request, updateBody);
  if (app_metadata) throw new AuthError(403, "not_admin", "Updating app_metadata requires admin privileges");
  const email = given ? validEmail(given) : undefined;
  if (email) {
    const other = await inTransaction(ctx, (tx) => userByEmail(tx, email));
    if (other && other.id !== user.id) throw emailExists();
  }
  if (typeof password === "string") {
    assertGoodPassword(password);
    if (await inTransaction(ctx, (tx) => isPassword(tx, user.id, password))) {
      throw new AuthError(422, "same_password", "New password should be different from the old password.");
    }
  }
  const updated = await orFailure("Error updating user", () =>
    inTransaction(ctx, async (tx) => {
      if (typeof password === "string") {
        await setPassword(tx, user.id, password);
        await endSessions(tx, user.id, "others", sessionId);
      }
      if (data) await setMetadata(tx, user.id, "raw_user_meta_data", data);
      if (email && email !== user.email) await setEmail(tx, user.id, email, true);
      return await userById(tx, user.id);
    }));
  return Response.json(userJson(updated ?? user));
}

/** `POST /logout?scope=global|local|others` */
export async function logout(ctx: AuthContext, request: Request): Promise<Response> {
  const { user, sessionId } = await requireUser(ctx, request);
  const scope = new URL(request.url).searchParams.get("scope") || "global";
  if (scope !== "global" && scope !== "local" && scope !== "others") {
    throw validationFailed(`Unsupported logout scope "${scope}"`);
  }
  await inTransaction(ctx, (tx) => endSessions(tx, user.id, scope, sessionId));
  return new Response(null, { status: 204 });
}
