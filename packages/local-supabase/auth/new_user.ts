/** Making users, in the steps in which GoTrue makes them, so that triggers on `auth.users` see the same rows. */
import type { JSONValue } from "postgres";
import type { Transaction } from "./context.ts";
import { hashOf } from "./passwords.ts";
import type { Metadata } from "./users.ts";

export interface NewUser {
  id: string;
  aud: string;
  role: string;
  email: string | null;
  phone: string | null;
  /** As given, as a bcrypt hash, or null for a user who cannot sign in by password. */
  password: { text: string } | { hash: string } | null;
  appMetadata: Metadata;
  userMetadata: Metadata;
  /** Also written to the identities, beside what belongs there. */
  identityData: Metadata;
}

/** A value as a `jsonb` parameter. */
export function json(tx: Transaction, value: Metadata) {
  return tx.json(value as JSONValue);
}

/**
 * Inserts an unconfirmed user and an identity for each of email and phone. The insert into `auth.users` comes first
 * and fires its triggers.
 * @throws PostgresError 23505 when the email address or phone number is taken, or whatever a trigger raises
 */
export async function insertUser(tx: Transaction, user: NewUser): Promise<void> {
  const { id, aud, role, email, phone, password } = user;
  const providers = [...email === null ? [] : ["email"], ...phone === null ? [] : ["phone"]];
  const appMetadata = { provider: providers[0], providers, ...user.appMetadata };
  const hash = password === null ? null : "hash" in password ? password.hash : hashOf(tx, password.text);
  await tx`
    insert into auth.users (id, aud, role, email, phone, encrypted_password, raw_app_meta_data, raw_user_meta_data)
    values (${id}, ${aud}, ${role}, ${email}, ${phone}, ${hash},
            ${json(tx, appMetadata)}, ${json(tx, user.userMetadata)})`;
  for (const provider of providers) await insertIdentity(tx, user, provider);
}

async function insertIdentity(tx: Transaction, user: NewUser, provider: string): Promise<void> {
  const data = { ...user.identityData, ...identityData(user.id, provider === "email" ? user.email : null) };
  await tx`
    insert into auth.identities (provider_id, user_id, provider, identity_data, last_sign_in_at)
    values (${user.id}, ${user.id}, ${provider}, ${json(tx, data)}, now())`;
}

/** What GoTrue notes of an identity; it stays unverified even when the user is confirmed. */
export function identityData(id: string, email: string | null): Metadata {
  return { sub: id, ...email !== null && { email }, email_verified: false, phone_verified: false };
}

/** Confirms the email address, which GoTrue also notes in the user's metadata. */
export async function confirmEmail(tx: Transaction, id: string): Promise<void> {
  await tx`
    update auth.users
    set email_confirmed_at = coalesce(email_confirmed_at, now()), updated_at = now(),
        raw_user_meta_data = raw_user_meta_data || '{"email_verified": true}'
    where id = ${id}`;
}
