/** Changes to a user that both the user and an admin can make. */
import type { Transaction } from "./context.ts";
import { json } from "./new_user.ts";
import { hashOf } from "./passwords.ts";
import type { Metadata } from "./users.ts";

/** Sets the password; the caller checks it first. */
export async function setPassword(tx: Transaction, id: string, password: string): Promise<void> {
  await tx`
    update auth.users set encrypted_password = ${hashOf(tx, password)}, updated_at = now() where id = ${id}`;
}

/** Merges `changes` into the user's metadata; null removes a key. */
export async function setMetadata(
  tx: Transaction,
  id: string,
  column: "raw_user_meta_data" | "raw_app_meta_data",
  changes: Metadata,
): Promise<void> {
  const removed = Object.keys(changes).filter((key) => changes[key] === null);
  await tx`
    update auth.users
    set ${tx(column)} = (${tx(column)} || ${json(tx, changes)}) - ${removed}::text[], updated_at = now()
    where id = ${id}`;
}

/** Sets the email address of the user and of its email identity, which is made if it is missing. */
export async function setEmail(tx: Transaction, id: string, email: string, verified: boolean): Promise<void> {
  const data = json(tx, { sub: id, email, email_verified: verified, phone_verified: false });
  await tx`update auth.users set email = ${email}, updated_at = now() where id = ${id}`;
  await tx`
    insert into auth.identities (provider_id, user_id, provider, identity_data)
    values (${id}, ${id}, 'email', ${data})
    on conflict (provider_id, provider) do update
    set identity_data = identities.identity_data || ${
    json(tx, { email, email_verified: verified })
  }, updated_at = now()`;
}
