-- Helpers of the tests in the folders beside this file. It runs first by its name, and it alone commits: whatever the
-- other files do, they roll back. Made anew by each run; no part of the product.
--
-- People, jobs and tools are called by names, so that a test reads as a story: a user's id is made from the name,
-- a job's name is its idempotency key.
--
-- The tests expect a database as after `supabase db reset`: migrations and seed, and no jobs.

begin;
drop schema if exists tests cascade;
create schema tests;
comment on schema tests is 'Helpers of the database tests, made anew by each run. Not for production.';

-- People --------------------------------------------------------------------------------------------------------

create function tests.user_id(p_name text) returns uuid
language sql immutable set search_path = '' as $$
  select md5('tests/' || p_name)::uuid
$$;
comment on function tests.user_id(text) is 'The id of the user of that name, whether there is one or not.';

create function tests.create_user(p_name text, p_credits integer default 100) returns uuid
language plpgsql set search_path = '' as $$
declare
  v_id uuid := tests.user_id(p_name);
begin
  insert into auth.users (id, email) values (v_id, p_name || '@example.test');
  if p_credits > 0 then perform ops.grant_credits(v_id, p_credits, 'for a test'); end if;
  return v_id;
end
$$;
comment on function tests.create_user(text, integer) is 'Makes a user with so many credits and returns the id.';

create function tests.become(p_role text, p_claims jsonb) returns void
language plpgsql set search_path = '' as $$
begin
  perform set_config('request.jwt.claims', coalesce(p_claims::text, ''), true);
  perform set_config('role', p_role, true);
end
$$;
comment on function tests.become(text, jsonb) is 'Goes on, until the transaction ends, as a role with the claims of a token; null: without a token.';

create function tests.know(p_name text) returns void language sql security definer set search_path = '' as $$
  insert into auth.users (id, email) values (tests.user_id(p_name), p_name || '@example.test') on conflict do nothing
$$;
create function tests.make_operator(p_name text, p_role text) returns void language sql security definer set search_path = '' as $$
  update auth.users set raw_app_meta_data = raw_app_meta_data || jsonb_build_object('role', p_role) where id = tests.user_id(p_name)
$$;
create function tests.as_gone(p_name text, p_role text default null) returns void language sql set search_path = '' as $$
  select tests.become(r, jsonb_build_object(
    'sub', tests.user_id(p_name), 'role', r, 'app_metadata', jsonb_strip_nulls(jsonb_build_object('role', p_role))))
  from (values (case p_role when 'admin' then 'esteira_admin' else 'authenticated' end)) roles (r)
$$;
create function tests.as_user(p_name text) returns void language sql set search_path = '' as $$
  select tests.know(p_name), tests.as_gone(p_name)
$$;
create function tests.as_admin(p_name text default 'admin') returns void language sql set search_path = '' as $$
  select tests.know(p_name), tests.make_operator(p_name, 'admin'), tests.as_gone(p_name, 'admin')
$$;
create function tests.as_anon() returns void language sql set search_path = '' as $$
  select tests.become('anon', '{"role": "anon"}')
$$;
create function tests.as_service() returns void language sql set search_path = '' as $$
  select tests.become('service_role', '{"role": "service_role"}')
$$;
create function tests.reset() returns void language sql set search_path = '' as $$
  select tests.become('none', null)
$$;
comment on function tests.know(text) is 'There is a user of this name, if there was none.';
comment on function tests.make_operator(text, text) is 'Makes an admin or one of support of a user who is there; null: nothing of the sort.';
comment on function tests.as_gone(text, text) is 'Goes on with the token of a user, who need not be there; p_role: its app_metadata.role.';
comment on function tests.as_user(text) is 'Goes on as a signed-in user, who is there.';
comment on function tests.as_admin(text) is 'Goes on as an admin, who is there, with the token that Auth gives an admin.';
comment on function tests.as_anon() is 'Goes on as somebody who is not signed in.';
comment on function tests.as_service() is 'Goes on as the holder of a secret key.';
comment on function tests.reset() is 'Goes on as the role that the session began with.';

-- Time ----------------------------------------------------------------------------------------------------------

create function tests.freeze(p_at timestamptz) returns void language sql set search_path = '' as $$
  select set_config('esteira.now', p_at::text, true)
$$;
comment on function tests.freeze(timestamptz) is 'Stops private.now() at a time until the transaction ends; again: sets it on. Null lets it run.';

-- Things --------------------------------------------------------------------------------------------------------

create function tests.put_file(p_user text, p_name text, p_type text default 'image/png', p_bytes bigint default 1000)
returns text language sql set search_path = '' as $$
  insert into storage.objects (bucket_id, name, owner_id, metadata)
  values ('inputs', tests.user_id(p_user) || '/' || p_name, tests.user_id(p_user)::text,
          jsonb_build_object('mimetype', p_type, 'size', p_bytes))
  returning name
$$;
comment on function tests.put_file(text, text, text, bigint) is 'Puts a file into a user''s folder of the bucket inputs, as far as the database knows of files, and returns its path.';

create function tests.account_id(p_lane text, p_name text default 'tests') returns integer
language sql stable set search_path = '' as $$
  select account_id from private.accounts where lane = p_lane and name = p_name
$$;
comment on function tests.account_id(text, text) is 'The account of that name in a lane.';

