/** Users and their identities: rows, and the JSON that the API makes of them. */
import type postgres from "postgres";
import type { Transaction } from "./context.ts";

export type Metadata = Record<string, unknown>;

/** One way of signing in of a user, as the API shows it. */
export interface Identity {
  identity_id: string;
  id: string;
  user_id: string;
  identity_data: Metadata;
  provider: string;
  last_sign_in_at: string | null;
  created_at: string;
  updated_at: string;
  email?: string;
}

/** A row of `auth.users` without its secrets, and the user's identities. */
export interface User {
  id: string;
  aud: string;
  role: string;
  email: string | null;
  phone: string | null;
  email_confirmed_at: Date | null;
  phone_confirmed_at: Date | null;
  confirmed_at: Date | null;
  invited_at: Date | null;
  last_sign_in_at: Date | null;
  banned_until: Date | null;
  deleted_at: Date | null;
  created_at: Date;
  updated_at: Date;
  is_anonymous: boolean;
  raw_app_meta_data: Metadata;
  raw_user_meta_data: Metadata;
  identities: Identity[];
}

/**
 * The user's JSON, as GoTrue writes it (github.com/supabase/auth, internal/models/user.go): times that are null are
 * left out.
 */
export function userJson(user: User): Record<string, unknown> {
  const { raw_app_meta_data, raw_user_meta_data, email, phone, identities, ...rest } = user;
  const present = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== null));
  return {
    ...present,
    email: email ?? "",
    phone: phone ?? "",
    app_metadata: raw_app_meta_data,
    user_metadata: raw_user_meta_data,
    identities,
  };
}

/** Whether the user may not sign in at present. */
export function isBanned(user: User): boolean {
  return user.banned_until !== null && user.banned_until.getTime() > Date.now();
}

/** Whether `text` can be compared with a `uuid` column. */
export function isUuid(text: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);
}

/** Reads a user by id; undefined when there is none, or the id is not a UUID. */
export async function userById(connection: Transaction, id: string): Promise<User | undefined> {
  if (!isUuid(id)) return undefined;
  const [user] = await selectUsers(connection, connection`id = ${id}`);
  return user;
}

/** Reads a user by email address, whatever its case. */
export async function userByEmail(connection: Transaction, email: string): Promise<User | undefined> {
  const [user] = await selectUsers(
    connection,
    connection`lower(email) = ${email.toLowerCase()} and not is_sso_user`,
  );
  return user;
}

/** One page of all users, newest first, and how many there are. `page` counts from 1. */
export async function userPage(
  connection: Transaction,
  page: number,
  perPage: number,
): Promise<{ users: User[]; total: number }> {
  const [count] = await connection<{ total: number }[]>`select count(*)::int as total from auth.users`;
  const tail = connection`order by created_at desc, id limit ${perPage} offset ${(page - 1) * perPage}`;
  return { users: await selectUsers(connection, connection`true`, tail), total: count?.total ?? 0 };
}

type Fragment = postgres.PendingQuery<postgres.Row[]>;

async function selectUsers(connection: Transaction, condition: Fragment, tail?: Fragment): Promise<User[]> {
  return await connection<User[]>`
    select id, aud, role, email, phone, email_confirmed_at, phone_confirmed_at, confirmed_at, invited_at,
           last_sign_in_at, banned_until, deleted_at, created_at, updated_at, is_anonymous,
           raw_app_meta_data, raw_user_meta_data,
           (select coalesce(jsonb_agg(jsonb_build_object(
              'identity_id', i.id, 'id', i.provider_id, 'user_id', i.user_id, 'identity_data', i.identity_data,
              'provider', i.provider, 'last_sign_in_at', i.last_sign_in_at,
              'created_at', i.created_at, 'updated_at', i.updated_at, 'email', i.email) order by i.created_at), '[]')
            from auth.identities i where i.user_id = users.id) as identities
    from auth.users
    where ${condition} ${tail ?? connection``}`;
}
