-- Batches: the steps of a job's life that are taken for many jobs at once, in a few statements rather than a few for each.
--
-- They promise what the single forms promise; those tell the story, here it is told of sets. create_jobs makes all of a
-- batch or none of it. What workers report is another matter: each job has its own verdict, and one that is out of date
-- keeps none of the others from being written down.
--
-- Locks. The order of the queue room, and within each kind the order of ids: two batches that share jobs wait for each
-- other in one direction only.

-- Creating ------------------------------------------------------------------------------------------------------

create type private.refusal as (http integer, code text, message text, field text);
comment on type private.refusal is 'What private.refuse is to raise.';

create type private.wish as (
  n integer, tool text, lane text, input jsonb, priority smallint, run_at timestamptz, idempotency_key text, metadata jsonb,
  refusal private.refusal, id uuid, is_new boolean
);
comment on type private.wish is
  'The n-th job of a batch that is to be created: what is asked for, what is wrong with it in itself, and the job that stands for it: a new one, or that of an idempotency key used before.';

create function private.refusal_of(p_wish jsonb, p_tool public.tools) returns private.refusal
language plpgsql immutable set search_path = '' as $$
begin
  if p_tool.tool is null then return (404, 'unknown_tool', format('There is no tool %L.', p_wish ->> 'tool'), 'tool')::private.refusal; end if;
  if not p_tool.is_enabled then return (409, 'tool_disabled', format('The tool %s is switched off.', p_tool.tool), 'tool')::private.refusal; end if;
  if jsonb_typeof(p_wish -> 'input') is distinct from 'object' then return (422, 'invalid_input', 'The input is a JSON object.', 'input')::private.refusal; end if;
  -- The rest may be left out, or null.
  if jsonb_typeof(p_wish -> 'metadata') not in ('object', 'null') then
    return (422, 'invalid_input', 'The metadata is a JSON object.', 'metadata')::private.refusal;
  end if;
  if jsonb_typeof(p_wish -> 'priority') <> 'null'
     and not (jsonb_typeof(p_wish -> 'priority') = 'number' and pg_input_is_valid(p_wish ->> 'priority', 'smallint')) then
    return (422, 'invalid_input', 'A priority is a whole number from -32768 to 32767.', 'priority')::private.refusal;
  end if;
  if jsonb_typeof(p_wish -> 'run_at') <> 'null'
     and not (jsonb_typeof(p_wish -> 'run_at') = 'string' and pg_input_is_valid(p_wish ->> 'run_at', 'timestamptz')) then
    return (422, 'invalid_input', 'A time is text in ISO 8601.', 'run_at')::private.refusal;
  end if;
  if jsonb_typeof(p_wish -> 'idempotency_key') not in ('string', 'null') then
    return (422, 'invalid_input', 'An idempotency key is text.', 'idempotency_key')::private.refusal;
  end if;
  if p_wish - '{tool,input,priority,run_at,idempotency_key,metadata}'::text[] <> '{}' then
    return (422, 'invalid_input', 'A job says tool, input, priority, run_at, idempotency_key and metadata, and nothing else.', 'jobs')::private.refusal;
  end if;
  return null;
end
$$;
comment on function private.refusal_of(jsonb, public.tools) is 'The first thing that is wrong with what is asked of a tool, taken by itself; null: nothing.';

create function private.read_wishes(p_user_id uuid, p_jobs jsonb) returns private.wish[]
language plpgsql set search_path = '' as $$
begin
  return (
    with read as materialized (
      select w.n, w.wish, t.lane, private.refusal_of(w.wish, t) as refusal, private.uuid_v7() as id, w.wish ->> 'idempotency_key' as key
      from jsonb_array_elements(p_jobs) with ordinality w (wish, n) left join public.tools t on t.tool = w.wish ->> 'tool'
    ), first as ( -- one key, one job, also within the batch
      select r.*, case when r.key is null then r.id else first_value(r.id) over (partition by r.key order by r.n) end as first_id from read r
    )
    select array_agg(case
      when (f.refusal).code is not null then (f.n, f.wish ->> 'tool', null, null, null, null, null, null, f.refusal, null, false)::private.wish
      else (f.n, f.wish ->> 'tool', f.lane, f.wish -> 'input', coalesce((f.wish ->> 'priority')::smallint, 0), (f.wish ->> 'run_at')::timestamptz,
        f.key, coalesce(nullif(f.wish -> 'metadata', 'null'), '{}'), null, coalesce(j.id, f.first_id), j.id is null and f.id = f.first_id)::private.wish
      end order by f.n)
    from first f left join public.jobs j on j.user_id = p_user_id and j.idempotency_key = f.key);
