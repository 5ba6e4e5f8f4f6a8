/** Admins have a door of their own: a role of the database that their next token names. */
import assert from "node:assert/strict";
import { decodeJwt } from "jose";
import { jobsTopic } from "../../shared/words/topics.ts";
import { callFunction, uploadInput } from "../world/api.ts";
import { type Environment, startEnvironment, type User } from "../world/environment.ts";
import { drawPicture } from "../world/picture.ts";

async function refreshed(user: User): Promise<User> {
  const { data, error } = await user.client.auth.refreshSession();
  if (error || !data.session) throw error ?? new Error("Refreshing gave no session");
  return { ...user, accessToken: data.session.access_token };
}

/** Whether a client is let into a private channel. */
const joins = ({ client }: User, topic: string) =>
  new Promise<boolean>((resolve) => {
    client.channel(topic, { config: { private: true } }).subscribe((status) => {
      if (status === "SUBSCRIBED") resolve(true);
      else if (status === "CHANNEL_ERROR") resolve(false);
    });
  });

const owners = async ({ client }: User) => {
  const { data, error } = await client.from("upscaler_jobs").select("user_id");
  assert.equal(error, null);
  return new Set(data?.map(({ user_id }) => user_id));
};

const setRole = (environment: Environment, { userId }: User, role: string | null) =>
  environment.sql`
    update auth.users set raw_app_meta_data = raw_app_meta_data - 'role' || jsonb_strip_nulls(jsonb_build_object('role', ${role}::text))
    where id = ${userId}`;

Deno.test("an admin is one with the next token, has what users have, and is none at once", async (t) => {
  const environment = await startEnvironment();
  try {
    const [owner, signedUp] = [await environment.signUp(11), await environment.signUp(11)];
    for (const { userId } of [owner, signedUp]) {
      const image = environment.sql.json({
        image: await uploadInput(userId === owner.userId ? owner : signedUp, drawPicture(24)),
        scale: 2,
      });
      await environment
        .sql`select public.create_job(${userId}, 'upscaler', ${image}, p_run_at => now() + interval '1 day')`;
    }
    await setRole(environment, signedUp, "admin");

    await t.step("a token from before shows its bearer their own alone", async () => {
      assert.equal(decodeJwt(signedUp.accessToken).role, "authenticated");
      assert.deepEqual(await owners(signedUp), new Set([signedUp.userId]));
    });

    const admin = await refreshed(signedUp);
    await t.step("the next one everybody's", async () => {
      assert.equal(decodeJwt(admin.accessToken).role, "esteira_admin");
      assert.deepEqual(await owners(admin), new Set([owner.userId, admin.userId]));
    });

    await t.step("an admin uploads, creates, listens and is answered as a user is", async () => {
      const image = await uploadInput(admin, drawPicture(24));
      const created = await callFunction(environment, "jobs", {
        token: admin.accessToken,
        body: {
          tool: "upscaler",
          input: { image, scale: 2 },
          runAt: new Date(Date.now() + 3_600_000).toISOString(),
        },
      });
      assert.equal(created.status, 201, JSON.stringify(created.body));
      const { data } = await admin.client.storage.from("inputs").download(image);
      assert.ok(data && data.size > 0);
      assert.equal(await joins(admin, jobsTopic(admin.userId)), true);
      const { data: balance } = await admin.client.from("credit_accounts").select("user_id");
      assert.deepEqual(balance, [{ user_id: admin.userId }]);
    });

    await t.step("but is shown no files, and hears nothing, of others", async () => {
      const { data: names } = await admin.client.storage.from("inputs").list(owner.userId);
      assert.deepEqual(names, []);
      assert.equal(await joins(admin, jobsTopic(owner.userId)), false);
    });

    await t.step("who is an admin no longer is none at once, and a user as before", async () => {
      await setRole(environment, admin, "support");
      assert.deepEqual(await owners(admin), new Set([admin.userId]));
      const user = await refreshed(admin);
      assert.equal(decodeJwt(user.accessToken).role, "authenticated");
      assert.deepEqual(await owners(user), new Set([admin.userId]));
    });

    await t.step("nobody makes an admin of themself", async () => {
      await owner.client.auth.updateUser({ data: { role: "admin" } });
      const user = await refreshed(owner);
      assert.equal(decodeJwt(user.accessToken).role, "authenticated");
      assert.deepEqual(await owners(user), new Set([owner.userId]));
    });
  } finally {
    await environment.close();
  }
});
