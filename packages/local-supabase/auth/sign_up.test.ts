import assert from "node:assert/strict";
import { createRemoteJWKSet, jwtVerify } from "jose";
import { ANA, NO_LEAKS, refusal, withAuth } from "./auth_fixture.ts";

Deno.test("signing up", NO_LEAKS, (t) =>
  withAuth(t, {
    async "signing up makes a confirmed user with metadata, an identity and a session"({ client, sql }) {
      const { data, error } = await client().auth.signUp({
        ...ANA,
        email: "Ana@Example.com",
        options: { data: { name: "Ana", sub: "somebody else" } },
      });
      assert.equal(error, null);
      const { user, session } = data;
      const id = user?.id ?? "";
      assert.equal(user?.email, ANA.email);
      assert.equal(user?.role, "authenticated");
      assert.equal(user?.aud, "authenticated");
      assert.equal(user?.phone, "");
      assert.equal(user?.is_anonymous, false);
      assert.ok(user?.email_confirmed_at && user.confirmed_at && user.last_sign_in_at && user.created_at);
      assert.deepEqual(user?.app_metadata, { provider: "email", providers: ["email"] });
      const known = { sub: id, email: ANA.email, phone_verified: false, name: "Ana" };
      assert.deepEqual(user?.user_metadata, { ...known, email_verified: true });
      const [identity] = user?.identities ?? [];
      assert.deepEqual(identity?.identity_data, { ...known, email_verified: false });
      assert.deepEqual([identity?.id, identity?.user_id, identity?.provider], [id, id, "email"]);
      assert.equal(session?.token_type, "bearer");
      assert.equal(session?.expires_in, 3600);
      assert.ok(session?.refresh_token);

      const [row] = await sql`select * from auth.users`;
      assert.equal(row?.id, id);
      assert.match(row?.encrypted_password, /^\$2a\$/);
      assert.equal("encrypted_password" in (user ?? {}), false);
      assert.equal((await sql`select * from auth.sessions where user_id = ${id}`).length, 1);
    },

    async "an access token has the claims of a hosted project and verifies against the published keys"(
      { client, url, issuer },
    ) {
      const auth = client().auth;
      const { data } = await auth.signUp({ ...ANA, options: { data: { name: "Ana" } } });
      const token = data.session?.access_token ?? "";
      const keys = createRemoteJWKSet(new URL(`${url}/auth/v1/.well-known/jwks.json`));
      const { payload, protectedHeader } = await jwtVerify(token, keys, {
        issuer,
        audience: "authenticated",
      });
      assert.equal(protectedHeader.alg, "ES256");
      const { exp, iat, session_id, amr, ...claims } = payload;
      assert.equal((exp ?? 0) - (iat ?? 0), 3600);
      assert.equal(exp, data.session?.expires_at);
      assert.match(String(session_id), /^[0-9a-f-]{36}$/);
      const [method] = amr as { method: string; timestamp: number }[];
      assert.equal(method?.method, "password");
      assert.ok(Math.abs((method?.timestamp ?? 0) - (iat ?? 0)) <= 2);
      assert.deepEqual(claims, {
        iss: issuer,
        sub: data.user?.id,
        aud: "authenticated",
        role: "authenticated",
        email: ANA.email,
        phone: "",
        app_metadata: data.user?.app_metadata,
        user_metadata: data.user?.user_metadata,
        aal: "aal1",
        is_anonymous: false,
      });
      const verified = await auth.getClaims();
      assert.equal(verified.data?.claims.sub, data.user?.id);
    },

    async "a trigger on auth.users sees the new user's metadata, and its failure undoes the sign-up"(
      { client, admin, sql, send },
    ) {
      await sql.unsafe(`
      create table public.profiles (id uuid primary key references auth.users on delete cascade, name text not null);
      create function public.handle_new_user() returns trigger language plpgsql security definer set search_path = ''
      as $$ begin
        insert into public.profiles values (new.id, new.raw_user_meta_data ->> 'name');
        return new;
      end $$;
      create trigger on_auth_user_created after insert on auth.users
      for each row execute function public.handle_new_user()`);
      const { data } = await client().auth.signUp({ ...ANA, options: { data: { name: "Ana" } } });
      assert.deepEqual([...await sql`select * from public.profiles`], [{ id: data.user?.id, name: "Ana" }]);

      const nameless = await client().auth.signUp({ ...ANA, email: "bia@example.com" });
      assert.equal(nameless.error?.status, 500);
      assert.equal(nameless.error?.message, "Database error saving new user");
      const { status, body } = await send("POST", "/signup", { body: { ...ANA, email: "bia@example.com" } });
      assert.deepEqual([status, body.error_code], [500, "unexpected_failure"]);
      assert.match(String(body.cause), /null value in column "name"/);
      const byAdmin = await admin.auth.admin.createUser({ ...ANA, email: "bia@example.com" });
      assert.equal(byAdmin.error?.message, "Database error creating new user");
      assert.equal((await sql`select * from auth.users`).length, 1);
      assert.equal((await sql`select * from auth.identities`).length, 1);
    },

    async "sign-ups that cannot be are refused as GoTrue refuses them"({ client, send, sql }) {
      const { auth } = client();
      await auth.signUp(ANA);
      const taken = [422, "user_already_exists", "User already registered"];
      assert.deepEqual(refusal(await auth.signUp(ANA)), taken);
      assert.deepEqual(refusal(await auth.signUp({ ...ANA, email: "ANA@example.com" })), taken);
      const weak = await auth.signUp({ email: "b@example.com", password: "12345" });
      assert.deepEqual(refusal(weak), [422, "weak_password", "Password should be at least 6 characters."]);
      assert.deepEqual((weak.error as unknown as { reasons: string[] }).reasons, ["length"]);
      const long = await auth.signUp({ email: "b@example.com", password: "x".repeat(73) });
      assert.equal(long.error?.message, "Password cannot be longer than 72 characters");
      const badEmail = await auth.signUp({ ...ANA, email: "nobody" });
      assert.deepEqual(refusal(badEmail).slice(0, 2), [400, "validation_failed"]);
      assert.deepEqual(refusal(await auth.signInAnonymously()).slice(0, 2), [
        422,
        "anonymous_provider_disabled",
      ]);
      const byPhone = await auth.signUp({ phone: "+551199", password: "123456" });
      assert.deepEqual(refusal(byPhone).slice(0, 2), [400, "phone_provider_disabled"]);
      const none = await send("POST", "/signup", { body: { email: "b@example.com" } });
      assert.equal(none.body.msg, "Signup requires a valid password");
      assert.equal((await sql`select * from auth.users`).length, 1);

      const racers = await Promise.all(
        [1, 2, 3, 4].map(() => client().auth.signUp({ ...ANA, email: "r@example.com" })),
      );
      const losers = racers.filter(({ error }) => error !== null);
      assert.equal(losers.length, 3);
      for (const loser of losers) assert.deepEqual(refusal(loser), taken);
    },

    async "refusals come in the shape of the API version asked for"({ send, tokens }) {
      const body = { ...ANA, password: "short" };
      const old = await send("POST", "/signup", { body });
      const reasons = { weak_password: { reasons: ["length"] } };
      const text = "Password should be at least 6 characters.";
      assert.deepEqual(old, {
        status: 422,
        body: { code: 422, error_code: "weak_password", msg: text, ...reasons },
      });
      const recent = await send("POST", "/signup", {
        body,
        headers: { "x-supabase-api-version": "2024-01-01" },
      });
      assert.deepEqual(recent, { status: 422, body: { code: "weak_password", message: text, ...reasons } });

      assert.equal((await send("POST", "/signup", { body: "{" })).body.error_code, "bad_json");
      assert.equal(
        (await send("POST", "/signup", { body: { email: 1 } })).body.error_code,
        "validation_failed",
      );
      assert.equal((await send("GET", "/nothing")).status, 404);
      const badKey = await send("POST", "/signup", {
        body: ANA,
        headers: { apikey: "sb_publishable_wrong" },
      });
      assert.deepEqual([badKey.status, badKey.body.msg], [401, "Invalid API key"]);
      const noKey = await send("POST", "/signup", { body: ANA, headers: { apikey: "" } });
      assert.equal(noKey.status, 401);
      const settings = await send("GET", "/settings", { headers: { apikey: tokens.anonKey } });
      assert.equal(settings.body.mailer_autoconfirm, true);
      assert.equal((await send("GET", "/health", { headers: { apikey: "" } })).body.name, "GoTrue");
    },
  }));
