/**
 * The admin API, `/admin/users`: for servers that hold the secret key (github.com/supabase/auth,
 * internal/api/admin.go).
 */
import { z } from "zod";
import { AuthError, emailExists, orFailure, validationFailed } from "./auth_error.ts";
import { banMilliseconds } from "./ban_duration.ts";
import { type AuthContext, inTransaction, type Transaction } from "./context.ts";
import { confirmEmail, insertUser } from "./new_user.ts";
import { assertGoodPassword, importedHash } from "./passwords.ts";
import { metadata, readJson, requireAdmin, validEmail } from "./request.ts";
import { endSessions } from "./sessions.ts";
import { setEmail, setMetadata, setPassword } from "./user_changes.ts";
import { isUuid, type User, userByEmail, userById, userJson, userPage } from "./users.ts";

const updateBody = z.object({
  email: z.string(),
  phone: z.string(),
  password: z.string(),
  email_confirm: z.boolean(),
  phone_confirm: z.boolean(),
  user_metadata: metadata,
  app_metadata: metadata,
  ban_duration: z.string(),
  role: z.string(),
}).partial();
const createBody = updateBody.extend({ id: z.uuid(), password_hash: z.string() }).partial();
const deleteBody = z.object({ should_soft_delete: z.boolean().default(false) });
const pageNumber = z.union([z.literal("").transform(() => undefined), z.coerce.number().int().min(1)])
  .optional();
const pageQuery = z.object({ page: pageNumber, per_page: pageNumber });

/** `POST /admin/users`: makes a user, unconfirmed unless the body says so, and signs nobody in. */
export async function createUser(ctx: AuthContext, request: Request): Promise<Response> {
  await requireAdmin(ctx, request);
  const body = await readJson(request, createBody);
  if (!body.email && !body.phone) {
    throw validationFailed("Cannot create a user without either an email or phone");
  }
  if (body.password && body.password_hash) {
    throw validationFailed("Only a password or a password hash should be provided");
  }
  if (body.password) assertGoodPassword(body.password);
  const email = await freeEmail(ctx, body.email);
  const id = body.id ?? crypto.randomUUID();
  const user = await orFailure("Database error creating new user", () =>
    inTransaction(ctx, async (tx) => {
      await insertUser(tx, {
        id,
        aud: "authenticated",
        role: body.role ?? "authenticated",
        email,
        phone: body.phone || null,
        password: body.password_hash
          ? { hash: importedHash(body.password_hash) }
          : body.password
          ? { text: body.password }
          : null,
        appMetadata: body.app_metadata ?? {},
        userMetadata: body.user_metadata ?? {},
        identityData: {},
      });
      await confirmAndBan(tx, id, body);
      return await userById(tx, id);
    }));
  return Response.json(user ? userJson(user) : {});
}

/** `GET /admin/users?page=&per_page=`: one page, newest first, with `X-Total-Count` and `Link` headers. */
export async function listUsers(ctx: AuthContext, request: Request): Promise<Response> {
  await requireAdmin(ctx, request);
  const url = new URL(request.url);
  const query = pageQuery.safeParse(Object.fromEntries(url.searchParams));
  if (!query.success) throw validationFailed(`Bad Pagination Parameters: ${query.error.issues[0]?.message}`);
  const { page = 1, per_page: perPage = 50 } = query.data;
  const { users, total } = await inTransaction(ctx, (tx) => userPage(tx, page, perPage));
  const last = Math.ceil(total / perPage);
  const link = (to: number, rel: string) => `<${url.pathname}?page=${to}&per_page=${perPage}>; rel="${rel}"`;
  return Response.json({ users: users.map(userJson), aud: "authenticated" }, {
    headers: {
      "x-total-count": String(total),
      link: [...page < last ? [link(page + 1, "next")] : [], link(last, "last")].join(", "),
    },
  });
}

