/** Accounts at the simulators of X and Instagram, connected, renewed, lost and given back through everything that is real. */
import assert from "node:assert/strict";
import { eventually } from "@esteira/local-supabase/testing";
import {
  choicesResponse,
  connectionResponse,
  connectionsResponse,
} from "../../shared/requests/requests_connections.ts";
import type { ShownConnection } from "../../shared/rows/connection.ts";
import { callFunction, codeOf } from "../world/api.ts";
import { agreeAs, allowAppPage, comeBack, connectAccount, setOut } from "../world/connect.ts";
import { type Environment, startEnvironment, type User } from "../world/environment.ts";

async function listed(environment: Environment, { accessToken: token }: User): Promise<ShownConnection[]> {
  const { body } = await callFunction(environment, "connections", { method: "GET", token });
  return connectionsResponse.parse(body).connections;
}

/** As if its access had ended a minute ago, and nobody had looked since. */
async function endAccess({ sql }: Environment, id: string): Promise<void> {
  await sql`update private.connection_tokens set expires_at = now() - interval '1 minute' where connection_id = ${id}`;
  await sql`update public.connections set checked_at = null where id = ${id}`;
}

Deno.test("accounts are connected, renewed by one for all, lost, connected anew and given back", async (t) => {
  const environment = await startEnvironment({ instagram: { pages: { dora: 4 } } });
  const { x, instagram, sql } = environment;
  const [user, stranger] = [await environment.signUp(), await environment.signUp()];
  const refresh = (id: string, { accessToken: token } = user) =>
    callFunction(environment, `connections/${id}/refresh`, { token });
  let id = "";
  try {
    await allowAppPage(environment);

    await t.step("a new account is connected when its user says so, and by nobody else", async () => {
      const { choice } = await comeBack(await agreeAs(await setOut(environment, user, "x"), "ana"));
      assert.ok(choice);
      assert.deepEqual(await listed(environment, user), []);
      const at = `connections/choices/${choice}`;
      assert.equal(
        codeOf(await callFunction(environment, at, { method: "GET", token: stranger.accessToken })),
        "choice_expired",
      );
      const { body } = await callFunction(environment, at, { method: "GET", token: user.accessToken });
      const [account, ...others] = choicesResponse.parse(body).accounts;
      assert.deepEqual([account?.isConnected, others], [false, []]);
      const ask = { token: user.accessToken, body: { externalId: account?.externalId } };
      const chosen = await callFunction(environment, at, ask);
      const { connection } = connectionResponse.parse(chosen.body);
      assert.deepEqual([chosen.status, connection.platform, connection.state], [201, "x", "live"]);
      assert.ok(connection.scopes.includes("media.write"));
      id = connection.id;
      assert.equal(
        codeOf(await callFunction(environment, at, ask)),
        "choice_expired",
        "X's refresh token is used once",
      );
      const [shown] = await listed(environment, user);
      assert.deepEqual([shown?.id, shown?.limit?.total], [id, 100]);
      assert.deepEqual(await listed(environment, stranger), []);
      assert.equal(codeOf(await refresh(id, stranger)), "connection_not_found");
    });

    await t.step("a state is good once, and a refusal is told at the app", async () => {
      const callback = await agreeAs(await setOut(environment, user, "x"), "ana");
      assert.equal((await comeBack(callback)).connection, id, "connected before: connected anew at once");
      await assert.rejects(() => comeBack(callback), /422.*invalid_state/);
      const denied = await agreeAs(await setOut(environment, user, "x"), "ana", { deny: "1" });
      assert.deepEqual(await comeBack(denied), { error: "sign_in_refused" });
    });

    await t.step("fifty at once renew an access once, and none is lost", async () => {
      const before = x.refreshes().length;
      for (let round = 1; round <= 2; round++) {
        await endAccess(environment, id);
        const answers = await Promise.all(Array.from({ length: 50 }, () => refresh(id)));
        assert.deepEqual([...new Set(answers.map(({ status }) => status))], [200]);
        assert.deepEqual(
          x.refreshes().slice(before).map(({ outcome }) => outcome),
          Array(round).fill("refreshed"),
        );
      }
    });

    await t.step("a refresh whose answer holds no refresh token keeps the one that there is", async () => {
      for (const says of ["absent", "empty"] as const) {
        x.misbehave({ fault: { kind: "no_refresh_token", says }, times: 1 });
        for (let time = 0; time < 2; time++) {
          await endAccess(environment, id);
          assert.equal((await refresh(id)).status, 200, says);
        }
      }
      assert.deepEqual(x.refreshes().filter(({ outcome }) => outcome !== "refreshed"), []);
    });

    // @acceptance 003:266
    await t.step("an access that is gone is told to its owner, and mended by signing in again", async () => {
      x.endAccess("ana", "everything");
      await endAccess(environment, id);
      assert.equal(codeOf(await refresh(id)), "reconnect_needed");
      const [lost] = await listed(environment, user);
      assert.deepEqual([lost?.state, lost?.id], ["reconnect_needed", id]);
      const { connection } = await comeBack(await agreeAs(await setOut(environment, user, "x"), "ana"));
      assert.equal(connection, id);
      assert.equal((await listed(environment, user))[0]?.state, "live");
    });

    await t.step(
      "of several accounts the one that is meant is connected; its limit is the platform's",
      async () => {
        const { choice } = await comeBack(
          await agreeAs(await setOut(environment, user, "instagram"), "dora"),
        );
        const at = `connections/choices/${choice}`;
        const { body } = await callFunction(environment, at, { method: "GET", token: user.accessToken });
        const { accounts } = choicesResponse.parse(body);
        assert.equal(accounts.length, 3, "a page without an account is none");
        for (const { externalId } of accounts.slice(0, 2)) {
          const chosen = await callFunction(environment, at, {
            token: user.accessToken,
            body: { externalId },
          });
          assert.equal(chosen.status, 201);
        }
        await sql`update public.connections set checked_at = null where platform = 'instagram'`;
        const shown = (await listed(environment, user)).filter(({ platform }) => platform === "instagram");
        assert.deepEqual(shown.map(({ limit }) => limit?.source), ["platform", "platform"]);
        assert.ok((shown[0]?.limit?.total ?? 0) > 0);
      },
    );

    await t.step("an access that ends though nothing is published is renewed by the worker", async () => {
      const known = instagram.secrets().length;
      await sql`update private.connection_tokens t set renew_at = now() from public.connections c
        where c.id = t.connection_id and c.platform = 'instagram'`;
      await callFunction(environment, "worker", { apiKey: environment.deployment.secretKey, body: {} });
      await eventually(async () => {
        const [row] = await sql`
          select count(*) as n from private.connection_tokens where renew_at > now() + interval '40 days'`;
        return Number(row?.n) === 2 || undefined;
      }, { what: "both to be renewed", timeoutMs: 20_000 });
      assert.equal(instagram.secrets().length, known + 2);
    });

    await t.step("what is ended is given back to the platform; of one grant, with the last", async () => {
      const end = (id: string) =>
        callFunction(environment, `connections/${id}`, { method: "DELETE", token: user.accessToken });
      const waiting = async () => Number((await sql`select count(*) as n from private.revocations`)[0]?.n);
      const pages = (await listed(environment, user)).filter(({ platform }) => platform === "instagram");
      assert.equal(pages.length, 2);
      const [first, last] = pages;
      await end(first?.id ?? "");
      assert.equal(connectionResponse.parse((await refresh(last?.id ?? "")).body).connection.state, "live");
      for (const one of [last?.id ?? "", id]) {
        const ended = connectionResponse.parse((await end(one)).body);
        assert.equal(ended.connection.state, "revoked");
      }
      await eventually(async () => await waiting() === 0 || undefined, {
        what: "the accesses to be given back",
      });
      assert.equal(codeOf(await refresh(id)), "connection_revoked");
      assert.equal((await end(id)).status, 200, "again");
    });

    await t.step("no token is anywhere that a user or a log can see", async () => {
      await connectAccount(environment, stranger, "x", "bruno");
      const secrets = [...x.secrets(), ...instagram.secrets()];
      assert.ok(secrets.length > 5);
      const seen = JSON.stringify([
        await sql`select to_jsonb(c) from public.connections c`,
        await sql`select payload from realtime.messages`,
        await sql`select user_id, ops.export_user(user_id) from public.connections group by user_id`,
        await listed(environment, user),
        await listed(environment, stranger),
      ]);
      assert.deepEqual(secrets.filter((secret) => seen.includes(secret)), []);
    });
  } finally {
    await environment.close();
  }
});
