import assert from "node:assert/strict";
import fc from "fast-check";
import { creditsPage, type JobsPage, jobsPage } from "../../shared/requests/lists.ts";
import { JOB_STATUSES, type JobStatus } from "../../shared/words/statuses.ts";
import { type Environment, startEnvironment, type User } from "../world/environment.ts";
import { callFunction, codeOf } from "../world/api.ts";

/** A job of the past: at which of a few moments it was created, so that many are of the same one, and how it ended. */
interface Past {
  moment: number;
  status: JobStatus;
}

const past = fc.record({ moment: fc.integer({ min: 0, max: 4 }), status: fc.constantFrom(...JOB_STATUSES) });

/** Writes jobs that were created at these moments, and returns their ids. A moment is a microsecond. */
async function write({ sql }: Environment, { userId }: User, jobs: Past[]): Promise<string[]> {
  const rows = await sql<{ id: string }[]>`
    insert into public.jobs (user_id, tool, lane, ticket, status, current_step, created_at, completed_at,
      failed_at_step, error_message, attempt, started_at, deadline_at)
    select ${userId}, 'upscaler', 'runninghub', 1, j.status::public.job_status,
      (case j.status when 'pending' then 'queued' when 'processing' then 'running' else j.status end)::public.job_step,
      timestamptz '2026-11-01T12:00:00.000007Z' + j.moment * interval '1 microsecond',
      case when j.status in ('completed', 'failed', 'cancelled') then now() end,
      case j.status when 'failed' then 'running'::public.job_step end, case j.status when 'failed' then 'x' end,
      1, now(), case j.status when 'processing' then now() + interval '1 hour' end
    from jsonb_to_recordset(${sql.json(jobs.map((job) => ({ ...job })))}) j (moment integer, status text)
    returning id`;
  return rows.map(({ id }) => id);
}

