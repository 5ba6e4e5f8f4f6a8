/**
 * Admins as callers of the functions: the rows that they may see are everybody's, the routes are about their own things all
 * the same. What an admin is told of another user's is what a stranger is told, but for where a job stands in its lane.
 */
import assert from "node:assert/strict";
import type { Operation } from "../../shared/operations/operation.ts";
import { OPERATIONS } from "../../shared/operations/all.ts";
import { callFunction, codeOf, uploadInput } from "../world/api.ts";
import { type Environment, startEnvironment, type User } from "../world/environment.ts";
import { drawPicture } from "../world/picture.ts";

/** The things of another user. */
interface Theirs {
  userId: string;
  jobs: string[];
  modelId: string;
  file: string;
  connection: string;
  choice: string;
  group: string;
  publication: string;
}

/** What is asked of an operation: the parts of its address, and a body. */
interface Question {
  params?: Record<string, string>;
  query?: string;
  body?: unknown;
}

const onceForEach = ({ jobs }: Theirs): Question[] => jobs.map((id) => ({ params: { id } }));
const post = { selectedOptions: ["x_post"], captions: { universal: "not theirs" } };
const wish = (file: string) => ({ tool: "upscaler", input: { image: file, scale: 2 } });

/** Everything that a user's token can ask, put so that it would be about the other user, if it could. */
const QUESTIONS: Readonly<Record<string, (theirs: Theirs) => Question[]>> = {
  createJob: ({ userId, file }) => [{ body: { ...wish(file), userId } }, { body: wish(file) }],
  createJobs: ({ userId, file }) => [
    { body: { jobs: [wish(file)], userId } },
    { body: { jobs: [wish(file)] } },
  ],
  listJobs: () => [{}],
  getJob: onceForEach,
  getJobsById: ({ jobs }) => [{ query: `?${jobs.map((id) => `id=${id}`).join("&")}` }],
  getJobByRequest: () => [{ params: { requestId: "their-task" } }],
  getPosition: onceForEach,
  cancelJob: onceForEach,
  retryJob: onceForEach,
  createUpload: () => [{ body: { tool: "upscaler", contentType: "image/png", size: 100 } }],
  listTools: () => [{}],
  createTicket: () => [{}],
  listCredits: () => [{}],
  getRealtimeConfig: () => [{}],
  listModels: () => [{}],
  getModelStatus: ({ modelId }) => [{ params: { id: modelId } }],
  listConnections: () => [{}],
  startConnection: () => [{ params: { platform: "x" }, body: { redirectTo: "https://app.example/" } }],
  listChoices: ({ choice }) => [{ params: { id: choice } }],
  chooseAccount: ({ choice }) => [{ params: { id: choice }, body: { externalId: "theirs" } }],
  showCreator: ({ connection }) => [{ params: { id: connection } }],
  refreshConnection: ({ connection }) => [{ params: { id: connection } }],
  endConnection: ({ connection }) => [{ params: { id: connection } }],
  enqueuePublications: ({ userId, connection }) => [
    { body: { ...post, userId } },
    { body: { ...post, connections: { x_post: connection } } },
    { body: { ...post, connections: { x_post: connection }, dryRun: true } },
  ],
  listPublications: ({ group }) => [{}, { query: `?group=${group}` }],
  getPublication: ({ publication }) => [{ params: { id: publication } }],
  cancelPublication: ({ publication }) => [{ params: { id: publication } }],
  retryPublication: ({ publication }) => [{ params: { id: publication } }],
  resolvePublication: ({ publication }) => [{ params: { id: publication }, body: { resolved: "there" } }],
};
/** Where a job stands tells of its lane: admins may know. */
const TOLD_TO_ADMINS = ["getPosition"];

const isForUsers = ({ access }: Operation) => access === "user" || access === "user or server";

/** Gives a user an account at X, a sign-in that is not finished, and a publication that waits for its time. */
async function givePublication(
  { sql }: Environment,
  { userId }: User,
): Promise<Pick<Theirs, "connection" | "choice" | "group" | "publication">> {
  await sql`update public.tools set is_enabled = true where lane = 'publication'`;
  const account = {
    external_id: "theirs",
    display_name: null,
    avatar_url: null,
    scopes: ["tweet.write"],
    settings: {},
  };
  const tokens = { access_token: "theirs", refresh_token: "theirs", expires_in: 7200 };
  const group = crypto.randomUUID();
  const [ids] = await sql<{ connection: string; choice: string }[]>`select
    (worker.save_connection(${userId}, 'x', ${sql.json(account)}, ${sql.json(tokens)})).id as connection,
    worker.save_choice(${userId}, 'x', ${sql.json(tokens)}) as choice`;
  const connection = ids?.connection ?? "";
  const input = {
    connectionId: connection,
    groupId: group,
    caption: "theirs",
    mediaFiles: [],
    media: [],
    settings: {},
    allowDuplicate: false,
  };
  const [job] = await sql<{ id: string }[]>`select (public.create_job(${userId}, 'x_post', ${
    sql.json(input)
  }, p_run_at => now() + interval '1 day')).id`;
  return { connection, choice: ids?.choice ?? "", group, publication: job?.id ?? "" };
}

