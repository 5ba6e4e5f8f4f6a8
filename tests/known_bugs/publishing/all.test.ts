/**
 * Accidents 1, 9, 15, 25, 28, 34 and 42 to 48 of others who publish (docs/platforms/accidents.md), through all of it: from
 * the request to the platform's simulator. They are none here.
 */
import { eventually } from "@esteira/local-supabase/testing";
import assert from "node:assert/strict";
import { errorBody } from "../../../shared/errors/error_body.ts";
import type { EnqueueResponse, PublicationsPage } from "../../../shared/requests/requests_publications.ts";
import type { Publication } from "../../../shared/rows/publication.ts";
import { callFunction } from "../../world/api.ts";
import { picture } from "../../world/media_files.ts";
import { connectAccount, enablePublishing, goOn, uploadFile } from "../../world/publishing.ts";
import { Scene } from "../../world/scene.ts";

const scene = await Scene.start();
const { environment, user } = scene;
const { sql, x, instagram } = environment;
await enablePublishing(environment);
await connectAccount(environment, user, "x", "ana");
await connectAccount(environment, user, "instagram", "ana");
Deno.test.afterEach(() => {
  x.behave();
  instagram.behave();
});
Deno.test.afterAll(() => scene.close());

const call = (path: string, body?: unknown, method = body === undefined ? "GET" : "POST") =>
  callFunction(environment, `publications${path}`, { token: user.accessToken, method, body });
const codeOf = ({ body }: { body: unknown }) => errorBody.parse(body).error.code;

/** Enqueues it, and returns the jobs by option. */
async function enqueue(changes: Record<string, unknown>): Promise<Record<string, string>> {
  const answer = await call("/enqueue", { selectedOptions: ["x_post"], ...changes });
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
  const { jobs } = (answer.body as EnqueueResponse).data;
  return Object.fromEntries(jobs.map(({ job_id, platform }) => [platform, job_id]));
}
async function post(caption: string, changes: Record<string, unknown> = {}): Promise<string> {
  const { x_post } = await enqueue({ captions: { universal: caption }, ...changes });
  assert.ok(x_post);
  return x_post;
}
async function read(id: string): Promise<Publication> {
  const { status, body } = await call(`/${id}`);
  assert.equal(status, 200, JSON.stringify(body));
  return (body as { publication: Publication }).publication;
}
const ended = (id: string) =>
  eventually(async () => {
    const publication = await read(id);
    return ["completed", "failed", "cancelled"].includes(publication.status) ? publication : undefined;
  }, { what: "the end of a publication", timeoutMs: 30_000 });
const postsOf = (caption: string) => x.posts().filter(({ text }) => text === caption).length;
const commitsOf = (caption: string) => x.commits().filter(({ texts }) => texts.includes(caption)).length;

Deno.test("accident 1: what a platform never gets done with ends at its deadline, with a code, and is paid back", async () => {
  instagram.misbehave({ contains: "For ever", fault: { kind: "slow_processing", ms: 1_000_000_000 } });
  const image = await uploadFile(user, picture());
  const jobs = await enqueue({
    selectedOptions: ["instagram_feed"],
    captions: { universal: "For ever" },
    mediaFiles: [{ name: "a.jpg", size: image.bytes, type: image.type, path: image.path }],
  });
  const id = jobs.instagram_feed ?? "";
  await eventually(async () => (await read(id)).steps.length > 1 || undefined, { what: "a question" });
  const [job] = await sql`select deadline_at from public.jobs where id = ${id}`;
  const minutes = (job?.deadline_at.getTime() - Date.now()) / 60_000;
  assert.ok(minutes > 25 && minutes <= 30, `${minutes} minutes`);
  const over = await eventually(async () => {
    await sql`
      update public.jobs set deadline_at = clock_timestamp() - interval '1 hour'
      where id = ${id} and status = 'processing'`;
    await sql`select worker.reap()`;
    const now = await read(id);
    return now.status === "failed" ? now : undefined;
  }, { what: "the end of it" });
  assert.deepEqual([over.error_code, over.refund], ["deadline_exceeded", "paid"]);
});