/** `GET /admin/users/:id` */
export async function getUser(ctx: AuthContext, request: Request, id: string): Promise<Response> {
  await requireAdmin(ctx, request);
  return Response.json(userJson(await existing(ctx, id)));
}

/** `PUT /admin/users/:id`: sets what the body has; metadata is merged, where null removes a key. */
export async function updateUser(ctx: AuthContext, request: Request, id: string): Promise<Response> {
  await requireAdmin(ctx, request);
  const user = await existing(ctx, id);
  const body = await readJson(request, updateBody);
  const { password, phone, role } = body;
  if (password !== undefined) assertGoodPassword(password);
  const email = body.email?.toLowerCase() === user.email ? null : await freeEmail(ctx, body.email);
  const updated = await orFailure("Error updating user", () =>
    inTransaction(ctx, async (tx) => {
      if (role) await tx`update auth.users set role = ${role} where id = ${user.id}`;
      if (phone) await tx`update auth.users set phone = ${phone} where id = ${user.id}`;
      if (email !== null) await setEmail(tx, user.id, email, body.email_confirm ?? false);
      if (password !== undefined) {
        await setPassword(tx, user.id, password);
        await endSessions(tx, user.id, "global", null);
      }
      if (body.app_metadata) await setMetadata(tx, user.id, "raw_app_meta_data", body.app_metadata);
      if (body.user_metadata) await setMetadata(tx, user.id, "raw_user_meta_data", body.user_metadata);
      await confirmAndBan(tx, user.id, body);
      return await userById(tx, user.id);
    }));
  return Response.json(userJson(updated ?? user));
}

/** `DELETE /admin/users/:id`: with `should_soft_delete`, the row stays with nothing in it that tells who it was. */
export async function deleteUser(ctx: AuthContext, request: Request, id: string): Promise<Response> {
  await requireAdmin(ctx, request);
  const user = await existing(ctx, id);
  const hasBody = (request.headers.get("content-length") ?? "0") !== "0";
  const { should_soft_delete: soft } = hasBody
    ? await readJson(request, deleteBody)
    : { should_soft_delete: false };
  await orFailure("Database error deleting user", () =>
    inTransaction(ctx, async (tx) => {
      if (!soft) return void await tx`delete from auth.users where id = ${user.id}`;
      await tx`
        update auth.users
        set email = encode(sha256(convert_to(id::text || email, 'utf8')), 'hex'), phone = null,
            encrypted_password = null, raw_user_meta_data = '{}', raw_app_meta_data = '{}',
            deleted_at = coalesce(deleted_at, now()), updated_at = now()
        where id = ${user.id}`;
      await tx`
        update auth.identities
        set identity_data = '{}', provider_id = encode(sha256(convert_to(provider_id, 'utf8')), 'hex')
        where user_id = ${user.id}`;
      await endSessions(tx, user.id, "global", null);
    }));
  return Response.json({});
}

async function existing(ctx: AuthContext, id: string): Promise<User> {
  if (!isUuid(id)) {
    throw new AuthError(404, "validation_failed", "user_id must be an UUID");
  }
  const user = await inTransaction(ctx, (tx) => userById(tx, id));
  if (!user) throw new AuthError(404, "user_not_found", "User not found");
  return user;
}

async function freeEmail(ctx: AuthContext, given: string | undefined): Promise<string | null> {
  if (!given) return null;
  const email = validEmail(given);
  if (await inTransaction(ctx, (tx) => userByEmail(tx, email))) throw emailExists();
  return email;
}

async function confirmAndBan(tx: Transaction, id: string, body: z.infer<typeof updateBody>): Promise<void> {
  if (body.email_confirm) await confirmEmail(tx, id);
  if (body.phone_confirm) await tx`update auth.users set phone_confirmed_at = now() where id = ${id}`;
  if (body.ban_duration) {
    const duration = banMilliseconds(body.ban_duration);
    const until = duration === 0 ? null : new Date(Date.now() + duration);
    await tx`update auth.users set banned_until = ${until}, updated_at = now() where id = ${id}`;
  }
}
