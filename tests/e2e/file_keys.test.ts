/**
 * Somebody else's files. Storage takes more for a path than Esteira does, and each part reads such a path in its own way:
 * so none of them comes into the bucket by any route, and none that lies there from an earlier time is used.
 */
import { Buffer } from "node:buffer";
import assert from "node:assert/strict";
import { eventually } from "@esteira/local-supabase/testing";
import fc from "fast-check";
import { jobResponse } from "../../shared/requests/requests.ts";
import { type Bucket, BUCKETS, isFileKey } from "../../shared/words/file_keys.ts";
import { mediaType } from "../../shared/words/media_types.ts";
import { callFunction, codeOf, jobWhen, uploadInput } from "../world/api.ts";
import { type Environment, startEnvironment, type User } from "../world/environment.ts";
import { drawPicture } from "../world/picture.ts";

const FUZZED = Number(Deno.env.get("ESTEIRA_FUZZED_KEYS") ?? 3000);

/** Paths below the folder of `me` that lead, to one reader or another, to the file of `victim`. */
function oddKeys(me: string, victim: string): string[] {
  return [
    `${me}/../${victim}/private.png?/../../${me}/own.png`,
    `${me}/../${victim}/private.png`,
    `${me}/./own.png`,
    `${me}//own.png`,
    `${me}/own.png/`,
    `${me}/folder/own.png`,
    `${me}/.own.png`,
    `${me}/own.png?x=1`,
    `${me}/own png`,
    `${me}/a&b=c;d:e`,
  ];
}

/** The ways into the bucket: each returns what Storage answers, and whether it has taken the file. */
const ROUTES: Record<string, (environment: Environment, user: User, key: string) => Promise<boolean>> = {
  "a plain upload": async ({ deployment }, user, key) => {
    const place = key.split("/").map((part) => encodeURIComponent(part).replaceAll(".", "%2E")).join("%2F");
    const response = await fetch(`${deployment.apiUrl}/storage/v1/object/inputs/${place}`, {
      method: "POST",
      headers: {
        apikey: deployment.publishableKey,
        authorization: `Bearer ${user.accessToken}`,
        "content-type": "image/png",
      },
      body: drawPicture(16),
    });
    await response.body?.cancel();
    return response.ok;
  },
  "a copy": async (_, user, key) => {
    const own = await uploadInput(user, drawPicture(16));
    return (await user.client.storage.from("inputs").copy(own, key)).error === null;
  },
  "a move": async (_, user, key) => {
    const own = await uploadInput(user, drawPicture(16));
    return (await user.client.storage.from("inputs").move(own, key)).error === null;
  },
  "a resumable upload": async ({ deployment }, user, key) => {
    const metadata = { bucketName: "inputs", objectName: key, contentType: "image/png" };
    const response = await fetch(`${deployment.apiUrl}/storage/v1/upload/resumable`, {
      method: "POST",
      headers: {
        apikey: deployment.publishableKey,
        authorization: `Bearer ${user.accessToken}`,
        "tus-resumable": "1.0.0",
        "upload-length": String(drawPicture(16).length),
        "content-type": "application/offset+octet-stream",
        "upload-metadata": Object.entries(metadata)
          .map(([name, value]) => `${name} ${Buffer.from(value).toString("base64")}`).join(","),
      },
      body: drawPicture(16),
    });
    await response.body?.cancel();
    return response.ok;
  },
  "a signed upload": async ({ deployment }, user, key) => {
    const place = key.split("/").map((part) => encodeURIComponent(part).replaceAll(".", "%2E")).join("%2F");
    const response = await fetch(`${deployment.apiUrl}/storage/v1/object/upload/sign/inputs/${place}`, {
      method: "POST",
      headers: { apikey: deployment.publishableKey, authorization: `Bearer ${user.accessToken}` },
    });
    await response.body?.cancel();
    return response.ok;
  },
};