end
$$;
comment on function private.read_wishes(uuid, jsonb) is 'Reads a batch (the argument of create_jobs) of a user whose creates the caller has locked.';

create function private.refuse_first(p_user_id uuid, p_wishes private.wish[], p_balance integer) returns jsonb[]
language plpgsql set search_path = '' as $$
declare
  v_bad record; -- the first that is wrong in itself, or that the balance does not reach
  v_uploads jsonb[];
begin
  select w.n, w.refusal, w.credit_cost into v_bad from (
    select u.n, u.is_new, u.refusal, t.credit_cost, sum(t.credit_cost) filter (where u.is_new) over (order by u.n) as total
    from unnest(p_wishes) u left join public.tools t on t.tool = u.tool) w
  where (w.refusal).code is not null or (w.is_new and w.credit_cost > 0 and w.total > p_balance)
  order by w.n limit 1;
  -- Its files come before its price; and the files of those before it before all else.
  if exists (select from unnest(p_wishes) w join public.tools t on t.tool = w.tool where t.settings ? 'files') then
    v_uploads := array(
      select case when w.is_new and w.n <= coalesce(v_bad.n, w.n) then private.check_input_files(
        p_user_id, (select t.settings -> 'files' from public.tools t where t.tool = w.tool), w.input) end
      from (select * from unnest(p_wishes) u order by u.n offset 0) w);
  end if;
  if (v_bad.refusal).code is not null then
    perform private.refuse((v_bad.refusal).http, (v_bad.refusal).code, (v_bad.refusal).message, (v_bad.refusal).field);
  elsif v_bad.n is not null then
    perform private.refuse(402, 'insufficient_credits', format('This costs %s credits, more than there are.', v_bad.credit_cost));
  end if;
  return v_uploads;
end
$$;
comment on function private.refuse_first(uuid, private.wish[], integer) is
  'Raises what is wrong with the first wish that cannot be met: in itself, with its files, or that the balance does not reach so far. Otherwise returns, for each, the upload entries of the history.';

create function private.charge_wishes(p_user_id uuid, p_wishes private.wish[], p_balance integer) returns void
language plpgsql set search_path = '' as $$
begin
  with costs as materialized (
    select w.n, w.id, t.credit_cost as cost from unnest(p_wishes) w join public.tools t on t.tool = w.tool
    where w.is_new and t.credit_cost > 0
  ), paid as (
    update public.credit_accounts set balance = p_balance - (select sum(cost) from costs), updated_at = private.now()
    where user_id = p_user_id and exists (select from costs)
  )
  insert into public.credit_entries (user_id, job_id, kind, amount, balance_after)
  select p_user_id, id, 'charge', -cost, p_balance - sum(cost) over (order by n) from costs order by n;
end
$$;
comment on function private.charge_wishes(uuid, private.wish[], integer) is 'Takes the price of each new job from a balance that is locked and suffices, in their order.';