/** Gives a user a job of each kind that a route could do something with, a model, a file and credits. */
async function giveThings(environment: Environment, user: User): Promise<Theirs> {
  const { sql } = environment;
  const { userId } = user;
  const jobs = await sql<{ id: string }[]>`
    insert into public.jobs (user_id, tool, lane, ticket, status, current_step, request_id, completed_at,
      failed_at_step, error_message, attempt, started_at, run_at)
    select ${userId}, 'upscaler', 'runninghub', 1, s.status::public.job_status,
      (case s.status when 'pending' then 'queued' else s.status end)::public.job_step,
      case s.status when 'completed' then 'their-task' end, case s.status when 'pending' then null else now() end,
      case s.status when 'failed' then 'running'::public.job_step end, case s.status when 'failed' then 'x' end,
      case s.status when 'pending' then 0 else 1 end, case s.status when 'pending' then null else now() end,
      case s.status when 'pending' then now() + interval '1 day' end
    from unnest(array['pending', 'completed', 'failed', 'cancelled']) s (status)
    returning id`;
  const [model] = await sql<{ id: string }[]>`
    insert into public.ai_models ("userId", name) values (${userId}, 'theirs') returning id`;
  const file = await uploadInput(user, drawPicture(24));
  const given = await givePublication(environment, user);
  return { userId, jobs: jobs.map(({ id }) => id), modelId: model?.id ?? "", file, ...given };
}

/** Everything of a user's that a route could change. */
async function stateOf({ sql }: Environment, { userId }: Theirs): Promise<unknown> {
  const [state] = await sql`select
    (select jsonb_agg(to_jsonb(j) order by j.id) from public.jobs j where j.user_id = ${userId}) as jobs,
    (select jsonb_agg(to_jsonb(m) order by m.id) from public.ai_models m where m."userId" = ${userId}) as models,
    (select jsonb_agg(to_jsonb(c) order by c.entry_id) from public.credit_entries c where c.user_id = ${userId}) as credits,
    (select jsonb_agg(to_jsonb(n) order by n.id) from public.connections n where n.user_id = ${userId}) as connections,
    (select jsonb_agg(to_jsonb(p) order by p.job_id) from public.publications p where p.user_id = ${userId}) as published,
    (select jsonb_agg(o.name order by o.name) from storage.objects o where o.name like ${
    userId + "/%"
  }) as files`;
  return JSON.parse(JSON.stringify(state));
}

async function signUpAdmin({ signUp, sql }: Environment): Promise<User> {
  const admin = await signUp(10);
  await sql`update auth.users set raw_app_meta_data = raw_app_meta_data || '{"role": "admin"}' where id = ${admin.userId}`;
  const { data } = await admin.client.auth.refreshSession();
  return { ...admin, accessToken: data.session?.access_token ?? "" };
}

Deno.test("an admin who calls is told and does no more than a stranger", async (t) => {
  const environment = await startEnvironment();
  try {
    const [theirs, stranger, admin] = [
      await giveThings(environment, await environment.signUp(10)),
      await environment.signUp(10),
      await signUpAdmin(environment),
    ];
    const seen = await admin.client.from("jobs").select("id").in("id", theirs.jobs);
    assert.equal(seen.data?.length, theirs.jobs.length, "this admin sees other people's rows");
    const before = await stateOf(environment, theirs);

    const ask = (
      { function: name, path, method }: Operation,
      { params = {}, query = "", body }: Question,
      token: string,
    ) => {
      const place = path.replaceAll(/\{(\w+)\}/g, (_, part) => params[part] ?? "");
      return callFunction(environment, name + place + query, {
        method: method.toUpperCase(),
        token,
        ...body === undefined ? {} : { body },
      });
    };
    const told = ({ status, body }: { status: number; body: unknown }) =>
      status < 400 ? [status] : [status, codeOf({ status, body })];

    for (const operation of OPERATIONS.filter(isForUsers)) {
      await t.step(`${operation.id} is about the admin's own`, async () => {
        const questions = QUESTIONS[operation.id]?.(theirs) ?? assert.fail(`ask ${operation.id} something`);
        for (const question of questions) {
          const [asStranger, asAdmin] = [
            await ask(operation, question, stranger.accessToken),
            await ask(operation, question, admin.accessToken),
          ];
          if (!TOLD_TO_ADMINS.includes(operation.id)) assert.deepEqual(told(asAdmin), told(asStranger));
          const said = JSON.stringify(asAdmin.body);
          const { jobs, modelId, file, userId, connection, choice, group, publication } = theirs;
          for (const one of [...jobs, modelId, file, userId, connection, choice, group, publication]) {
            assert.ok(!said.includes(one), `${operation.id} speaks of what is not the caller's: ${said}`);
          }
        }
        assert.deepEqual(await stateOf(environment, theirs), before);
      });
    }

    for (const operation of OPERATIONS.filter(({ access }) => access === "server")) {
      await t.step(`${operation.id} is for servers, and an admin is none`, async () => {
        const question = { params: { id: theirs.jobs[0] ?? "", lane: "runninghub" }, body: {} };
        const asked = await ask(
          operation,
          operation.method === "get" ? { params: question.params } : question,
          admin.accessToken,
        );
        assert.deepEqual(told(asked), [401, "unauthenticated"]);
        assert.deepEqual(await stateOf(environment, theirs), before);
      });
    }
  } finally {
    await environment.close();
  }
});
