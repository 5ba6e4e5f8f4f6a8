import assert from "node:assert/strict";
import { ANA, NO_LEAKS, refusal, withAuth } from "./auth_fixture.ts";

Deno.test("signing in", NO_LEAKS, (t) =>
  withAuth(t, {
    async "a password opens a session of its own each time, a wrong one none"({ client, sql, send }) {
      const { data: signedUp } = await client().auth.signUp(ANA);
      const { data, error } = await client().auth.signInWithPassword({ ...ANA, email: "ANA@example.com" });
      assert.equal(error, null);
      assert.equal(data.user?.id, signedUp.user?.id);
      assert.notEqual(data.session?.refresh_token, signedUp.session?.refresh_token);
      assert.equal((await sql`select * from auth.sessions`).length, 2);

      const refused = [400, "invalid_credentials", "Invalid login credentials"];
      const signIn = (credentials: typeof ANA) => client().auth.signInWithPassword(credentials);
      assert.deepEqual(refusal(await signIn({ ...ANA, password: "wrong horse" })), refused);
      assert.deepEqual(refusal(await signIn({ ...ANA, password: "" })), refused);
      assert.deepEqual(refusal(await signIn({ ...ANA, email: "nobody@example.com" })), refused);
      assert.equal((await sql`select * from auth.sessions`).length, 2);
      const grant = await send("POST", "/token?grant_type=magic", { body: ANA });
      assert.equal(grant.status, 400);
    },

    async "users whose row was made by SQL sign in with the password that SQL gave them"({ client, sql }) {
      await sql`
      insert into auth.users (id, email, encrypted_password, email_confirmed_at)
      values (gen_random_uuid(), ${ANA.email}, extensions.crypt(${ANA.password}, extensions.gen_salt('bf')), now()),
             (gen_random_uuid(), 'none@example.com', null, now()),
             (gen_random_uuid(), 'empty@example.com', '', now())`;
      const { data } = await client().auth.signInWithPassword(ANA);
      assert.equal(data.user?.email, ANA.email);
      for (const email of ["none@example.com", "empty@example.com"]) {
        const answer = await client().auth.signInWithPassword({ email, password: "" });
        assert.equal(answer.error?.code, "invalid_credentials", email);
      }
    },

    async "who is banned or not confirmed does not get in"({ client, admin }) {
      const { data } = await admin.auth.admin.createUser(ANA);
      const id = data.user?.id ?? "";
      const signIn = () => client().auth.signInWithPassword(ANA);
      assert.deepEqual(refusal(await signIn()), [400, "email_not_confirmed", "Email not confirmed"]);
      await admin.auth.admin.updateUserById(id, { email_confirm: true });
      const { data: { session } } = await signIn();

      const { data: banned } = await admin.auth.admin.updateUserById(id, { ban_duration: "1h30m" });
      const left = Date.parse(banned.user?.banned_until ?? "") - Date.now();
      assert.ok(left > 89 * 60_000 && left <= 90 * 60_000, `banned for ${left} ms`);
      assert.deepEqual(refusal(await signIn()), [400, "user_banned", "User is banned"]);
      const refreshed = await client().auth.refreshSession({ refresh_token: session?.refresh_token ?? "" });
      assert.deepEqual(refusal(refreshed), [400, "user_banned", "Invalid Refresh Token: User Banned"]);
      await admin.auth.admin.updateUserById(id, { ban_duration: "none" });
      assert.equal((await signIn()).error, null);
    },
  }));