create function tests.enable_lane(p_lane text, p_capacity integer) returns integer
language plpgsql set search_path = '' as $$
begin
  if not exists (select from vault.secrets where name = 'tests_api_key') then
    perform vault.create_secret('the-api-key', 'tests_api_key');
  end if;
  perform private.create_lane(p_lane, p_lane);
  perform private.set_capacity(account_id, 0) from private.accounts where lane = p_lane;
  return ops.add_account(p_lane, 'tests', 'tests_api_key', p_capacity, '{"base_url": "http://127.0.0.1:9"}');
end
$$;
comment on function tests.enable_lane(text, integer) is 'Makes a lane if need be, whose only slots are those of the account "tests", and returns the account''s id.';

create function tests.enable_upscaler(p_capacity integer default 1) returns integer
language plpgsql set search_path = '' as $$
begin
  update public.tools set is_enabled = true, settings = settings || '{"webapp_id": "1877265245566922753"}'
  where tool = 'upscaler';
  return tests.enable_lane('runninghub', p_capacity);
end
$$;
comment on function tests.enable_upscaler(integer) is 'Switches the tool upscaler on, with so many slots in its lane runninghub.';

create function tests.enable_echo(p_capacity integer default 1) returns integer
language plpgsql set search_path = '' as $$
declare
  v_account_id integer := tests.enable_lane('echo', p_capacity);
begin
  insert into public.tools (tool, lane, titles) values ('echo', 'echo', '{"en": "Echo"}') on conflict do nothing;
  return v_account_id;
end
$$;
comment on function tests.enable_echo(integer) is 'Makes a tool "echo" without files, alone in a lane of the same name, that costs 1 and is tried at most 3 times.';

create function tests.enable_pull(p_capacity integer default 1) returns integer
language plpgsql set search_path = '' as $$
declare
  v_account_id integer := tests.enable_echo(p_capacity);
begin
  update private.lanes set delivery = 'pull', lease = '2 minutes' where lane = 'echo';
  return v_account_id;
end
$$;
comment on function tests.enable_pull(integer) is 'As enable_echo, in a lane that workers outside claim from, for two minutes at a time.';

create function tests.enable_tool(p_tool text, p_lane text, p_capacity integer default 1) returns void
language plpgsql set search_path = '' as $$
begin
  perform tests.enable_lane(p_lane, p_capacity);
  insert into public.tools (tool, lane, titles) values (p_tool, p_lane, '{"en": "A tool"}')
  on conflict (tool) do update set lane = excluded.lane, is_enabled = true, settings = '{}';
end
$$;
comment on function tests.enable_tool(text, text, integer) is 'Makes a tool without files that costs 1, and its lane if need be, with so many slots in the lane.';

-- Jobs ----------------------------------------------------------------------------------------------------------

create function tests.create_job(
  p_user text, p_key text, p_tool text default 'echo', p_priority integer default 0, p_run_at timestamptz default null
) returns uuid language sql set search_path = '' as $$
  select (public.create_job(
    tests.user_id(p_user), p_tool,
    case p_tool when 'upscaler' then jsonb_build_object('image', tests.put_file(p_user, p_key || '.png'), 'scale', 2)
      else '{}' end,
    p_priority => p_priority::smallint, p_run_at => p_run_at, p_idempotency_key => p_key)).id
$$;
comment on function tests.create_job(text, text, text, integer, timestamptz) is 'Creates a job of a user, named by its idempotency key, and returns its id.';

create function tests.job(p_key text) returns public.jobs
language plpgsql stable set search_path = '' as $$
declare
  v_job public.jobs;
begin
  select * into strict v_job from public.jobs where idempotency_key = p_key;
  return v_job;
end
$$;
comment on function tests.job(text) is 'The one job of that name.';

create function tests.attempt(p_key text, p_attempt integer default null) returns public.job_attempts
language plpgsql stable set search_path = '' as $$
declare
  v_job public.jobs := tests.job(p_key);
  v_attempt public.job_attempts;
begin
  select * into strict v_attempt from public.job_attempts
  where job_id = v_job.id and attempt = coalesce(p_attempt, greatest(v_job.attempt, 1));
  return v_attempt;
end
$$;
comment on function tests.attempt(text, integer) is 'An attempt of the job of that name; without a number its last.';

create function tests.steps(p_key text) returns text[] language sql stable set search_path = '' as $$
  select array_agg(entry ->> 'step' order by position)
  from jsonb_array_elements((tests.job(p_key)).step_history) with ordinality entries (entry, position)
$$;
comment on function tests.steps(text) is 'The steps in a job''s history, in order.';

create function tests.entry(p_key text, p_step public.job_step) returns jsonb language sql stable set search_path = '' as $$
  select entry - 'step' - 'timestamp'
  from jsonb_array_elements((tests.job(p_key)).step_history) with ordinality entries (entry, position)
  where entry ->> 'step' = p_step::text order by position desc limit 1
$$;
comment on function tests.entry(text, public.job_step) is 'What the last entry of a step tells, without the step itself and its time.';

create function tests.running() returns text[] language sql stable set search_path = '' as $$
  select coalesce(array_agg(idempotency_key order by idempotency_key), '{}')
  from public.jobs where status = 'processing'
$$;
comment on function tests.running() is 'The names of the jobs that are processing.';

create function tests.balance(p_user text) returns integer language sql stable set search_path = '' as $$
  select balance from public.credit_accounts where user_id = tests.user_id(p_user)
$$;
comment on function tests.balance(text) is 'The credits of a user.';