create function private.insert_wishes(p_user_id uuid, p_wishes private.wish[], p_uploads jsonb[], p_balance integer, p_at timestamptz) returns void
language plpgsql set search_path = '' as $$
begin
  with fresh as materialized (
    select w.*, case when w.run_at > p_at then w.run_at end as runs_at, t.credit_cost, t.max_attempts, t.effect,
      p_balance - sum(t.credit_cost) over (order by w.n) as balance
    from unnest(p_wishes) w join public.tools t on t.tool = w.tool where w.is_new
  ), lanes as materialized (
    select s.lane, count(*) filter (where s.job_id is null and not s.is_retiring) as available, count(s.job_id) as running
    from private.slots s where s.lane in (select lane from fresh) group by s.lane
  ), tickets as materialized ( -- nobody else takes any: this user's creates go one at a time
    select p.lane, p.priority, greatest(t.last_ticket, c.virtual_time, 0) as last
    from (select distinct lane, priority from fresh) p
    left join private.tickets t on t.user_id = p_user_id and t.lane = p.lane and t.priority = p.priority
    left join private.clocks c on c.lane = p.lane and c.priority = p.priority
  ), placed as materialized (
    select f.*, k.last + row_number() over (partition by f.lane, f.priority order by f.n) as ticket
    from fresh f join tickets k on k.lane = f.lane and k.priority = f.priority
  ), taken as (
    insert into private.tickets (lane, user_id, priority, last_ticket)
    select lane, p_user_id, priority, max(ticket) from placed group by lane, priority
    on conflict (user_id, lane, priority) do update set last_ticket = excluded.last_ticket
  ), line as ( -- those who wait already, as far as positions are counted, and the newcomers among them
    select lane, priority, ticket, id, n, runs_at is null as is_ready from placed
    union all
    select l.lane, j.priority, j.ticket, j.id, null, true from (select distinct lane from fresh) l, lateral (
      select * from public.jobs w where w.lane = l.lane and w.status = 'pending' and w.run_at is null
      order by w.priority desc, w.ticket, w.id limit 1000) j
  ), positions as materialized (
    select n, 1 + least(1000, count(*) filter (where is_ready) over (
      partition by lane order by priority desc, ticket, id rows between unbounded preceding and 1 preceding)) as position
    from line
  )
  insert into public.jobs (id, user_id, tool, lane, effect, current_step, input, priority, ticket, max_attempts, run_at,
    credits_charged, idempotency_key, metadata, created_at, queued_at, updated_at, step_history)
  select w.id, p_user_id, w.tool, w.lane, w.effect, 'queued', w.input, w.priority, w.ticket, w.max_attempts, w.runs_at,
    w.credit_cost, w.idempotency_key, w.metadata, p_at, p_at, p_at,
    coalesce(p_uploads[w.n], '[]') || private.first_steps(p_at, w.credit_cost, w.balance, l.available, l.running, p.position, w.runs_at)
  from placed w join positions p on p.n = w.n left join lanes l on l.lane = w.lane
  order by w.n;
end
$$;
comment on function private.insert_wishes(uuid, private.wish[], jsonb[], integer, timestamptz) is
  'Writes the new jobs of a batch, each with its place in the order and its history so far. p_uploads: their first entries; p_balance: before anything was paid.';

create function public.create_jobs(p_user_id uuid, p_jobs jsonb, p_caller_drains boolean default false)
returns setof public.jobs
language plpgsql security definer set search_path = '' set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
declare
  v_wishes private.wish[];
  v_balance integer;
  v_uploads jsonb[];
  v_ids uuid[];
  v_is_many boolean;
  v_lane text;
begin
  if jsonb_typeof(p_jobs) is distinct from 'array' or jsonb_array_length(p_jobs) not between 1 and 1000 then
    perform private.refuse(422, 'invalid_input', 'The jobs are an array of 1 to 1,000.', 'jobs');
  end if;
  perform pg_advisory_xact_lock(hashtextextended('esteira.create_job:' || p_user_id, 0)); -- one create of a user at a time
  v_wishes := private.read_wishes(p_user_id, p_jobs);
  select balance into v_balance from public.credit_accounts where user_id = p_user_id for update;
  v_balance := coalesce(v_balance, 0);
  v_uploads := private.refuse_first(p_user_id, v_wishes, v_balance);
  perform private.charge_wishes(p_user_id, v_wishes, v_balance);
  -- Many are told of together: more than a screen shows, and than a client could follow one by one.
  v_ids := array(select id from unnest(v_wishes) where is_new order by n);
  v_is_many := cardinality(v_ids) > 20;
  if v_is_many then perform set_config('esteira.broadcast', 'together', true); end if;
  perform private.insert_wishes(p_user_id, v_wishes, v_uploads, v_balance, private.now());
  if v_is_many then
    perform set_config('esteira.broadcast', '', true);
    perform private.broadcast('jobs:' || p_user_id, 'jobs_created', jsonb_build_object(
      'count', cardinality(v_ids), 'ids', to_jsonb(v_ids[:100]), 'at', clock_timestamp()), null);
  end if;

  -- Dispatched together: what starts is the whole batch's first. What then still waits is what counts as waiting.
  for v_lane in select distinct lane from unnest(v_wishes) where is_new order by lane loop
    while private.dispatch(v_lane, p_poke => not p_caller_drains) = 100 loop null; end loop;
    perform private.check_waiting_limit(v_lane, p_user_id, p_more => 0);
  end loop;
  return query select j.* from unnest(v_wishes) w join public.jobs j on j.id = w.id order by w.n;
end
$$;
comment on function public.create_jobs(uuid, jsonb, boolean) is
  'Creates up to 1,000 jobs of a user, all or none. p_jobs: [{tool, input, priority?, run_at?, idempotency_key?, metadata?}]. Returns them in that order. Errors: as create_job, and 422 invalid_input for whatever is not of its type; the first one is raised and nothing is written or charged. max_waiting_per_user counts what has not started with the batch.';