Deno.test("a path that is none of Esteira's leads to nobody's file", async (t) => {
  const environment = await startEnvironment();
  const { sql } = environment;
  const user = await environment.signUp(20);
  const victim = await environment.signUp(5);
  const { userId: me, accessToken: token } = user;
  try {
    const picture = drawPicture(16);
    const { error } = await victim.client.storage.from("inputs").upload(
      `${victim.userId}/private.png`,
      new Blob([picture], { type: "image/png" }),
    );
    assert.equal(error, null);
    const odd = oddKeys(me, victim.userId);

    for (const [route, comesIn] of Object.entries(ROUTES)) {
      await t.step(`${route} brings none in`, async () => {
        for (const key of odd) assert.equal(await comesIn(environment, user, key), false, key);
        const rows = await sql`select name from storage.objects where bucket_id = 'inputs'`;
        assert.deepEqual(rows.map(({ name }) => name).filter((name) => !isFileKey("inputs", name)), []);
        // The route itself is open.
        if (route !== "a move") {
          assert.ok(await comesIn(environment, user, `${me}/${crypto.randomUUID()}.png`));
        }
      });
    }

    const old = odd.map((key) => ({ key, row: crypto.randomUUID() }));
    for (const { key } of old) {
      await sql`
        insert into storage.objects (bucket_id, name, owner_id, version, metadata)
        select bucket_id, ${key}, ${me}, version, metadata from storage.objects
        where name = ${`${victim.userId}/private.png`}`;
    }

    await t.step("none that lies there from an earlier time makes a job", async () => {
      for (const key of [...odd, `${victim.userId}/private.png`]) {
        const body = { tool: "upscaler", input: { image: key } };
        const answer = await callFunction(environment, "jobs", { token, body });
        assert.deepEqual([answer.status, codeOf(answer)], [422, "file_not_found"], key);
        const batch = await callFunction(environment, "jobs/batch", { token, body: { jobs: [body, body] } });
        assert.deepEqual([batch.status, codeOf(batch)], [422, "file_not_found"], key);
        const inSql = sql`select public.create_job(${me}, 'upscaler', ${sql.json({ image: key })})`;
        await assert.rejects(inSql, /names no file of yours/, key);
      }
    });

    await t.step("a job that waits with one fails and is paid back", async () => {
      const own = await uploadInput(user, picture);
      const [before] = await sql`select balance from public.credit_accounts where user_id = ${me}`;
      const body = {
        tool: "upscaler",
        input: { image: own },
        runAt: new Date(Date.now() + 600_000).toISOString(),
      };
      const ids: string[] = [];
      for (const key of [odd[0] ?? "", odd[1] ?? "", `${victim.userId}/private.png`]) {
        const { job } = jobResponse.parse((await callFunction(environment, "jobs", { token, body })).body);
        ids.push(job.id);
        await makeWait(environment, job.id, key);
      }
      await sql`update public.jobs set run_at = null where id = any(${ids})`;
      await eventually(async () => {
        await sql`select worker.wake('runninghub')`;
        const [open] = await sql`select count(*)::integer as jobs from public.jobs
          where id = any(${ids}) and status in ('pending', 'processing')`;
        return open?.jobs === 0 || undefined;
      }, { what: "the end of the jobs", timeoutMs: 20_000 });
      for (const id of ids) {
        const job = await jobWhen(environment, user, id, ({ status }) => status === "failed", "its failure");
        assert.deepEqual([job.error_code, job.refund], ["file_not_found", "paid"]);
      }
      const [after] = await sql`select balance from public.credit_accounts where user_id = ${me}`;
      assert.deepEqual(after, before);
      assert.deepEqual(environment.runninghub.tasks(), [], "nothing went to the provider");
    });

    await t.step("SQL and TypeScript have one grammar", async () => {
      const hex = "0123456789abcdef";
      const uuid = fc.uuid();
      const part = fc.oneof(
        uuid,
        fc.constantFrom("..", ".", "", "%2e%2e", "?", "1-0.png", "a.png", "A_b-c.D", "-", "_.", ".a"),
        fc.string({ unit: fc.constantFrom(...hex, "g", "A", ".", "-", "_", "/", "?", "\n", " ", "é", "\\") }),
      );
      const key = fc.oneof(
        fc.array(part, { maxLength: 5 }).map((parts) => parts.join("/")),
        fc.tuple(uuid, part).map((parts) => parts.join("/")),
        fc.tuple(uuid, uuid, part).map((parts) => parts.join("/")),
        fc.tuple(uuid, part, fc.constantFrom("\n", "/", " ", "\r")).map(([a, b, c]) => `${a}/${b}${c}`),
      );
      const keys = [...fc.sample(key, FUZZED), ...odd, `${me}/own.png`].filter((one) => !one.includes("\0"));
      for (const bucket of [...BUCKETS, "elsewhere"]) {
        const rows = await sql`
          select key, private.is_file_key(${bucket}, key) as fits from unnest(${keys}::text[]) key`;
        for (const { key, fits } of rows) {
          const here = bucket === "elsewhere" ? false : isFileKey(bucket as Bucket, key);
          assert.equal(fits, here, `${bucket}: ${JSON.stringify(key)}`);
        }
        const fit = rows.filter(({ fits }) => fits).length;
        assert.ok(bucket === "elsewhere" ? fit === 0 : fit > 50, `${fit} of ${bucket} fit`);
      }
    });

    await t.step("so has what a media type is", async () => {
      const text = fc.string({ unit: fc.constantFrom(..."imagejpgIMAGEJPG/;= \t+-.x1é") });
      const known = fc.constantFrom(
        "image/jpeg",
        "IMAGE/JPG",
        "image/pjpeg",
        "Video/X-QuickTime",
        "image/png",
      );
      const type = fc.oneof(
        text,
        known,
        fc.tuple(text, known, text).map((parts) => parts.join("")),
        fc.tuple(known, text).map(([a, b]) => `${a} ;${b}`),
      );
      const types = fc.sample(type, FUZZED);
      const rows =
        await sql`select type, private.media_type(type) as fits from unnest(${types}::text[]) type`;
      for (const { type, fits } of rows) assert.equal(mediaType(type), fits, JSON.stringify(type));
      assert.equal(rows.length, FUZZED);
    });
  } finally {
    await environment.close();
  }
});

/** Has a job name another file, as if it had been created before paths had a grammar. */
async function makeWait({ sql }: Environment, id: string, key: string): Promise<void> {
  await sql.begin(async (tx) => {
    await tx`alter table public.jobs disable trigger user`;
    await tx`update public.jobs set input = ${tx.json({ image: key })} where id = ${id}`;
    await tx`alter table public.jobs enable trigger user`;
  });
}