Deno.test("accident 9: who has connected anew publishes at once, and so does what waited for that", async () => {
  await sql`
    update public.connections set state = 'reconnect_needed', state_code = 'grant_gone' where platform = 'x'`;
  const id = await post("When I am back");
  assert.deepEqual([(await read(id)).status, (await read(id)).hold], ["pending", "reconnect_needed"]);
  await connectAccount(environment, user, "x", "ana");
  const [connection] =
    await sql`select state, state_code, held_until from public.connections where platform = 'x'`;
  assert.deepEqual({ ...connection }, { state: "live", state_code: null, held_until: null });
  assert.equal((await ended(id)).status, "completed");
  assert.equal((await ended(await post("And again"))).status, "completed");
});

Deno.test("accident 15: nothing fails without a code, and without what the platform said", async () => {
  const said = "An error occurred";
  x.misbehave({
    contains: "No reason",
    fault: { kind: "refuse", path: "commit", times: 9, status: 403, title: "Forbidden", detail: said },
  });
  const { status, error_code, error_message } = await ended(await post("No reason"));
  assert.deepEqual([status, error_code], ["failed", "forbidden"]);
  assert.ok(error_message?.includes(said), `${error_message}`);
});

Deno.test("accident 25: connecting anew without a refresh token leaves the one that is there", async () => {
  const told = { external_id: "UC1", display_name: "Ana" };
  const connect = async (tokens: Record<string, string | number | null>) => {
    const [row] = await sql`
      select id from worker.save_connection(${user.userId}, 'youtube', ${sql.json(told)}, ${
      sql.json(tokens)
    })`;
    return row?.id as string;
  };
  const id = await connect({ access_token: "access-1", refresh_token: "refresh-1", expires_in: 3600 });
  for (const refresh_token of ["", null]) {
    await connect({ access_token: "access-2", refresh_token, expires_in: 3600 });
    const [row] = await sql`
      select private.unseal('refresh ' || connection_id, refresh_token, key_name) as kept,
        expires_at < clock_timestamp() + interval '61 minutes' as is_soon
      from private.connection_tokens where connection_id = ${id}`;
    assert.deepEqual({ ...row }, { kept: "refresh-1", is_soon: true });
  }
});

Deno.test("accident 28: whoever cannot be told what became of it is told how far it came, and what the platform said", async () => {
  x.misbehave({ contains: "Lost", times: 1, fault: { kind: "cut_answer", path: "commit", times: 1 } });
  x.misbehave({ fault: { kind: "http_error", path: "timeline", status: 503, times: 1000 } });
  const id = await post("Lost");
  await eventually(async () => (await read(id)).committed_at ?? undefined, { what: "the commit" });
  const why = /looking again .*in doubt: The connection to the platform broke off/;
  await eventually(() => scene.lines.some((line) => line.includes(id) && why.test(line)) || undefined, {
    what: "the log to say why",
  });
  const unknown = await eventually(async () => {
    await sql`
      update public.jobs set deadline_at = clock_timestamp() - interval '1 hour'
      where id = ${id} and status = 'processing'`;
    await sql`select worker.reap()`;
    const now = await read(id);
    return now.status === "failed" ? now : undefined;
  }, { what: "the end of it", timeoutMs: 20_000 });
  assert.deepEqual([unknown.error_code, unknown.refund], ["outcome_unknown", "due"]);
  assert.ok(unknown.error_message);
  assert.ok(unknown.steps.some(({ step }) => step === "commit"), "the step that it came to");
  await call(`/${id}/resolve`, { resolved: "there" });
});