revoke execute on function public.create_jobs(uuid, jsonb, boolean) from public, anon, authenticated;
grant execute on function public.create_jobs(uuid, jsonb, boolean) to service_role;

-- Reporting -----------------------------------------------------------------------------------------------------

create type private.report as (n integer, job_id uuid, token uuid, queue text, msg_id bigint, said jsonb, verdict text);
comment on type private.report is 'The n-th of what a worker reports at once: the attempt by its token, the message to acknowledge, what it said, and what became of that.';

create function private.lock_reported(p_items jsonb) returns private.report[]
language plpgsql set search_path = '' set plan_cache_mode = force_generic_plan as $$
declare
  v_reports private.report[];
begin
  if jsonb_typeof(p_items) is distinct from 'array' or jsonb_array_length(p_items) not between 1 and 1000 or exists (
    select from jsonb_array_elements(p_items) i
    where jsonb_typeof(i) <> 'object' or not pg_input_is_valid(coalesce(i ->> 'job_id', ''), 'uuid')
      or not pg_input_is_valid(coalesce(i ->> 'token', ''), 'uuid') or not pg_input_is_valid(coalesce(i ->> 'msg_id', '0'), 'bigint'))
  then
    perform private.refuse(422, 'invalid_input', 'The items are an array of 1 to 1,000 objects with job_id and token.', 'items');
  end if;
  v_reports := array(
    select (i.n, (i.item ->> 'job_id')::uuid, (i.item ->> 'token')::uuid, i.item ->> 'queue', (i.item ->> 'msg_id')::bigint, i.item, null)::private.report
    from jsonb_array_elements(p_items) with ordinality i (item, n));
  if (select count(distinct job_id) from unnest(v_reports)) < cardinality(v_reports) then
    perform private.refuse(422, 'invalid_input', 'Each job is named once.', 'items');
  end if;
  -- No stronger than an update: somebody who holds one of these jobs may be about to refer to another of them.
  perform from public.jobs where id in (select job_id from unnest(v_reports)) order by id for no key update;
  perform from public.job_attempts a where (a.job_id, a.token) in (select job_id, token from unnest(v_reports))
  order by a.job_id, a.attempt for no key update;
  return v_reports;
end
$$;
comment on function private.lock_reported(jsonb) is
  'Reads what a worker reports ([{job_id, token, queue?, msg_id?, …}]) and locks its jobs, then their attempts with these tokens. Error: 422 invalid_input.';

create function private.acknowledge_reports(p_reports private.report[]) returns void
language plpgsql set search_path = '' as $$
begin
  perform private.delete_messages(m.queue, m.ids) from (
    select queue, array_agg(msg_id) as ids from unnest(p_reports)
    where verdict <> 'stale_token' and queue is not null and msg_id is not null group by queue) m;
end
$$;
comment on function private.acknowledge_reports(private.report[]) is 'Deletes the messages of reports that were dealt with.';

create function worker.submitted_many(p_items jsonb) returns table (job_id uuid, verdict text)
language plpgsql security definer set search_path = '' set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
declare
  v_reports private.report[] := private.lock_reported(p_items);
  v_now timestamptz := private.now();
begin
  v_reports := array(
    select (r.n, r.job_id, r.token, r.queue, r.msg_id, r.said, coalesce(j.status::text, 'stale_token'))::private.report
    from unnest(v_reports) r
    left join public.job_attempts a on a.job_id = r.job_id and a.token = r.token left join public.jobs j on j.id = a.job_id);
  update public.job_attempts a set external_id = r.said ->> 'external_id', submitted_at = v_now,
    raw_api_response = coalesce(nullif(r.said -> 'raw', 'null'), a.raw_api_response),
    checkpoint = a.checkpoint || coalesce(r.said -> 'checkpoint', '{}'),
    phase = case when a.phase in ('settling', 'finished') then a.phase else 'submitted' end
  from unnest(v_reports) r where a.job_id = r.job_id and a.token = r.token;
  update public.jobs j set request_id = a.external_id,
    current_step = case j.current_step when 'starting' then 'running' else j.current_step end,
    step_history = case j.current_step
      when 'starting' then j.step_history || private.step('running', v_now, jsonb_build_object('taskId', a.external_id) || coalesce(r.said -> 'details', '{}'))
      else j.step_history end
  from unnest(v_reports) r join public.job_attempts a on a.job_id = r.job_id and a.token = r.token
  where j.id = r.job_id and j.status = 'processing' and j.attempt = a.attempt;
  perform private.acknowledge_reports(v_reports);
  return query select r.job_id, r.verdict from unnest(v_reports) r order by r.n;
