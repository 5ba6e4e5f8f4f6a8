import assert from "node:assert/strict";
import { ANA, NO_LEAKS, refusal, withAuth } from "./auth_fixture.ts";

Deno.test("a user's own account", NO_LEAKS, (t) =>
  withAuth(t, {
    async "a user reads and changes the own account"({ client, send }) {
      const { auth } = client();
      const { data: signedUp } = await auth.signUp({ ...ANA, options: { data: { name: "Ana", old: true } } });
      assert.equal((await auth.getUser()).data.user?.id, signedUp.user?.id);

      const { data } = await auth.updateUser({ data: { name: "Ana B.", old: null, deep: { a: null } } });
      const { name, old, deep } = data.user?.user_metadata ?? {};
      assert.deepEqual([name, old, deep], ["Ana B.", undefined, { a: null }]);

      const { data: moved } = await auth.updateUser({ email: "New@example.com" });
      assert.equal(moved.user?.email, "new@example.com");
      assert.equal(moved.user?.identities?.[0]?.identity_data?.email, "new@example.com");
      assert.equal((await client().auth.signInWithPassword(ANA)).error?.code, "invalid_credentials");

      const headers = { authorization: `Bearer ${signedUp.session?.access_token}` };
      const rights = await send("PUT", "/user", { headers, body: { app_metadata: { role: "admin" } } });
      assert.deepEqual([rights.status, rights.body.error_code], [403, "not_admin"]);
    },

    async "a new password replaces the old one and ends the other sessions"({ client }) {
      const here = client().auth;
      const elsewhere = client().auth;
      await here.signUp(ANA);
      await elsewhere.signInWithPassword(ANA);
      assert.deepEqual(refusal(await here.updateUser({ password: ANA.password })).slice(0, 2), [
        422,
        "same_password",
      ]);
      assert.deepEqual(refusal(await here.updateUser({ password: "short" })).slice(0, 2), [
        422,
        "weak_password",
      ]);
      assert.equal((await elsewhere.getUser()).error, null);
      assert.equal((await here.updateUser({ password: "battery staple" })).error, null);
      assert.equal((await here.getUser()).error, null);
      assert.equal((await elsewhere.getUser()).error?.name, "AuthSessionMissingError");
      assert.equal((await client().auth.signInWithPassword(ANA)).error?.code, "invalid_credentials");
      const renewed = await client().auth.signInWithPassword({ ...ANA, password: "battery staple" });
      assert.equal(renewed.error, null);
    },

    async "an email address that is taken or none is refused"({ client }) {
      await client().auth.signUp({ ...ANA, email: "bia@example.com" });
      const { auth } = client();
      await auth.signUp(ANA);
      assert.deepEqual(refusal(await auth.updateUser({ email: "Bia@example.com" })).slice(0, 2), [
        422,
        "email_exists",
      ]);
      assert.deepEqual(refusal(await auth.updateUser({ email: "bia" })).slice(0, 2), [
        400,
        "validation_failed",
      ]);
      assert.equal((await auth.updateUser({ email: ANA.email })).error, null, "one's own is no conflict");
    },

    async "signing out ends this session, the others, or all of the user's and nobody else's"(
      { client, sql },
    ) {
      const bia = client().auth;
      await bia.signUp({ ...ANA, email: "bia@example.com" });
      const [here, there, yonder] = [client().auth, client().auth, client().auth];
      await here.signUp(ANA);
      const tokens: string[] = [];
      for (const auth of [there, yonder]) {
        const { data } = await auth.signInWithPassword(ANA);
        tokens.push(data.session?.access_token ?? "");
      }
      const open = async () => (await sql`select * from auth.sessions`).length;
      assert.equal(await open(), 4);
      assert.equal((await there.signOut({ scope: "local" })).error, null);
      assert.equal(await open(), 3);
      assert.equal((await client().auth.getUser(tokens[0])).error?.name, "AuthSessionMissingError");
      assert.equal((await here.signOut({ scope: "others" })).error, null);
      assert.equal(await open(), 2);
      assert.equal((await here.getUser()).error, null);
      await there.signInWithPassword(ANA);
      assert.equal((await here.signOut()).error, null);
      assert.equal(await open(), 1);
      assert.equal((await bia.getUser()).error, null);
      assert.equal((await sql`select * from auth.refresh_tokens`).length, 1);
    },

    async "only a good access token of a living user and session tells who calls"(
      { client, admin, tokens, send },
    ) {
      const { data } = await client().auth.signUp(ANA);
      const getUser = async (authorization?: string) => {
        const { status, body } = await send(
          "GET",
          "/user",
          authorization ? { headers: { authorization } } : {},
        );
        return [status, body.error_code ?? body.email];
      };
      assert.deepEqual(await getUser(`Bearer ${data.session?.access_token}`), [200, ANA.email]);
      assert.deepEqual(await getUser(), [401, "no_authorization"]);
      assert.deepEqual(await getUser(`Bearer ${tokens.publishableKey}`), [403, "bad_jwt"]);
      assert.deepEqual(await getUser("Bearer a.b.c"), [403, "bad_jwt"]);
      const claims = { sub: data.user?.id, role: "authenticated" };
      assert.deepEqual(await getUser(`Bearer ${await tokens.sign(claims, -1)}`), [403, "bad_jwt"]);
      assert.deepEqual(await getUser(`Bearer ${await tokens.sign(claims, 60)}`), [200, ANA.email]);
      const gone = await tokens.sign({ ...claims, session_id: crypto.randomUUID() }, 60);
      assert.deepEqual(await getUser(`Bearer ${gone}`), [403, "session_not_found"]);
      const logout = await send("POST", "/logout?scope=everywhere", {
        headers: { authorization: `Bearer ${data.session?.access_token}` },
      });
      assert.deepEqual([logout.status, logout.body.error_code], [400, "validation_failed"]);
      await admin.auth.admin.deleteUser(data.user?.id ?? "");
      assert.deepEqual(await getUser(`Bearer ${data.session?.access_token}`), [403, "user_not_found"]);
    },
  }));
