/** Passwords: bcrypt by pgcrypto, so that a hash made here or in SQL (seeds, tests) works in both places. */
import type { Transaction } from "./context.ts";
import { AuthError, validationFailed } from "./auth_error.ts";

const MIN_BYTES = 6;
const MAX_BYTES = 72; // bcrypt takes no notice of more
/** Low on purpose: hosted projects use 10, which takes 16 times as long. */
const COST = 6;

/** @throws AuthError `weak_password` when it is too short, `validation_failed` when it is too long */
export function assertGoodPassword(password: string): void {
  const { length } = new TextEncoder().encode(password);
  if (length > MAX_BYTES) throw validationFailed(`Password cannot be longer than ${MAX_BYTES} characters`);
  if (length < MIN_BYTES) {
    throw new AuthError(422, "weak_password", `Password should be at least ${MIN_BYTES} characters.`, {
      weak_password: { reasons: ["length"] },
    });
  }
}

/** SQL for the hash of `password`. */
export function hashOf(connection: Transaction, password: string) {
  return connection`extensions.crypt(${password}, extensions.gen_salt('bf', ${COST}::int))`;
}

/** Whether `password` is the user's; false when the user has none. */
export async function isPassword(
  connection: Transaction,
  userId: string,
  password: string,
): Promise<boolean> {
  const [row] = await connection<{ matches: boolean }[]>`
    select case when encrypted_password like '$2%'
             then encrypted_password = extensions.crypt(${password}, encrypted_password)
             else false end as matches
    from auth.users where id = ${userId}`;
  return row?.matches ?? false;
}

/**
 * A bcrypt hash as pgcrypto can check it: it knows `$2a$` only, of which `$2b$` and `$2y$` are other names.
 * @throws AuthError `validation_failed` when it is no bcrypt hash
 */
export function importedHash(hash: string): string {
  if (!/^\$2[aby]\$\d\d\$[./A-Za-z0-9]{53}$/.test(hash)) {
    throw validationFailed("password_hash is not a bcrypt hash");
  }
  return hash.replace(/^\$2[by]\$/, "$2a$");
}