end
$$;
comment on function worker.submitted_many(jsonb) is
  'Providers have taken these tasks: worker.submitted for 1 to 1,000 jobs, each once. p_items: [{job_id, token, external_id, raw?, details?, checkpoint?, queue?, msg_id?}]. Returns for each, in their order, the job''s status, or stale_token, which changes nothing. Error: 422 invalid_input.';
grant execute on function worker.submitted_many(jsonb) to service_role;

create function private.free_slots(p_job_ids uuid[]) returns text[]
language plpgsql set search_path = '' set plan_cache_mode = force_generic_plan as $$
declare
  v_lanes text[];
begin
  perform from private.slots where job_id = any (p_job_ids) order by slot_id for update;
  with freed as (
    update private.slots s set job_id = null
    where s.job_id = any (p_job_ids) and not exists (select from private.slots r where r.account_id = s.account_id and r.is_retiring)
    returning s.lane
  )
  select array_agg(distinct lane) into v_lanes from freed;
  -- Where slots retire, it matters which of them goes.
  return array(
    select distinct l.lane from (
      select unnest(v_lanes) as lane
      union all
      select s.lane from (select * from private.slots where job_id = any (p_job_ids) order by slot_id) s where private.free_slot(s.job_id)) l
    order by l.lane);
end
$$;
comment on function private.free_slots(uuid[]) is 'Takes the slots from jobs that hold one, and returns the lanes that they were in, in order. The caller dispatches those.';

create function worker.complete_many(p_items jsonb) returns table (job_id uuid, verdict text)
language plpgsql security definer set search_path = '' set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
declare
  v_reports private.report[] := private.lock_reported(p_items);
  v_now timestamptz := private.now();
  v_lane text;
begin
  perform set_config('esteira.effect', 'holds', true); -- whoever ends many jobs waits for no project or model (results room)
  v_reports := array(
    select (r.n, r.job_id, r.token, r.queue, r.msg_id, r.said, case
      when a.job_id is null then 'stale_token' when a.outcome = 'succeeded' then 'duplicate'
      when j.completed_at is not null then 'late' else 'completed' end)::private.report
    from unnest(v_reports) r
    left join public.job_attempts a on a.job_id = r.job_id and a.token = r.token left join public.jobs j on j.id = a.job_id);
  update public.jobs j set status = 'completed', current_step = 'completed', completed_at = v_now, run_at = null, progress = 100,
    output = nullif(r.said -> 'output', 'null'), output_url = r.said ->> 'output_url', request_id = coalesce(a.external_id, j.request_id),
    step_history = j.step_history || private.step('completed', v_now, jsonb_build_object('outputUrl', r.said ->> 'output_url'))
  from unnest(v_reports) r join public.job_attempts a on a.job_id = r.job_id and a.token = r.token
  where j.id = r.job_id and r.verdict = 'completed';
  perform private.end_attempts(r.job_id, 'superseded', v_now, p_except => r.token) -- what a newer attempt is doing is in vain
  from unnest(v_reports) r join public.job_attempts a on a.job_id = r.job_id and a.token = r.token join public.jobs j on j.id = a.job_id
  where r.verdict = 'completed' and a.attempt <> j.attempt;
  update public.job_attempts a set phase = 'finished', finished_at = coalesce(a.finished_at, v_now),
    outcome = case r.verdict when 'completed' then 'succeeded' else 'orphaned' end,
    raw_api_response = coalesce(nullif(r.said -> 'raw', 'null'), a.raw_api_response)
  from unnest(v_reports) r where a.job_id = r.job_id and a.token = r.token and r.verdict in ('completed', 'late');
  perform private.acknowledge_reports(v_reports);
  foreach v_lane in array private.free_slots(array(select r.job_id from unnest(v_reports) r where r.verdict = 'completed')) loop
    while private.dispatch(v_lane, p_poke => false) = 100 loop null; end loop;
  end loop;
  return query select r.job_id, r.verdict from unnest(v_reports) r order by r.n;
end
$$;
comment on function worker.complete_many(jsonb) is
  'These results are stored: worker.complete for 1 to 1,000 jobs, each once. p_items: [{job_id, token, output, output_url?, raw?, queue?, msg_id?}]. Returns for each, in their order, completed, duplicate, late, or stale_token, which changes nothing. Error: 422 invalid_input.';
grant execute on function worker.complete_many(jsonb) to service_role;

revoke execute on all functions in schema private, worker, ops from public;
