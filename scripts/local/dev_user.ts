/** The users of `npm run dev`: the same at every start, so that an app under development stays signed in by the same words. */
import type { Environment } from "../../tests/world/environment.ts";

export interface DevUser {
  readonly email: string;
  readonly password: string;
  readonly userId: string;
  readonly balance: number;
}

/** Only ever made on this machine's own stack. */
const EMAIL = "dev@example.com";
const OPERATOR = "operator@example.com";
const PASSWORD = "correct horse";
const CREDITS = 1000;

/** The user of this name is there already, with another password. */
export class DevUserError extends Error {
  readonly code = "dev_user";
}

/** Signs the user up, or in where the stack has known them before, and grants the credits once. */
export async function makeDevUser(environment: Environment): Promise<DevUser> {
  const { userId, ...words } = await signUpOrIn(environment, EMAIL);
  const [row] = await environment.sql`
    select ops.grant_credits(${userId}, ${CREDITS}, 'npm run dev', 'npm run dev') as balance`;
  return { ...words, userId, balance: Number(row?.balance) };
}

/** Somebody who runs the product, for the console: an admin. The user above is none, as users are. */
export async function makeOperator(environment: Environment): Promise<{ email: string; password: string }> {
  const { userId, ...words } = await signUpOrIn(environment, OPERATOR);
  await environment.sql`select ops.set_operator(${userId}, 'admin', 'npm run dev')`;
  return words;
}

async function signUpOrIn(environment: Environment, email: string) {
  const client = environment.anonymous();
  const words = { email, password: PASSWORD };
  const signedUp = await client.auth.signUp(words);
  const { data, error } = signedUp.data.session ? signedUp : await client.auth.signInWithPassword(words);
  if (error || !data.user) {
    throw new DevUserError(`${email} could not be signed up or in: ${(error ?? signedUp.error)?.message}`);
  }
  return { ...words, userId: data.user.id };
}
