/** `POST /signup` with email and password. Everybody is confirmed at once, since no mail is sent here. */
import { z } from "zod";
import { AuthError, orFailure, validationFailed } from "./auth_error.ts";
import { type AuthContext, inTransaction } from "./context.ts";
import { confirmEmail, identityData, insertUser, json } from "./new_user.ts";
import { assertGoodPassword } from "./passwords.ts";
import { metadata, readJson, validEmail } from "./request.ts";
import { openSession } from "./sessions.ts";
import { userByEmail } from "./users.ts";

const signUpBody = z.object({
  email: z.string().nullish(),
  phone: z.string().nullish(),
  password: z.string().nullish(),
  data: metadata.nullish(),
});

/**
 * Makes the user and signs in.
 * @throws AuthError `user_already_exists`, `weak_password`, `validation_failed`; `unexpected_failure` when a trigger on
 * `auth.users` raises
 */
export async function signUp(ctx: AuthContext, request: Request): Promise<Response> {
  const body = await readJson(request, signUpBody);
  const data = body.data ?? {};
  if (!body.email && !body.phone) {
    throw new AuthError(422, "anonymous_provider_disabled", "Anonymous sign-ins are disabled");
  }
  if (!body.password) throw validationFailed("Signup requires a valid password");
  const password = body.password;
  assertGoodPassword(password);
  if (!body.email) throw new AuthError(400, "phone_provider_disabled", "Phone signups are disabled");
  const email = validEmail(body.email);
  if (await inTransaction(ctx, (tx) => userByEmail(tx, email))) throw alreadyExists();

  const id = crypto.randomUUID();
  const session = await inTransaction(ctx, async (tx) => {
    await orFailure("Database error saving new user", () =>
      insertUser(tx, {
        id,
        aud: "authenticated",
        role: "authenticated",
        email,
        phone: null,
        password: { text: password },
        appMetadata: {},
        userMetadata: data,
        identityData: data,
      }).catch((error) => {
        throw error?.constraint_name === "users_email_key" ? alreadyExists() : error; // a race was lost
      }));
    return await orFailure("Database error updating user", async () => {
      // As in GoTrue, the metadata of a user who signs up gets all that its identity has.
      const known = json(tx, identityData(id, email));
      await tx`update auth.users set raw_user_meta_data = raw_user_meta_data || ${known} where id = ${id}`;
      await confirmEmail(tx, id);
      return await openSession(ctx, tx, id, request);
    });
  });
  return Response.json(session);
}

const alreadyExists = () => new AuthError(422, "user_already_exists", "User already registered");