Deno.test("accident 34: where credits are used up one publication meets it, and the others wait for the operator", async () => {
  x.misbehave({ fault: { kind: "no_credits", path: "commit", times: 99 } });
  const before = x.commits().length;
  const ids = [await post("Unpaid 1"), await post("Unpaid 2"), await post("Unpaid 3")];
  await eventually(async () => {
    const [row] = await sql`select paused_until, pause_reason from private.platforms where platform = 'x'`;
    return row?.paused_until > new Date() || undefined;
  }, { what: "X to be paused" });
  for (let n = 0; n < 3; n++) await goOn(environment);
  assert.equal(x.commits().length, before + 1);
  await sql`select private.alerts_tick()`;
  const open = await sql`select rule from ops.alerts where closed_at is null`;
  assert.ok(open.some(({ rule }) => rule === "A platform is paused"), "and the operator is told");
  x.behave();
  await sql`select ops.resume_platform('x')`;
  for (const id of ids) assert.equal((await ended(id)).status, "completed");
});

Deno.test("accident 42: what raises after the post is there has nobody post it again", async () => {
  // Whatever is written of a post raises, thrice.
  await sql`create sequence private.raised`;
  await sql`
    create function private.raise_thrice() returns trigger language plpgsql as $$
    begin
      if nextval('private.raised') <= 3 then raise 'out of disk'; end if;
      return new;
    end
    $$`;
  await sql`
    create trigger raise_thrice before update of post_id on public.publications
    for each row when (new.post_id is not null) execute function private.raise_thrice()`;
  try {
    const id = await post("Once and for all");
    await eventually(() => postsOf("Once and for all") === 1 || undefined, { what: "the post" });
    const publication = await eventually(async () => {
      await goOn(environment, "3 minutes"); // whoever met the error has a lease still
      const now = await read(id);
      return now.status === "completed" ? now : undefined;
    }, { what: "the publication to be kept", timeoutMs: 30_000 });
    assert.ok(publication.post_id);
    const [raised] = await sql`select last_value::integer as times from private.raised`;
    assert.ok(raised?.times > 3, "it did raise");
    assert.deepEqual([postsOf("Once and for all"), commitsOf("Once and for all")], [1, 1]);
  } finally {
    await sql`drop trigger raise_thrice on public.publications`;
  }
});

Deno.test("accident 43: one that is cancelled before its time is not published when that comes", async () => {
  const [before] = await sql`select count(*)::integer as jobs from cron.job`;
  const id = await post("Never mind", { scheduledFor: new Date(Date.now() + 3_600_000).toISOString() });
  const [after] = await sql`select count(*)::integer as jobs from cron.job`;
  assert.deepEqual({ ...after }, { ...before }, "there is no timer but the row");
  assert.equal((await call(`/${id}`, undefined, "DELETE")).status, 200);
  // The time comes: for this one, and for another that nobody has cancelled.
  const other = await post("On time", { scheduledFor: new Date(Date.now() + 3_600_000).toISOString() });
  await sql`
    update public.jobs set run_at = case when status = 'pending' then clock_timestamp() end
    where id in (${id}, ${other})`;
  await sql`select private.tick()`;
  assert.equal((await ended(other)).status, "completed");
  assert.deepEqual([(await read(id)).status, postsOf("Never mind"), postsOf("On time")], ["cancelled", 0, 1]);
});

Deno.test("accident 44: nothing is over without a result or a code", async () => {
  const id = await post("Over");
  assert.equal((await ended(id)).status, "completed");
  const refuses = async (change: Promise<unknown>, constraint: string) =>
    await assert.rejects(change, ({ message }: Error) => message.includes(constraint));
  const later = await post("Later", { scheduledFor: new Date(Date.now() + 3_600_000).toISOString() });
  await refuses(
    sql`
      update public.jobs set status = 'failed', current_step = 'failed', completed_at = clock_timestamp(),
        failed_at_step = 'queued' where id = ${later}`,
    "failed_jobs_name_the_error",
  );
  // And none of all that this file has made says that it is there without saying what is.
  const empty = await sql`
    select j.id from public.jobs j join public.publications p on p.job_id = j.id
    where j.status = 'completed' and (p.post_id is null or j.output -> 'data' ->> 'post_id' is null)
       or j.status = 'failed' and (j.error_code is null or j.error_message is null)`;
  assert.deepEqual([...empty], []);
});

