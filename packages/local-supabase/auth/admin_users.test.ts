import assert from "node:assert/strict";
import { ANA, NO_LEAKS, refusal, withAuth } from "./auth_fixture.ts";

Deno.test("the admin API", NO_LEAKS, (t) =>
  withAuth(t, {
    async "an admin makes users as the app needs them"({ client, admin, sql }) {
      const { admin: api } = admin.auth;
      const id = "7b1e9c1e-0000-4000-8000-000000000001";
      const { data, error } = await api.createUser({
        ...ANA,
        id,
        email_confirm: true,
        user_metadata: { name: "Ana" },
        app_metadata: { role: "admin" },
      });
      assert.equal(error, null);
      assert.equal(data.user?.id, id);
      assert.ok(data.user?.email_confirmed_at);
      assert.equal(data.user?.last_sign_in_at, undefined);
      assert.deepEqual(data.user?.user_metadata, { name: "Ana", email_verified: true });
      assert.deepEqual(data.user?.app_metadata, { provider: "email", providers: ["email"], role: "admin" });
      assert.equal(data.user?.identities?.length, 1);
      assert.equal((await sql`select * from auth.sessions`).length, 0);
      assert.equal((await client().auth.signInWithPassword(ANA)).error, null);

      // A hash as other systems make them: bcrypt of "battery staple" under another of bcrypt's names.
      const [made] =
        await sql`select extensions.crypt('battery staple', extensions.gen_salt('bf', 4)) as hash`;
      const hash = String(made?.hash).replace("$2a$", "$2b$");
      const imported = { email: "bia@example.com", email_confirm: true, password_hash: hash };
      assert.equal((await api.createUser(imported)).error, null);
      const bia = await client().auth.signInWithPassword({
        email: imported.email,
        password: "battery staple",
      });
      assert.equal(bia.error, null);
      const { data: phone } = await api.createUser({ phone: "5511999", phone_confirm: true });
      assert.deepEqual([phone.user?.phone, phone.user?.email], ["5511999", ""]);
      assert.deepEqual(phone.user?.app_metadata, { provider: "phone", providers: ["phone"] });
    },

    async "an admin changes what the request names and nothing else"({ client, admin, sql }) {
      const { admin: api } = admin.auth;
      const auth = client().auth;
      const { data: { user } } = await auth.signUp({ ...ANA, options: { data: { name: "Ana", n: 1 } } });
      const id = user?.id ?? "";
      const { data } = await api.updateUserById(id, {
        email: "New@example.com",
        email_confirm: true,
        role: "authenticated",
        user_metadata: { n: null, city: "Recife" },
        app_metadata: { plan: "pro" },
      });
      assert.equal(data.user?.email, "new@example.com");
      assert.equal(data.user?.identities?.[0]?.identity_data?.email, "new@example.com");
      assert.equal(data.user?.user_metadata.name, "Ana");
      assert.equal("n" in (data.user?.user_metadata ?? {}), false);
      assert.deepEqual(data.user?.app_metadata, { provider: "email", providers: ["email"], plan: "pro" });
      assert.equal((await auth.getUser()).error, null, "its session goes on");
      assert.deepEqual((await api.getUserById(id)).data.user, data.user);

      await api.updateUserById(id, { password: "battery staple" });
      assert.equal((await sql`select * from auth.sessions`).length, 0, "a new password ends all sessions");
      const { error } = await client().auth.signInWithPassword({
        email: "new@example.com",
        password: "battery staple",
      });
      assert.equal(error, null);
    },

    async "users are listed newest first, in pages that say how many there are"(
      { admin, sql, send, tokens },
    ) {
      await sql`
      insert into auth.users (id, email, created_at)
      select gen_random_uuid(), n || '@example.com', now() + make_interval(mins => n) from generate_series(1, 7) as n`;
      const { data } = await admin.auth.admin.listUsers({ page: 2, perPage: 3 });
      assert.ok("total" in data);
      assert.deepEqual(data.users.map(({ email }) => email), [
        "4@example.com",
        "3@example.com",
        "2@example.com",
      ]);
      assert.deepEqual([data.total, data.nextPage, data.lastPage], [7, 3, 3]);
      const all = await admin.auth.admin.listUsers();
      assert.equal(all.data.users.length, 7);
      const end = await admin.auth.admin.listUsers({ page: 3, perPage: 3 });
      assert.equal("nextPage" in end.data && end.data.nextPage, null);
      const bad = await send("GET", "/admin/users?page=0", { headers: { apikey: tokens.secretKey } });
      assert.deepEqual([bad.status, bad.body.error_code], [400, "validation_failed"]);
    },

    async "a deleted user is gone with all that is theirs, a softly deleted one is a row without a name"(
      { client, admin, sql },
    ) {
      const { admin: api } = admin.auth;
      const ana = (await client().auth.signUp(ANA)).data.user?.id ?? "";
      const bia = (await client().auth.signUp({ ...ANA, email: "bia@example.com" })).data.user?.id ?? "";
      assert.equal((await api.deleteUser(bia, true)).error, null);
      const { data: { user } } = await api.getUserById(bia);
      assert.ok(user?.deleted_at);
      assert.doesNotMatch(JSON.stringify(user), /bia@/);
      assert.equal((await api.deleteUser(ana)).error, null);
      assert.deepEqual(refusal(await api.getUserById(ana)), [404, "user_not_found", "User not found"]);
      assert.equal((await sql`select * from auth.sessions`).length, 0);
      assert.equal((await sql`select * from auth.identities where user_id = ${ana}`).length, 0);
      assert.equal((await client().auth.signUp(ANA)).error, null, "the address is free again");

      await sql`create table public.notes (author uuid references auth.users)`;
      await sql`insert into public.notes select id from auth.users where email = ${ANA.email}`;
      const [row] = await sql`select author from public.notes`;
      assert.equal((await api.deleteUser(row?.author)).error?.message, "Database error deleting user");
    },

    async "the admin API is closed to everybody without the secret key"({ client, tokens, send, sql }) {
      const { data } = await client().auth.signUp(ANA);
      const id = data.user?.id;
      const attempts: [string, string, unknown?][] = [
        ["POST", "/admin/users", { ...ANA, email: "x@example.com" }],
        ["GET", "/admin/users"],
        ["GET", `/admin/users/${id}`],
        ["PUT", `/admin/users/${id}`, { app_metadata: { role: "admin" } }],
        ["DELETE", `/admin/users/${id}`],
      ];
      const user = `Bearer ${data.session?.access_token}`;
      for (const [method, path, body] of attempts) {
        const status = async (headers: Record<string, string>) => {
          const answer = await send(method, path, { headers, body });
          return [answer.status, answer.body.error_code];
        };
        assert.deepEqual(await status({}), [403, "not_admin"], path);
        assert.deepEqual(await status({ authorization: user }), [403, "not_admin"], path);
        assert.deepEqual(
          await status({ apikey: tokens.secretKey, authorization: user }),
          [403, "not_admin"],
          path,
        );
        assert.deepEqual(await status({ authorization: "Bearer a.b.c" }), [403, "bad_jwt"], path);
        assert.deepEqual(await status({ apikey: "sb_secret_wrong" }), [401, "no_authorization"], path);
      }
      assert.equal((await sql`select * from auth.users`).length, 1);
      const legacy = { authorization: `Bearer ${tokens.serviceRoleKey}` };
      assert.equal((await send("GET", "/admin/users", { headers: legacy })).status, 200);
    },

    async "admin requests that cannot be met are refused as GoTrue refuses them"(
      { client, admin, tokens, send },
    ) {
      const { admin: api } = admin.auth;
      const id = (await client().auth.signUp(ANA)).data.user?.id ?? "";
      assert.deepEqual(refusal(await api.createUser({ ...ANA })).slice(0, 2), [422, "email_exists"]);
      assert.deepEqual(refusal(await api.createUser({})).slice(0, 2), [400, "validation_failed"]);
      const weak = await api.createUser({ email: "b@example.com", password: "123" });
      assert.deepEqual(refusal(weak).slice(0, 2), [422, "weak_password"]);
      const hash = await api.createUser({ email: "b@example.com", password_hash: "plain" });
      assert.deepEqual(refusal(hash).slice(0, 2), [400, "validation_failed"]);
      const ban = await api.updateUserById(id, { ban_duration: "soon" });
      assert.deepEqual(refusal(ban).slice(0, 2), [400, "validation_failed"]);
      const missing = crypto.randomUUID();
      assert.deepEqual(refusal(await api.updateUserById(missing, { role: "x" })).slice(0, 2), [
        404,
        "user_not_found",
      ]);
      assert.deepEqual(refusal(await api.deleteUser(missing)).slice(0, 2), [404, "user_not_found"]);
      const odd = await send("GET", "/admin/users/1", { headers: { apikey: tokens.secretKey } });
      assert.deepEqual([odd.status, odd.body.error_code], [404, "validation_failed"]);
    },
  }));