create function tests.messages(p_queue text) returns table (msg_id bigint, vt timestamptz, message jsonb)
language plpgsql stable set search_path = '' as $$
begin
  return query execute format('select msg_id, vt, message from pgmq.%I order by msg_id', 'q_' || p_queue);
end
$$;
comment on function tests.messages(text) is 'What is in a pgmq queue, visible or not, in order.';

create function tests.archived(p_queue text) returns setof bigint language plpgsql stable set search_path = '' as $$
begin
  return query execute format('select msg_id from pgmq.%I order by msg_id', 'a_' || p_queue);
end
$$;
comment on function tests.archived(text) is 'The messages in the archive of a pgmq queue.';

-- What a worker and a provider do --------------------------------------------------------------------------------

create function tests.pass(p_key text, p_resubmit text default 'reconcile_only', p_can_stop boolean default true)
returns boolean language sql set search_path = '' as $$
  select worker.checkpoint((tests.job(p_key)).id, (tests.attempt(p_key)).token, '{}',
    jsonb_build_object('resubmit', p_resubmit, 'can_stop', p_can_stop))
$$;
comment on function tests.pass(text, text, boolean) is 'A worker passes the checkpoint of a job''s last attempt: from here on its task may exist. False: it may not.';

create function tests.submit(p_key text, p_external_id text default 'task-1') returns public.job_status
language plpgsql set search_path = '' as $$
begin
  perform tests.pass(p_key);
  return worker.submitted((tests.job(p_key)).id, (tests.attempt(p_key)).token, p_external_id, '{"code": 0}');
end
$$;
comment on function tests.submit(text, text) is 'The provider has taken a job''s last attempt.';

create function tests.complete(p_key text, p_attempt integer default null) returns text
language sql set search_path = '' as $$
  select worker.complete((tests.job(p_key)).id, (tests.attempt(p_key, p_attempt)).token,
    '{"files": [{"bucket": "outputs", "path": "a.png"}]}', 'https://example.test/a.png')
$$;
comment on function tests.complete(text, integer) is 'A job''s attempt has its result.';

create function tests.claim(p_worker text default 'w1', p_qty integer default 10) returns text[]
language plpgsql set search_path = '' as $$
declare
  v_items jsonb[] := array(select item from worker.claim('echo', p_worker, p_qty) item); -- before its jobs are looked at