Deno.test("accident 45: whoever asks is told where one stands and why it waits, and can still call it off", async () => {
  await sql`select ops.pause_platform('x', 'the portal is being moved')`;
  try {
    const [waiting, meant] = [await post("Not any more"), await post("Waiting")];
    const shown = await read(meant);
    assert.deepEqual([shown.status, shown.hold], ["pending", "platform_paused"]);
    const page = (await call("?status=pending")).body as PublicationsPage;
    assert.ok(page.publications.some(({ id, hold }) => id === meant && hold === "platform_paused"));
    assert.equal((await call(`/${waiting}`, undefined, "DELETE")).status, 200);
    await sql`select ops.resume_platform('x')`;
    assert.equal((await ended(meant)).status, "completed");
    assert.deepEqual([postsOf("Waiting"), postsOf("Not any more")], [1, 0]);
  } finally {
    await sql`select ops.resume_platform('x')`;
  }
});

Deno.test("accident 46: of a group of which one is there and one is not, every place says partial", async () => {
  const image = await uploadFile(user, picture());
  x.misbehave({
    contains: "Half",
    fault: { kind: "refuse", path: "commit", times: 9, status: 403, title: "Forbidden", detail: "No." },
  });
  const jobs = await enqueue({
    selectedOptions: ["x_post", "instagram_feed"],
    captions: { universal: "Half" },
    mediaFiles: [{ name: "a.jpg", size: image.bytes, type: image.type, path: image.path }],
  });
  const [mine] = [await ended(jobs.x_post ?? ""), await ended(jobs.instagram_feed ?? "")];
  const { groups } = (await call(`?group=${mine.group_id}`)).body as PublicationsPage;
  assert.deepEqual(groups, [{
    group_id: mine.group_id,
    state: "partial",
    total: 2,
    completed: 1,
    failed: 1,
  }]);
  const all = (await call("")).body as PublicationsPage;
  assert.deepEqual(all.groups.find(({ group_id }) => group_id === mine.group_id), groups[0]);
  assert.equal(instagram.posts().filter(({ text }) => text === "Half").length, 1);
  const columns = await sql`
    select table_name from information_schema.columns where table_schema in ('public', 'private')
      and column_name in ('group_state', 'aggregate_status')`;
  assert.deepEqual([...columns], [], "it is kept nowhere, so nothing can contradict it");
});

Deno.test("accident 47: the same for the same account is published once, unless somebody says that it is meant", async () => {
  const first = await post("Twice?");
  await ended(first);
  const again = await call("/enqueue", { selectedOptions: ["x_post"], captions: { universal: "Twice?" } });
  assert.deepEqual([again.status, codeOf(again)], [409, "duplicate_content"]);
  assert.equal(postsOf("Twice?"), 1);
  assert.notEqual(await post("Twice?", { allowDuplicate: true }), first);
});

Deno.test("accident 48: of an answer of megabytes no more is kept than tells what happened", async () => {
  x.misbehave({
    contains: "Very long",
    fault: {
      kind: "refuse",
      path: "commit",
      times: 9,
      status: 403,
      title: "Forbidden",
      detail: "long ".repeat(800_000),
    },
  });
  const id = await post("Very long");
  const publication = await ended(id);
  assert.deepEqual([publication.status, publication.error_code], ["failed", "forbidden"]);
  const [kept] = await sql`
    select pg_column_size(j) + pg_column_size(p) + (
      select sum(octet_length(to_jsonb(a)::text)) from public.job_attempts a where a.job_id = j.id)::integer as bytes,
      octet_length(to_jsonb(p)::text) + octet_length(to_jsonb(j)::text) as shown
    from public.jobs j join public.publications p on p.job_id = j.id where j.id = ${id}`;
  assert.ok(kept);
  assert.ok(kept.bytes > 0 && kept.bytes < 20_000, `${kept.bytes} bytes`);
  assert.ok(kept.shown < 40_000, `${kept.shown} bytes`);
  assert.ok(scene.lines.every((line) => line.length < 20_000));
});