Deno.test("lists are read page by page", async (t) => {
  const environment = await startEnvironment();
  const { sql } = environment;
  const [user, stranger] = [await environment.signUp(10), await environment.signUp(10)];
  const ask = (path: string, { accessToken: token } = user) =>
    callFunction(environment, path, { method: "GET", token });
  const page = async (query: Record<string, string | string[] | null>): Promise<JobsPage> => {
    const pairs = Object.entries(query).flatMap(([name, value]) =>
      [value].flat().map((value) => [name, value])
    );
    const given = pairs.filter((pair): pair is [string, string] => pair[1] !== null);
    const answer = await ask(`jobs?${new URLSearchParams(given)}`);
    assert.equal(answer.status, 200, JSON.stringify(answer.body));
    return jobsPage.parse(answer.body);
  };
  /** In the order in which the list has them. */
  const inOrder = async (ids: string[]) => {
    const rows =
      await sql`select id from public.jobs where id = any (${ids}) order by created_at desc, id desc`;
    return rows.map(({ id }) => id);
  };

  try {
    await t.step("each job is on one page, in order, whatever becomes of newer ones meanwhile", async () => {
      await write(environment, stranger, [{ moment: 2, status: "completed" }]);
      const meanwhile = fc.array(
        fc.record({ moment: fc.integer({ min: 5, max: 7 }), status: fc.constantFrom(...JOB_STATUSES) }),
        {
          maxLength: 3,
        },
      );
      await fc.assert(
        fc.asyncProperty(
          fc.array(past, { maxLength: 15 }),
          fc.integer({ min: 1, max: 6 }),
          fc.array(meanwhile, { minLength: 1, maxLength: 20 }),
          async (jobs, limit, newer) => {
            await sql`delete from public.jobs where user_id = ${user.userId}`;
            const ids = jobs.length > 0 ? await write(environment, user, jobs) : [];
            const seen: string[] = [];
            let cursor: string | null = null;
            for (let n = 0; n === 0 || cursor !== null; n++) {
              const { jobs, nextCursor }: JobsPage = await page({ limit: String(limit), cursor });
              assert.ok(n < 100, "it comes to an end");
              assert.ok(jobs.length === limit || nextCursor === null, "a page is full unless it is the last");
              seen.push(...jobs.map(({ id }) => id));
              cursor = nextCursor;
              const more = newer[n % newer.length] ?? [];
              if (more.length > 0) await write(environment, user, more);
              await sql`
                delete from public.jobs where user_id = ${user.userId} and created_at > '2026-11-01T12:00:00.000011Z'
                  and id <> all (${seen}) and ${n % 2 === 0}`;
            }
            assert.deepEqual(seen.filter((id) => ids.includes(id)), await inOrder(ids));
            assert.equal(new Set(seen).size, seen.length, "no job is seen twice");
          },
        ),
        { numRuns: 40 },
      );
    });

    await t.step("filters leave out what is not asked for, and nothing else", async () => {
      await sql`delete from public.jobs where user_id = ${user.userId}`;
      const jobs = JOB_STATUSES.flatMap((status) => [0, 1, 1].map((moment) => ({ moment, status })));
      await write(environment, user, jobs);
      const statusesOf = async (query: Record<string, string | string[]>) => {
        const found: string[] = [];
        let cursor: string | null = null;
        do {
          const { jobs, nextCursor }: JobsPage = await page({ ...query, cursor, limit: "2" });
          found.push(...jobs.map(({ status }) => status));
          assert.ok(found.length < 100, "it comes to an end");
          cursor = nextCursor;
        } while (cursor);
        return found.toSorted();
      };
      assert.deepEqual(await statusesOf({ status: "failed" }), Array(3).fill("failed"));
      assert.deepEqual(await statusesOf({ status: ["failed", "cancelled"], tool: "upscaler" }), [
        ...Array(3).fill("cancelled"),
        ...Array(3).fill("failed"),
      ]);
      assert.equal((await statusesOf({ status: [...JOB_STATUSES] })).length, 15);
      assert.deepEqual(await statusesOf({ tool: "image" }), [], "a tool of which one has no jobs");
    });

    await t.step("what cannot be asked for is refused, and what could be is named", async () => {
      const refused = async (query: string) => {
        const answer = await ask(`jobs?${query}`);
        const { field, allowed, minimum, maximum } =
          (answer.body as { error: { details: Record<string, unknown> } }).error.details;
        return [answer.status, codeOf(answer), field, allowed ?? minimum ?? maximum];
      };
      assert.deepEqual(await refused("status=done"), [422, "invalid_input", "status.0", [...JOB_STATUSES]]);
      assert.deepEqual(await refused("limit=0"), [422, "invalid_input", "limit", 1]);
      assert.deepEqual(await refused("limit=101"), [422, "invalid_input", "limit", 100]);
      assert.deepEqual(await refused("cursor=x"), [422, "invalid_input", "cursor", undefined]);
      const names = ["limit", "cursor", "status", "tool"];
      assert.deepEqual(await refused("offset=10"), [422, "invalid_input", "offset", names]);
      const tools = await sql`select tool from public.tools where is_enabled order by tool`;
      assert.deepEqual(await refused("tool=teleporter"), [
        404,
        "unknown_tool",
        "tool",
        tools.map(({ tool }) => tool),
      ]);
    });

    await t.step("an admin who may see everybody's jobs lists their own", async () => {
      const admin = await environment.signUp(0);
      await sql`update auth.users set raw_app_meta_data = raw_app_meta_data || '{"role": "admin"}' where id = ${admin.userId}`;
      const { data } = await admin.client.auth.refreshSession();
      const accessToken = data.session?.access_token ?? "";
      const everybodys = await admin.client.from("jobs").select("id").limit(1);
      assert.equal(everybodys.data?.length, 1, "this admin sees other people's jobs");
      assert.deepEqual((await ask("jobs", { ...admin, accessToken })).body, { jobs: [], nextCursor: null });
    });

    await t.step("a statement explains the balance, entry by entry", async () => {
      for (const [n, amount] of [5, 3, 2].entries()) {
        await sql`select ops.grant_credits(${user.userId}, ${amount}, 'top-up', ${`payment-${n}`})`;
      }
      await sql`select private.charge(${user.userId}, array[gen_random_uuid()], array[4])`;
      const entries: unknown[] = [];
      let cursor: string | null = null;
      do {
        const answer = await ask(`jobs/credits?limit=2${cursor ? `&cursor=${cursor}` : ""}`);
        const found = creditsPage.parse(answer.body);
        assert.equal(found.balance, 16);
        entries.push(
          ...found.entries.map((
            { kind, amount, balance_after, note, reference },
          ) => [kind, amount, balance_after, note, reference]),
        );
        cursor = found.nextCursor;
      } while (cursor);
      assert.deepEqual(entries, [
        ["charge", -4, 16, null, null],
        ["grant", 2, 20, "top-up", "payment-2"],
        ["grant", 3, 18, "top-up", "payment-1"],
        ["grant", 5, 15, "top-up", "payment-0"],
        ["grant", 10, 10, "demo", null],
      ]);
      const nobodys = await environment.signUp(0);
      assert.deepEqual((await ask("jobs/credits", nobodys)).body, {
        balance: 0,
        entries: [],
        nextCursor: null,
      });
    });
  } finally {
    await environment.close();
  }
});