begin
  return array(
    select j.idempotency_key from unnest(v_items) with ordinality i (item, n)
    join public.jobs j on j.id = (i.item #>> '{job,id}')::uuid order by i.n);
end
$$;
comment on function tests.claim(text, integer) is 'A worker outside claims jobs of the lane echo; returns their names in order.';

create function tests.beat(p_key text, p_attempt integer default null, p_progress integer default null) returns jsonb
language sql set search_path = '' as $$
  select worker.heartbeat((tests.job(p_key)).id, (tests.attempt(p_key, p_attempt)).token, p_progress::smallint)
$$;
comment on function tests.beat(text, integer, integer) is 'The worker of a job''s attempt is still at work.';

create function tests.fail(p_key text, p_retry_class text, p_retry_after interval default null, p_attempt integer default null)
returns text language sql set search_path = '' as $$
  select worker.attempt_failed((tests.job(p_key)).id, (tests.attempt(p_key, p_attempt)).token, p_retry_class,
    'out_of_luck', 'It did not work.', p_retry_after => p_retry_after)
$$;
comment on function tests.fail(text, text, interval, integer) is 'A job''s attempt did not succeed.';

create function tests.cancel(p_key text) returns public.job_status language sql set search_path = '' as $$
  select (public.cancel_job((tests.job(p_key)).id)).status
$$;
comment on function tests.cancel(text) is 'A job is not wanted any more. Returns its status.';

create function tests.webhook(
  p_key text, p_dedupe_key text, p_word text default 'succeeded', p_attempt integer default null,
  p_external_id text default 'task-1'
) returns jsonb language plpgsql set search_path = '' as $$
declare
  v_job public.jobs := tests.job(p_key);
begin
  if p_attempt is null then perform tests.pass(p_key); end if; -- a provider calls back about what it was given
  return worker.webhook(v_job.lane, p_dedupe_key, v_job.id, (tests.attempt(p_key, p_attempt)).token, 'token',
    '{"user-agent": "provider"}', '{"event": "TASK_END"}', p_word, p_external_id, '{"taskStatus": "SUCCESS"}');
end
$$;
comment on function tests.webhook(text, text, text, integer, text) is 'The provider of a lane of its own name calls back for a job''s attempt, with its final word or, if that is null, without.';

-- How attempts end --------------------------------------------------------------------------------------------------

create function tests.doubt(p_key text, p_resubmit text default 'reconcile_only') returns uuid
language plpgsql set search_path = '' as $$
begin
  perform tests.pass(p_key, p_resubmit);
  return (tests.attempt(p_key)).token;
end
$$;
comment on function tests.doubt(text, text) is 'A worker has passed the checkpoint of a job''s last attempt, and nothing was heard since. Returns its token.';

create function tests.produce(p_key text, p_attempt integer default null, p_external_id text default null) returns text
language sql set search_path = '' as $$
  select worker.produced((tests.job(p_key)).id, (tests.attempt(p_key, p_attempt)).token,
    '[{"url": "https://provider.test/a.png", "contentType": "image/png"}]', p_external_id => p_external_id)
$$;
comment on function tests.produce(text, integer, text) is 'The provider has the result of a job''s attempt.';

create function tests.fail_task(p_key text, p_retry_class text default 'never', p_attempt integer default null, p_all_over boolean default false)
returns text language sql set search_path = '' as $$
  select worker.attempt_failed((tests.job(p_key)).id, (tests.attempt(p_key, p_attempt)).token, p_retry_class,
    'task_failed', 'The task failed.', p_queue => 'settle_queue', p_msg_id => -1, p_all_over => p_all_over)
$$;
comment on function tests.fail_task(text, text, integer, boolean) is 'Whoever settles a job''s attempt was told that its task has failed.';

create function tests.refuse_submit(p_key text, p_retry_class text default 'wait', p_attempt integer default null)
returns text language sql set search_path = '' as $$
  select worker.attempt_failed((tests.job(p_key)).id, (tests.attempt(p_key, p_attempt)).token, p_retry_class,
    'refused', 'The provider took nothing.', p_queue => l.queue_name, p_msg_id => -1)
  from private.lanes l where l.lane = (tests.job(p_key)).lane
$$;
comment on function tests.refuse_submit(text, text, integer) is 'The provider has refused the submit of a job''s attempt.';

create function tests.refuse_output(p_key text, p_code text default 'output_too_large') returns text
language sql set search_path = '' as $$
  select worker.output_refused((tests.job(p_key)).id, (tests.attempt(p_key)).token, p_code, 'It is not kept.')
$$;
comment on function tests.refuse_output(text, text) is 'The result of a job''s last attempt is one that is not kept.';

create function tests.over(p_key text, p_how text, p_attempt integer default null) returns boolean
language sql set search_path = '' as $$
  select worker.task_over((tests.attempt(p_key, p_attempt)).token, p_how)
$$;
comment on function tests.over(text, text, integer) is 'Whoever works on the outbox has learned how the task of a job''s attempt ended.';

create function tests.later(p_by interval) returns timestamptz language plpgsql set search_path = '' as $$
begin
  perform tests.freeze(private.now() + p_by);
  return private.now();
end
$$;
comment on function tests.later(interval) is 'Sets the frozen clock on, and returns what it shows.';

create function tests.trace(p_job_id uuid, p_token uuid) returns text
language sql stable set search_path = '' as $$
  select concat_ws(', ',
    (select string_agg(e.kind::text || case when e.is_counted then ' (counted)' else '' end, ', ' order by e.entry_id)
     from public.credit_entries e where e.job_id = p_job_id),
    case when exists (select from private.slots s where s.token = p_token) then 'slot kept' else 'slot free' end,
    coalesce((select case when c.over_at is null then 'open row: ' || c.reason else 'closed row: ' || c.how end
      from private.cancels c where c.token = p_token), 'no row'))
$$;
comment on function tests.trace(uuid, uuid) is 'What is left of an attempt, whatever became of its job: the ledger of the job, the slot, the row of the outbox.';

create function tests.ending(p_key text, p_attempt integer default null) returns text
language sql stable set search_path = '' as $$
  select concat_ws(', ', j.status, case j.status when 'failed' then j.error_code end, 'refund ' || j.refund,
    tests.trace(j.id, (select a.token from public.job_attempts a
      where a.job_id = j.id and a.attempt = coalesce(p_attempt, greatest(j.attempt, 1)))))
  from tests.job(p_key) j
$$;
comment on function tests.ending(text, integer) is 'A line of the table of endings: the job, its refund, its ledger, the slot and the row of the outbox of an attempt, without a number its last.';

create function tests.is_counted(p_key text) returns boolean language sql stable set search_path = '' as $$
  select is_counted from public.credit_entries where job_id = (tests.job(p_key)).id and kind = 'refund'
$$;
comment on function tests.is_counted(text) is 'Whether the refund of a job counts towards what its user may be refunded; null: there is none.';

create function tests.let_time_pass(p_step interval default '1 minute', p_times integer default 1) returns void
language plpgsql set search_path = '' as $$
begin
  for i in 1..p_times loop
    perform tests.later(p_step);
    perform worker.reap();
  end loop;
end
$$;
comment on function tests.let_time_pass(interval, integer) is 'Sets the frozen clock on, and has the reaper look; so often.';

create function tests.unrest() returns setof text language plpgsql stable set search_path = '' as $$
begin
  return query
    select format('job %s is %s', idempotency_key, status) from public.jobs where status in ('pending', 'processing')
    union all select format('the refund of job %s is due', idempotency_key) from public.jobs where refund = 'due'
    union all select format('an attempt holds slot %s', slot_id) from private.slots where token is not null
    union all select format('a row of the outbox is open: %s', reason) from private.cancels where over_at is null
    union all select problem from ops.credit_drift();
end
$$;
comment on function tests.unrest() is 'What has not come to its end: jobs, refunds, slots, rows of the outbox; and what ops.credit_drift finds.';

-- Verdicts --------------------------------------------------------------------------------------------------------

create function tests.first_verdict(p_key text) returns text language sql stable set search_path = '' as $$
  select code || ' ' || level from ops.diagnose((tests.job(p_key)).id) where rank = 1
$$;
comment on function tests.first_verdict(text) is 'The code and the level of the first verdict on the job of that name.';

create function tests.verdict(p_key text, p_code text) returns private.verdict
language plpgsql stable set search_path = '' as $$
declare
  v_verdict private.verdict;
begin
  select * into v_verdict from ops.diagnose((tests.job(p_key)).id) where code = p_code order by rank limit 1;
  return v_verdict;
end
$$;
comment on function tests.verdict(text, text) is 'What is said of a job with this code, ruled out or not; null in all columns: nothing.';

create function tests.age(p_key text, p_by interval) returns void language sql set search_path = '' as $$
  update public.job_attempts set started_at = started_at - p_by, submitted_at = submitted_at - p_by,
    submitted_first_at = submitted_first_at - p_by, submit_until = submit_until - p_by, word_at = word_at - p_by,
    leased_until = leased_until - p_by
  where job_id = (tests.job(p_key)).id and attempt = (tests.attempt(p_key)).attempt
$$;
comment on function tests.age(text, interval) is 'A job''s last attempt did all that it did so much earlier.';

create function tests.message_is_due(p_queue text, p_key text, p_in interval, p_reads integer) returns void
language plpgsql set search_path = '' as $$
begin
  execute format('update pgmq.%I set vt = clock_timestamp() + $1, read_ct = $2 where message ->> ''job_id'' = $3', 'q_' || p_queue)
  using p_in, p_reads, (tests.job(p_key)).id::text;
end
$$;
comment on function tests.message_is_due(text, text, interval, integer) is 'The message of a queue about a job was read so often, and may be read so much later; below zero: earlier.';

create function tests.pace(p_tool text, p_p50 interval, p_p95 interval, p_samples integer default 50, p_age interval default '0')
returns void language sql set search_path = '' as $$
  insert into private.tool_paces (tool, samples, p50, p95, run_p50, run_p95, measured_at)
  values (p_tool, p_samples, p_p50, p_p95, p_p50, p_p95, private.now() - p_age)
  on conflict (tool) do update set samples = excluded.samples, p50 = excluded.p50, p95 = excluded.p95, run_p50 = excluded.run_p50,
    run_p95 = excluded.run_p95, measured_at = excluded.measured_at
$$;
comment on function tests.pace(text, interval, interval, integer, interval) is 'So long the tasks of a tool take, as it was measured p_age ago.';

create function tests.reason(p_key text) returns private.verdict language sql as $$
  select v from ops.diagnose((tests.job(p_key)).id) v where rank = 1
$$;
create function tests.why(p_key text, p_language text) returns text language sql as $$
  select w.words ->> p_language from public.why((tests.job(p_key)).id) w where w.rank = 1
$$;
create function tests.named(p_key text) returns text language sql as $$
  select concat_ws(' ', v.code, case when w.place between 800 and 899 then v.subject end)
  from ops.diagnose((tests.job(p_key)).id) v join private.verdict_words() w using (code) where v.rank = 1
$$;
create function tests.mended(p_key text) returns text language sql as $$
  select (ops.repair(evidence ->> 'check')).verdict from ops.diagnose((tests.job(p_key)).id) where rank = 1
$$;
create function tests.report_delivery(p_channel text, p_changes integer, p_missed integer default 0) returns void language sql as $$
  select public.report_delivery(jsonb_build_array(jsonb_build_object('channel', p_channel, 'changes', p_changes,
    'terminal', 0, 'missed', p_missed, 'late', array_fill(0, array[12]), 'late_max_ms', 0)))
$$;
comment on function tests.reason(text) is 'The first verdict on a job, whole.';
comment on function tests.why(text, text) is 'What its owner is told first of a job, in a language.';
comment on function tests.named(text) is 'The code of the first verdict on a job; where it is about screens, with what it is about.';
comment on function tests.mended(text) is 'What the check finds, once mended, that the first verdict on a job names.';
comment on function tests.report_delivery(text, integer, integer) is 'What a client tells of its screen: so many changes by a channel, so many of them missed.';

-- Projects and models ---------------------------------------------------------------------------------------------

-- Publications ----------------------------------------------------------------------------------------------------

create function tests.enable_publishing(p_capacity integer default 5) returns integer
language plpgsql set search_path = '' as $$
begin
  update public.tools set is_enabled = true, settings = '{}' where lane = 'publication';
  return tests.enable_lane('publication', p_capacity);
end
$$;
comment on function tests.enable_publishing(integer) is 'Switches on all that can be published, without files, with so many slots.';

create function tests.connection_id(p_name text) returns uuid
language sql immutable set search_path = '' as $$
  select md5('connections/' || p_name)::uuid
$$;
comment on function tests.connection_id(text) is 'The id of the connection of that name, whether there is one or not.';

create function tests.connect(p_user text, p_name text, p_platform text default 'x') returns uuid
language sql set search_path = '' as $$
  insert into public.connections (id, user_id, platform, external_id, display_name)
  values (tests.connection_id(p_name), tests.user_id(p_user), p_platform, p_name, p_name) returning id
$$;
comment on function tests.connect(text, text, text) is 'A user''s account at a platform, connected; returns its id.';

create function tests.content(p_connection text, p_caption text, p_more jsonb default '{}') returns jsonb
language sql immutable set search_path = '' as $$
  select jsonb_build_object('connectionId', tests.connection_id(p_connection), 'groupId', md5('groups/' || p_caption)::uuid,
    'caption', p_caption, 'mediaFiles', '[]'::jsonb, 'media', '[]'::jsonb, 'settings', '{}'::jsonb,
    'allowDuplicate', false) || p_more
$$;
comment on function tests.content(text, text, jsonb) is 'What is published with the connection of that name.';

create function tests.publish(
  p_user text, p_key text, p_connection text, p_tool text default 'x_post', p_run_at timestamptz default null,
  p_priority integer default 0, p_more jsonb default '{}'
) returns uuid language sql set search_path = '' as $$
  select (public.create_job(tests.user_id(p_user), p_tool, tests.content(p_connection, p_key, p_more),
    p_priority => p_priority::smallint, p_run_at => p_run_at, p_idempotency_key => p_key)).id
$$;
comment on function tests.publish(text, text, text, text, timestamptz, integer, jsonb) is 'A user publishes a text with a connection; both the text and the job have the name p_key. Returns its id.';

create function tests.publication(p_key text) returns public.publications
language plpgsql stable set search_path = '' as $$
declare
  v_publication public.publications;
begin
  select * into strict v_publication from public.publications where job_id = (tests.job(p_key)).id;
  return v_publication;
end
$$;
comment on function tests.publication(text) is 'The publication whose job has that name.';

create function tests.line(p_connection text) returns text
language sql stable set search_path = '' as $$
  select string_agg(concat_ws(' ', j.idempotency_key, case when p.line = 'front' and j.status = 'pending' then 'ready'
    when p.line = 'front' then 'under way' else p.line end, '(' || p.hold || ')'), ', '
    order by case p.line when 'front' then 1 when 'held' then 2 when 'scheduled' then 3 else 4 end,
      p.priority desc, p.ticket, p.job_id)
  from public.publications p join public.jobs j on j.id = p.job_id
  where p.connection_id = tests.connection_id(p_connection) and p.line <> 'done'
$$;
comment on function tests.line(text) is 'The line of a connection, the front first: who is where, and why.';

create function tests.commit(p_key text, p_resubmit text default 'at_least_once', p_attempt integer default null)
returns text language sql set search_path = '' as $$
  select worker.commit_publication((tests.job(p_key)).id, (tests.attempt(p_key, p_attempt)).token,
    p_terms => jsonb_build_object('resubmit', p_resubmit)) ->> 'verdict'
$$;
comment on function tests.commit(text, text, integer) is 'A worker wants to commit a publication; returns the verdict.';

create function tests.take(p_key text, p_id text default 'post-1') returns public.job_status
language sql set search_path = '' as $$
  select worker.committed((tests.job(p_key)).id, (tests.attempt(p_key)).token, p_id, '{}', '{"ok": true}')
$$;
comment on function tests.take(text, text) is 'The platform has taken a publication''s commit.';

create function tests.post(p_key text, p_id text default 'post-1', p_attempt integer default null) returns text
language sql set search_path = '' as $$
  select worker.published((tests.job(p_key)).id, (tests.attempt(p_key, p_attempt)).token, p_id,
    'https://platform.test/' || p_id)
$$;
comment on function tests.post(text, text, integer) is 'A publication is there.';

create function tests.fail_publication(
  p_key text, p_class text, p_scope text default 'publication', p_retry_after_ms integer default null,
  p_all_over boolean default false, p_attempt integer default null
) returns text language sql set search_path = '' as $$
  select worker.publication_failed((tests.job(p_key)).id, (tests.attempt(p_key, p_attempt)).token,
    jsonb_build_object('class', p_class, 'scope', p_scope, 'code', 'out_of_luck', 'message', 'It did not work.',
      'retry_after_ms', p_retry_after_ms), p_all_over => p_all_over)
$$;
comment on function tests.fail_publication(text, text, text, integer, boolean, integer) is 'An attempt of a publication has come to nothing; out_of_luck.';

create function tests.project_id(p_name text) returns uuid language sql immutable set search_path = '' as $$
  select md5('tests/project/' || p_name)::uuid
$$;
comment on function tests.project_id(text) is 'The id of the project of that name, whether there is one or not.';

create function tests.create_project(p_user text, p_name text, p_nodes text[] default '{n1,n2}') returns uuid
language sql set search_path = '' as $$
  insert into public.projects (id, user_id, name, content)
  select tests.project_id(p_name), tests.user_id(p_user), p_name, jsonb_build_object('edges', '[]'::jsonb, 'nodes', coalesce(
    jsonb_agg(jsonb_build_object('id', node, 'type', 'image', 'data', jsonb_build_object('prompt', 'a ' || node))), '[]'))
  from unnest(p_nodes) node
  returning id
$$;
comment on function tests.create_project(text, text, text[]) is 'Makes a project of a user, with nodes of these ids, and returns its id.';

create function tests.node(p_project text, p_node text) returns jsonb language sql stable set search_path = '' as $$
  select node -> 'data' from public.projects, jsonb_array_elements(content -> 'nodes') node
  where id = tests.project_id(p_project) and node ->> 'id' = p_node
$$;
comment on function tests.node(text, text) is 'The data of a project''s node.';

create function tests.enable_effect(p_effect text, p_capacity integer default 1) returns integer
language plpgsql set search_path = '' as $$
declare
  v_account_id integer := tests.enable_echo(p_capacity);
begin
  update public.tools set effect = p_effect where tool = 'echo';
  return v_account_id;
end
$$;
comment on function tests.enable_effect(text, integer) is 'As enable_echo; and the jobs of "echo" have this effect.';

create function tests.create_job_for(p_user text, p_key text, p_metadata jsonb, p_input jsonb default '{}') returns uuid
language sql set search_path = '' as $$
  select (public.create_job(tests.user_id(p_user), 'echo', p_input, p_idempotency_key => p_key, p_metadata => p_metadata)).id
$$;
comment on function tests.create_job_for(text, text, jsonb, jsonb) is 'Creates a job of "echo" with this metadata and input, and returns its id.';

create function tests.create_node_job(p_user text, p_key text, p_project text, p_node text) returns uuid
language sql set search_path = '' as $$
  select tests.create_job_for(p_user, p_key, jsonb_build_object('projectId', tests.project_id(p_project), 'nodeId', p_node))
$$;
comment on function tests.create_node_job(text, text, text, text) is 'Creates a job of "echo" for a project''s node, and returns its id.';

create function tests.model(p_key text) returns public.ai_models language plpgsql stable set search_path = '' as $$
declare
  v_model public.ai_models;
begin
  select * into v_model from public.ai_models where "trainingJobId" = (tests.job(p_key)).id;
  return v_model;
end
$$;
comment on function tests.model(text) is 'The model that the job of that name trains; null if there is none.';

create function tests.outcome(p_key text) returns text language sql stable set search_path = '' as $$
  select outcome from public.job_effects where job_id = (tests.job(p_key)).id
$$;
comment on function tests.outcome(text) is 'What became of the effect of the job of that name; null while nothing has.';

create function tests.make_pending(p_key text) returns void language sql set search_path = '' as $$
  insert into private.pending_effects (job_id, project_id, is_new, made_at)
  select id, case effect when 'project_node' then private.project_of(metadata) end, false, private.now() from tests.job(p_key);
  insert into public.job_effects as e (job_id, user_id, effect, outcome, updated_at)
  select id, user_id, effect, 'pending', private.now() from tests.job(p_key)
  on conflict (job_id) do update set outcome = 'pending'
$$;
comment on function tests.make_pending(text) is 'As if there had been no time for the effect of the job of that name when it ended.';

create function tests.commit() returns void language plpgsql set search_path = '' as $$
begin
  perform set_config('esteira.effect', '', true);
  set constraints all immediate;
  set constraints all deferred;
  perform set_config('esteira.effect', '', true);
end
$$;
comment on function tests.commit() is 'Does what is put off until the transaction commits: effects.';

-- What there is ---------------------------------------------------------------------------------------------------

create view tests.functions as
select p.oid, p.oid::regprocedure as signature, p.pronamespace::regnamespace::text as schema_name, p.proconfig
from pg_proc p
where p.pronamespace::regnamespace::text in ('public', 'private', 'worker', 'ops', 'ops_api')
  and not exists (select from pg_depend d where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e');
comment on view tests.functions is 'The functions of our schemas, but those of extensions.';

create view tests.tables as
select c.oid, format('%s.%s', c.relnamespace::regnamespace, c.relname) as name, c.relkind, c.relrowsecurity
from pg_class c
where c.relnamespace::regnamespace::text in ('public', 'private', 'worker', 'ops', 'ops_api') and c.relkind in ('r', 'p', 'v', 'm', 'f')
  and not exists (select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e');
comment on view tests.tables is 'The tables and views of our schemas, but those of extensions.';

create function tests.grants(p_table regclass, p_role name) returns text
language sql stable set search_path = '' as $$
  with columns as (
    select attname, attnum from pg_catalog.pg_attribute where attrelid = p_table and attnum > 0 and not attisdropped
  ), by_column as (
    select lower(privilege) as privilege, count(*) = (select count(*) from columns) as is_whole,
      string_agg(attname, ', ' order by attnum) as names
    from columns, unnest(array['SELECT', 'INSERT', 'UPDATE', 'REFERENCES']) privilege
    where has_column_privilege(p_role, p_table, attnum, privilege)
    group by 1
  ), by_table as (
    select lower(privilege) as privilege from unnest(array['DELETE', 'TRUNCATE', 'TRIGGER']) privilege
    where has_table_privilege(p_role, p_table, privilege)
  )
  select coalesce(string_agg(grant_text, '; ' order by grant_text), '') from (
    select privilege || case when is_whole then '' else format(' (%s)', names) end from by_column
    union all select privilege from by_table
  ) grants (grant_text)
$$;
comment on function tests.grants(regclass, name) is 'What a role may do with a table: "select; update (a, b)"; with the columns, unless it is all of them. Empty: nothing.';

create function tests.serve(p_lane text) returns text[]
language plpgsql set search_path = '' as $$
declare
  v_served text[] := '{}';
  v_key text;
begin
  perform private.dispatch(p_lane);
  loop
    select idempotency_key into strict v_key
    from (select min(idempotency_key) as idempotency_key from public.jobs where lane = p_lane and status = 'processing') j;
    exit when v_key is null;
    v_served := v_served || v_key;
    perform tests.complete(v_key);
  end loop;
  return v_served;
end
$$;
comment on function tests.serve(text) is 'Completes the running job of a lane with one slot until nothing runs, and returns the names in the order in which they ran.';

create function tests.deploy() returns void language plpgsql set search_path = '' as $$
begin
  delete from vault.secrets where name in ('project_url', 'worker_secret_key');
  perform vault.create_secret('http://project.test', 'project_url');
  perform vault.create_secret('sb_secret_tests', 'worker_secret_key');
end
$$;
comment on function tests.deploy() is 'Stores the secrets that the database needs to wake the worker.';

create function tests.pokes() returns table (url text, headers jsonb, body jsonb)
language sql stable set search_path = '' as $$
  select url, headers, convert_from(body, 'UTF8')::jsonb from net.http_request_queue
  where url like 'http://project.test/%' order by id
$$;
comment on function tests.pokes() is 'The wake-ups that are queued at pg_net.';

-- Assertions: pgTAP's own functions find each other by the search path ---------------------------------------------

create function tests.refuses(p_sql text, p_http integer, p_code text, p_hint text, p_description text) returns text
language plpgsql set search_path = extensions as $$
declare
  v_state text := 'no error';
  v_detail text;
  v_hint text;
begin
  begin
    execute p_sql;
  exception when others then
    get stacked diagnostics v_state = returned_sqlstate, v_detail = pg_exception_detail, v_hint = pg_exception_hint;
  end;
  if v_hint like '{%' then -- as object, or the field in it
    v_hint := case when p_hint like '{%' then v_hint::jsonb::text else v_hint::jsonb ->> 'field' end;
    p_hint := case when p_hint like '{%' then p_hint::jsonb::text else p_hint end;
  end if;
  return extensions.is(concat_ws(' ', v_state, v_detail, nullif(v_hint, '')),
    concat_ws(' ', 'PT' || p_http, p_code, p_hint), p_description);
end
$$;
comment on function tests.refuses(text, integer, text, text, text) is 'Asserts that a statement ends with the HTTP status, the code in detail and the hint of private.refuse: the field at fault (null: none), or all of it as a JSON object.';

create function tests.limited(p_limit bigint, p_retry_at timestamptz default null) returns text language sql set search_path = '' as $$
  select jsonb_strip_nulls(jsonb_build_object('limit', p_limit,
    'retryAt', to_char(p_retry_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')))::text
$$;
comment on function tests.limited(bigint, timestamptz) is 'The hint of a refusal for a limit, for tests.refuses.';

create function tests.violates(p_sql text, p_constraint text) returns text
language plpgsql set search_path = extensions as $$
declare
  v_message text := 'no error';
  v_constraint text := '';
begin
  begin
    execute p_sql;
  exception when others then
    get stacked diagnostics v_message = message_text, v_constraint = constraint_name;
  end;
  return extensions.is(coalesce(nullif(v_constraint, ''), v_message), p_constraint, p_constraint);
end
$$;
comment on function tests.violates(text, text) is 'Asserts that a statement is refused by the constraint of that name.';

-- What the roles of the Data API may use: to become somebody and to assert, not to act.
-- Connections -----------------------------------------------------------------------------------------------------

create function tests.connect_account(
  p_user text, p_platform text default 'x', p_account text default '1001', p_tokens jsonb default '{}'
) returns uuid language plpgsql set search_path = '' as $$
begin
  return (worker.save_connection(tests.user_id(p_user), p_platform,
    jsonb_build_object('external_id', p_account, 'display_name', '@' || p_account, 'scopes', '["tweet.write"]'::jsonb),
    '{"access_token": "access-1", "refresh_token": "refresh-1", "expires_in": 7200}' || p_tokens)).id;
end
$$;
comment on function tests.connect_account(text, text, text, jsonb) is 'Connects an account of a user at a platform and returns the connection''s id. p_tokens: over access-1 and refresh-1, which lasts two hours.';

create function tests.connection(p_id uuid) returns public.connections
language sql stable set search_path = '' as $$
  select * from public.connections where id = p_id
$$;
comment on function tests.connection(uuid) is 'A connection as it stands.';

create function tests.freed() returns uuid[] language plpgsql set search_path = '' as $$
declare
  v_ids uuid[];
begin
  with gone as (delete from private.freed_connections where true returning connection_id)
  select coalesce(array_agg(distinct connection_id), '{}') into v_ids from gone;
  return v_ids;
end
$$;
comment on function tests.freed() is 'The connections whose lines may go on since this was asked last.';

revoke execute on all functions in schema tests from public;
grant usage on schema tests to anon, authenticated, service_role;
grant execute on function tests.user_id(text), tests.project_id(text), tests.become(text, jsonb), tests.as_user(text), tests.as_admin(text),
  tests.as_gone(text, text), tests.know(text), tests.make_operator(text, text),
  tests.as_anon(), tests.as_service(), tests.reset(), tests.refuses(text, integer, text, text, text)
  to anon, authenticated, service_role;
commit;

begin;
select plan(10);

select tests.create_user('ana', 7);
select is(tests.balance('ana'), 7, 'a user has the credits given');
select tests.as_user('ana');
select is(current_user::text, 'authenticated', 'as_user changes the role');
select is(auth.uid(), tests.user_id('ana'), 'as_user tells who it is');
select tests.as_anon();
select is(auth.uid(), null, 'as_anon is nobody');
select tests.as_service();
select is(current_user::text, 'service_role', 'as_service changes the role');
select tests.reset();
select is(current_user, session_user, 'reset goes back');

select tests.freeze('2026-01-02 03:04:05Z');
select is(private.now(), '2026-01-02 03:04:05Z', 'freeze stops the clock');

select tests.enable_echo(2);
select tests.enable_echo(1);
select tests.create_job('ana', 'one'), tests.create_job('ana', 'two');
select is(tests.running(), '{one}', 'a lane can be enabled again with another capacity');

select tests.refuses(
  'select private.refuse(418, ''teapot'', ''I am one.'', ''pot'')', 418, 'teapot', 'pot',
  'refuses reads a refusal');
select tests.violates(
  'insert into public.credit_accounts (user_id, balance) values (tests.user_id(''bo''), -1)',
  'balances_are_never_negative');

select * from finish();
rollback;
