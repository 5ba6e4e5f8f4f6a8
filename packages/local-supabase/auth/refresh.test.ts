import assert from "node:assert/strict";
import { decodeJwt } from "jose";
import { eventually } from "../testing.ts";
import { ANA, type Harness, NO_LEAKS, withAuth } from "./auth_fixture.ts";

async function signedIn({ client }: Harness): Promise<string> {
  const { data } = await client().auth.signUp(ANA);
  return data.session?.refresh_token ?? "";
}

const refreshing = ({ send }: Harness) => async (token: string) => {
  const { status, body } = await send("POST", "/token?grant_type=refresh_token", {
    body: { refresh_token: token },
  });
  return {
    status,
    code: body.error_code,
    token: String(body.refresh_token),
    access: String(body.access_token),
    body,
  };
};

Deno.test("refreshing sessions", NO_LEAKS, (t) =>
  withAuth(t, {
    async "a refresh renews the access token within the session and replaces the refresh token"(harness) {
      const { auth } = harness.client();
      const { data: first } = await auth.signUp(ANA);
      await harness.admin.auth.admin.updateUserById(first.user?.id ?? "", {
        app_metadata: { role: "admin" },
      });
      const { data: second, error } = await auth.refreshSession();
      assert.equal(error, null);
      assert.notEqual(second.session?.refresh_token, first.session?.refresh_token);
      const [before, after] = [first, second].map(({ session }) => decodeJwt(session?.access_token ?? ""));
      assert.equal(after?.session_id, before?.session_id);
      assert.deepEqual(after?.amr, before?.amr);
      assert.equal((after?.app_metadata as Record<string, unknown>).role, "admin");
      const rows = await harness.sql`select token, parent, revoked from auth.refresh_tokens order by id`;
      assert.deepEqual(rows.map(({ revoked }) => revoked), [true, false]);
      assert.equal(rows[1]?.parent, rows[0]?.token);
    },

    async "a used refresh token is tolerated for ten seconds and answered with the one in force"(harness) {
      const refresh = refreshing(harness);
      const first = await signedIn(harness);
      const second = await refresh(first);
      const again = await refresh(first);
      assert.deepEqual([again.status, again.token], [200, second.token]);
      const third = await refresh(second.token);
      assert.equal((await refresh(first)).token, third.token, "the grandparent too");
      assert.equal((await harness.sql`select * from auth.refresh_tokens where not revoked`).length, 1);
    },

    async "concurrent refreshes with one token all get the same successor"(harness) {
      const refresh = refreshing(harness);
      const first = await signedIn(harness);
      const answers = await Promise.all(Array.from({ length: 8 }, () => refresh(first)));
      assert.deepEqual(answers.map(({ status }) => status), answers.map(() => 200));
      assert.equal(new Set(answers.map(({ token }) => token)).size, 1);
      assert.equal((await harness.sql`select * from auth.refresh_tokens`).length, 2);
    },

    async "a refresh token used again later revokes all of its session, and of no other"(harness) {
      const refresh = refreshing(harness);
      const first = await signedIn(harness);
      const { data: elsewhere } = await harness.client().auth.signInWithPassword(ANA);
      const second = await refresh(first);
      await harness
        .sql`update auth.refresh_tokens set updated_at = now() - interval '11 seconds' where token = ${first}`;
      const reused = await refresh(first);
      assert.deepEqual([reused.status, reused.code], [400, "refresh_token_already_used"]);
      assert.equal(reused.body.msg, "Invalid Refresh Token: Already Used");
      const successor = await refresh(second.token);
      assert.deepEqual([successor.status, successor.code], [400, "refresh_token_already_used"]);
      assert.equal((await refresh(elsewhere.session?.refresh_token ?? "")).status, 200);
    },

    async "a revocation waits for a refresh under way and revokes its outcome too"(harness) {
      const { sql } = harness;
      const refresh = refreshing(harness);
      const first = await signedIn(harness);
      const second = await refresh(first);
      await sql`update auth.refresh_tokens set updated_at = now() - interval '1 minute' where token = ${first}`;

      // What a refresh of the second token does, held open before its commit.
      let reuse: ReturnType<typeof refresh> | undefined;
      await sql.begin(async (tx) => {
        await tx`select * from auth.sessions for update`;
        await tx`update auth.refresh_tokens set revoked = true where token = ${second.token}`;
        await tx`
          insert into auth.refresh_tokens (token, user_id, session_id, parent)
          select 'third', user_id, session_id, token from auth.refresh_tokens where token = ${second.token}`;
        reuse = refresh(first);
        await eventually(async () => {
          const waiting = await sql`
            select 1 from pg_stat_activity where usename = 'supabase_auth_admin' and wait_event_type = 'Lock'`;
          return waiting.length > 0 || undefined;
        }, { what: "the reuse to wait for the refresh" });
      });
      assert.equal((await reuse)?.code, "refresh_token_already_used");
      assert.equal((await sql`select * from auth.refresh_tokens where not revoked`).length, 0);
    },

    async "a refresh token that is not there is refused"(harness) {
      const refresh = refreshing(harness);
      assert.deepEqual((await refresh("nonsense")).code, "refresh_token_not_found");
      const token = await signedIn(harness);
      await harness.sql`delete from auth.sessions`;
      assert.deepEqual((await refresh(token)).code, "refresh_token_not_found");
    },
  }));
