/** `POST /token?grant_type=password` */
import { z } from "zod";
import { AuthError } from "./auth_error.ts";
import { type AuthContext, inTransaction } from "./context.ts";
import { isPassword } from "./passwords.ts";
import { readJson } from "./request.ts";
import { openSession } from "./sessions.ts";
import { isBanned, userByEmail } from "./users.ts";

const signInBody = z.object({
  email: z.string().nullish(),
  phone: z.string().nullish(),
  password: z.string(),
});

/**
 * Opens a session for an email address and its password.
 * @throws AuthError `invalid_credentials` (also when there is no such user), `user_banned`, `email_not_confirmed`
 */
export async function signIn(ctx: AuthContext, request: Request): Promise<Response> {
  const { email, phone, password } = await readJson(request, signInBody);
  if (!email && phone) throw new AuthError(422, "phone_provider_disabled", "Phone logins are disabled");
  const user = email ? await inTransaction(ctx, (tx) => userByEmail(tx, email)) : undefined;
  if (!user) throw invalidCredentials();
  if (isBanned(user)) throw new AuthError(400, "user_banned", "User is banned");
  if (!await inTransaction(ctx, (tx) => isPassword(tx, user.id, password))) throw invalidCredentials();
  if (!user.email_confirmed_at) throw new AuthError(400, "email_not_confirmed", "Email not confirmed");
  return Response.json(await inTransaction(ctx, (tx) => openSession(ctx, tx, user.id, request)));
}

const invalidCredentials = () => new AuthError(400, "invalid_credentials", "Invalid login credentials");
