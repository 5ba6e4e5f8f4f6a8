-- Queue: who runs next, and the life of an attempt until the provider has it.
--
-- The order of waiting jobs lives in `jobs`; pgmq carries only what has been given a slot. So a queue is never longer
-- than its lane has slots, a read costs the same whatever the backlog, and the limit is exact.
--
-- Order. A job takes a ticket when it is created: one more than its user's last ticket in the lane, or than the lane's
-- virtual time, whichever is later (start-time fair queueing). Dispatch serves the lowest ticket and moves the virtual
-- time to it. A user's thousand jobs so interleave with everybody else's; a lone user gets first in, first out.
-- Urgent jobs go before all others, so each priority is an order of its own, with its own clock and its own tickets.
--
-- Locks. Whoever waits, waits in this order:
--     lane → account → user (an advisory lock: one create at a time) → job → slot → attempt → credit account
--     → project or model (when the transaction commits; see the results room)
-- (retry_job locks its ended job first of all; nobody who holds one of the others waits for that.) A transaction
-- waits for the slot of no job but the one that it has locked (free_slot looks at a retiring one of the same account
-- too, and skips it when it is locked). dispatch alone takes slots before jobs and
-- other people's jobs at all: it waits for nothing, it skips what is locked. So no two transactions wait for each other.
--
-- Plans. Functions that join arrays ask for generic plans: the planner would otherwise plan for each array anew, because
-- it knows the length of the one that it is given, and that takes longer than the joining. Such a plan is kept, perhaps
-- from a time when the tables were small: so none may read them from end to end (enable_seqscan). For the same reason
-- the three things that are done with a queue all the time are prepared once in a session (see Messages); pgmq's own
-- functions parse and plan them at every call, because the name of the table varies. What is rare is left to those.

-- Tickets -------------------------------------------------------------------------------------------------------

create table private.clocks (
  lane text not null references private.lanes (lane) on delete cascade,
  priority smallint not null,
  virtual_time bigint not null default 0,
  primary key (lane, priority)
) with (fillfactor = 50); -- changes with every dispatch: leave room for updates in place
alter table private.clocks enable row level security;
comment on table private.clocks is 'The clock of the fair order, for each priority of a lane: where a newcomer''s ticket begins.';
comment on column private.clocks.virtual_time is 'The highest ticket served so far.';

create table private.tickets (
  lane text not null references private.lanes (lane) on delete cascade,
  user_id uuid not null references auth.users (id) on delete cascade,
  priority smallint not null,
  last_ticket bigint not null,
  primary key (user_id, lane, priority)
) with (fillfactor = 70);
alter table private.tickets enable row level security;
comment on table private.tickets is 'The last ticket of each user in each lane and priority.';

create function private.take_ticket(p_lane text, p_user_id uuid, p_priority smallint) returns bigint
language plpgsql volatile set search_path = '' as $$
declare
  v_ticket bigint;
begin
  insert into private.tickets as t (lane, user_id, priority, last_ticket)
  values (p_lane, p_user_id, p_priority, 1 + coalesce(
    (select virtual_time from private.clocks where lane = p_lane and priority = p_priority), 0))
  on conflict (user_id, lane, priority) do update
    set last_ticket = greatest(t.last_ticket + 1, excluded.last_ticket)
  returning last_ticket into v_ticket;
  return v_ticket;
end
$$;
comment on function private.take_ticket(text, uuid, smallint) is 'Gives a user the next ticket of a lane and priority.';

create type private.start as (
  job_id uuid, attempt smallint, user_id uuid, slot_id bigint, account_id integer, priority smallint, ticket bigint
);
comment on type private.start is 'A job that has just been given a slot: the attempt that begins, and the place in the order that was served.';

create function private.advance_clocks(p_lane text, p_starts private.start[]) returns void
language plpgsql set search_path = '' set plan_cache_mode = force_generic_plan as $$
begin
  -- A lost advance makes the order a shade older; waiting for it would make the clock a queue of its own. That goes for
  -- making the row as well: "on conflict do nothing" waits for whoever is just changing the row that is there.
  if exists (select from unnest(p_starts) s left join private.clocks c on c.lane = p_lane and c.priority = s.priority where c.lane is null) then
    insert into private.clocks (lane, priority)
    select p_lane, n.priority from (select distinct priority from unnest(p_starts)) n
    where not exists (select from private.clocks c where c.lane = p_lane and c.priority = n.priority)
      and pg_try_advisory_xact_lock(hashtextextended('esteira.clock:' || p_lane || ':' || n.priority, 0))
    on conflict do nothing;
  end if;
  with behind as (
    select c.priority, s.ticket from private.clocks c
    join (select priority, max(ticket) as ticket from unnest(p_starts) group by priority) s using (priority)
    where c.lane = p_lane and c.virtual_time < s.ticket
    for update of c skip locked
  )
  update private.clocks c set virtual_time = behind.ticket from behind where c.lane = p_lane and c.priority = behind.priority;
end
$$;
comment on function private.advance_clocks(text, private.start[]) is 'Moves a lane''s clocks to the tickets just served.';

-- Messages --------------------------------------------------------------------------------------------------------

create type private.message as (msg_id bigint, read_count integer, job_id uuid, attempt smallint, kind text);
comment on type private.message is
  'A message that was read; {job_id, attempt, kind?} is what all of ours say. No kind: to submit, or to settle after a webhook; poll, cancel: to settle.';

create function private.prepared(p_act text, p_queue text) returns text
language plpgsql set search_path = '' as $$
declare
  v_name text := concat_ws('_', 'esteira', p_act, p_queue);
begin
  -- Looked up each time: a rollback does not take a prepared statement back, but a pooler may ("discard all").
  if not exists (select from pg_catalog.pg_prepared_statements where name = v_name) then
    execute format(case p_act
      when 'send' then 'prepare %1$I (jsonb[]) as insert into pgmq.%2$I (vt, message) select clock_timestamp(), unnest($1)'
      when 'read' then 'prepare %1$I (interval, integer) as update pgmq.%2$I set vt = clock_timestamp() + $1, read_ct = read_ct + 1
        where msg_id = any (array(
          select msg_id from pgmq.%2$I where vt <= clock_timestamp() order by msg_id limit $2 for update skip locked))
        returning msg_id, read_ct, message'
      when 'delete' then 'prepare %1$I (bigint[]) as delete from pgmq.%2$I where msg_id = any ($1)'
    end, v_name, 'q_' || p_queue);
  end if;
  return v_name;
end
$$;
comment on function private.prepared(text, text) is
  'The name of the session''s prepared statement that does with a queue what pgmq.send_batch (act send: messages), pgmq.read (read: lease, how many) and pgmq.delete (delete: ids) do.';

create function private.send_messages(p_queue text, p_messages jsonb[]) returns void
language plpgsql set search_path = '' set plan_cache_mode = force_generic_plan as $$
begin
  execute format('execute %I (%L)', private.prepared('send', p_queue), p_messages);
end
$$;
comment on function private.send_messages(text, jsonb[]) is 'Puts messages into a queue, in their order, visible at once.';

create function private.read_messages(p_queue text, p_lease interval, p_qty integer) returns private.message[]
language plpgsql set search_path = '' set plan_cache_mode = force_generic_plan as $$
declare
  v_read record;
  v_messages private.message[];
begin
  for v_read in execute format('execute %I (%L, %s)', private.prepared('read', p_queue), p_lease, p_qty) loop
    v_messages := v_messages || (v_read.msg_id, v_read.read_ct, (v_read.message ->> 'job_id')::uuid,
      (v_read.message ->> 'attempt')::smallint, v_read.message ->> 'kind')::private.message;
  end loop;
  return v_messages;
end
$$;
comment on function private.read_messages(text, interval, integer) is 'Leases up to p_qty visible messages of a queue for p_lease; null when there is none.';

create function private.delete_messages(p_queue text, p_msg_ids bigint[]) returns void
language plpgsql set search_path = '' set plan_cache_mode = force_generic_plan as $$
begin
  execute format('execute %I (%L)', private.prepared('delete', p_queue), p_msg_ids);
end
$$;
comment on function private.delete_messages(text, bigint[]) is 'Deletes messages that have been dealt with.';

-- Waking the worker -----------------------------------------------------------------------------------------------

create table private.throttles (
  name text primary key,
  passed_at timestamptz not null
) with (fillfactor = 50);
alter table private.throttles enable row level security;
comment on table private.throttles is 'When things that are done so often at the most were last done: poke:{lane} once a second, announce:{lane} four times.';

create function private.may_pass(p_name text, p_interval interval) returns boolean
language plpgsql set search_path = '' as $$
declare
  v_is_over boolean; -- null: nobody has passed yet
begin
  select passed_at < clock_timestamp() - p_interval into v_is_over from private.throttles where name = p_name;
  if not v_is_over then return false; end if;
  -- Whoever is just passing does so in our stead: skipped rather than waited for, also when the row is made.
  if v_is_over is null then
    insert into private.throttles (name, passed_at) select p_name, clock_timestamp()
    where pg_try_advisory_xact_lock(hashtextextended('esteira.throttle:' || p_name, 0))
    on conflict do nothing;
  else
    update private.throttles set passed_at = clock_timestamp()
    where name = (
      select name from private.throttles
      where name = p_name and passed_at < clock_timestamp() - p_interval
      for update skip locked);
  end if;
  return found;
end
$$;
comment on function private.may_pass(text, interval) is 'True at most once in p_interval for a name, whoever asks; waits for nobody.';

create function private.poke(p_lane text) returns void
language plpgsql set search_path = '' as $$
declare
  v_url text;
  v_key text;
begin
  if not private.may_pass('poke:' || p_lane, '1 second') then return; end if;
  if exists (select from private.lanes where lane = p_lane and delivery = 'pull') then return; end if; -- its workers come by themselves

  select decrypted_secret into v_url from vault.decrypted_secrets where name = 'project_url';
  select decrypted_secret into v_key from vault.decrypted_secrets where name = 'worker_secret_key';
  if v_url is null or v_key is null then return; end if; -- not deployed yet; the README says which secrets to set
  perform net.http_post(
    url => v_url || '/functions/v1/worker',
    body => jsonb_build_object('lane', p_lane),
    headers => jsonb_build_object('Content-Type', 'application/json', 'apikey', v_key),
    timeout_milliseconds => 5000);
end
$$;
comment on function private.poke(text) is
  'Wakes the worker function over pg_net, at most once a second for a lane. A wake-up, no more: it may be lost or come twice. Needs the Vault secrets project_url and worker_secret_key; without them it does nothing.';

-- Dispatch ------------------------------------------------------------------------------------------------------

create function private.admit_due(p_lane text) returns integer
language plpgsql volatile set search_path = '' as $$
declare
  v_now timestamptz := private.now();
  v_count integer;
begin
  -- Looked for first: an update that finds nothing costs several times as much.
  perform from public.jobs where lane = p_lane and status = 'pending' and run_at is not null and run_at <= v_now order by run_at limit 1;
  if not found then return 0; end if;
  with due as (
    select id from public.jobs
    where lane = p_lane and status = 'pending' and run_at is not null and run_at <= v_now
    order by run_at limit 100
    for update skip locked
  )
  update public.jobs j set run_at = null from due where j.id = due.id;
  get diagnostics v_count = row_count;
  return v_count;
end
$$;
comment on function private.admit_due(text) is 'Makes pending jobs ready whose run_at has come, at most 100 at a time. A retry keeps its ticket, so its place. Returns how many.';

create function private.announce_lane(p_lane text) returns boolean
language plpgsql set search_path = '' as $$
begin
  if not private.may_pass('announce:' || p_lane, '250 milliseconds') then return false; end if;
  perform private.broadcast('lane:' || p_lane, 'lane_moved', jsonb_build_object(
    'lane', p_lane,
    'clocks', (select coalesce(jsonb_object_agg(priority, virtual_time), '{}') from private.clocks where lane = p_lane),
    'running', (select count(*) from private.slots where lane = p_lane and job_id is not null),
    'at', clock_timestamp()), null);
  return true;
end
$$;
comment on function private.announce_lane(text) is
  'Broadcasts on lane:{lane} that the lane has moved: {lane, clocks: {priority: ticket last served}, running, at}, at most four times a second. A client whose ticket is t waits for fewer than t - clock jobs of its priority. Returns whether it did.';

create table private.starts (
  lane text not null references private.lanes (lane) on delete cascade,
  started_at timestamptz not null
);
create index starts_by_lane on private.starts (lane, started_at);
alter table private.starts enable row level security;
comment on table private.starts is 'When jobs started in lanes that have a rate, as far back as the rate looks.';

create function private.allowed_starts(p_lane text, p_limit integer) returns integer
language plpgsql set search_path = '' as $$
declare
  v_lane private.lanes;
  v_since timestamptz;
begin
  select * into v_lane from private.lanes where lane = p_lane;
  if v_lane.rate_limit is null then return p_limit; end if;
  -- Whoever is just counting this lane's starts dispatches in our stead: skip rather than wait.
  select * into v_lane from private.lanes where lane = p_lane for no key update skip locked;
  if not found then return 0; end if;
  v_since := private.now() - v_lane.rate_window;
  delete from private.starts where lane = p_lane and started_at <= v_since;
  return least(p_limit, greatest(v_lane.rate_limit - (select count(*) from private.starts where lane = p_lane), 0));
end
$$;
comment on function private.allowed_starts(text, integer) is
  'How many jobs a lane''s rate allows to start now, at most p_limit: in any rate_window no more than rate_limit. Where the lane has a rate, its row stays locked until begin_attempts has counted them; zero when somebody else has it.';

create function private.next_jobs(p_lane text, p_count bigint) returns table (n bigint, id uuid)
language plpgsql rows 5 set search_path = '' as $$
declare
  v_max_active integer := (select max_active_per_user from private.lanes where lane = p_lane);
  v_busy uuid[];
begin
  if v_max_active is null then
    return query
      select row_number() over (), j.id from (
        select w.id from public.jobs w
        where w.lane = p_lane and w.status = 'pending' and w.run_at is null
        order by w.priority desc, w.ticket, w.id
        limit p_count for update skip locked) j;
    return;
  end if;
  -- A user's active jobs are counted under a lock of that user's, or two dispatches could each start the last one
  -- allowed. Users whom another dispatch is looking at are left to it, those who have enough going are passed over.
  select coalesce(array_agg(u.user_id), '{}') into v_busy from (
    select j.user_id from public.jobs j where j.lane = p_lane and j.status = 'processing'
    group by j.user_id having count(*) >= v_max_active) u;
  return query
    with near as materialized (
      select w.id, w.user_id, row_number() over () as place from (
        select w.id, w.user_id from public.jobs w
        where w.lane = p_lane and w.status = 'pending' and w.run_at is null and w.user_id <> all (v_busy)
        order by w.priority desc, w.ticket, w.id
        limit 1000) w
    ), users as materialized (
      select u.user_id, v_max_active - private.active_jobs(p_lane, u.user_id) as may_start
      from (select distinct near.user_id from near) u
      where pg_try_advisory_xact_lock(hashtextextended('esteira.active:' || p_lane || ':' || u.user_id, 0))
    ), allowed as materialized (
      select x.id, x.place from (
        select near.id, near.place, users.may_start, row_number() over (partition by near.user_id order by near.place) as nth
        from near join users on users.user_id = near.user_id) x
      where x.nth <= x.may_start
      order by x.place limit p_count
    ), locked as materialized (
      select allowed.place, j.id from allowed join public.jobs j on j.id = allowed.id
      where j.status = 'pending'
      for update of j skip locked
    )
    select row_number() over (order by locked.place), locked.id from locked;
end
$$;
comment on function private.next_jobs(text, bigint) is
  'Locks the next p_count waiting jobs of a lane in order, leaving out users who have max_active_per_user going. Skips what others have locked, waits for nothing.';

create function private.active_jobs(p_lane text, p_user_id uuid) returns bigint
language plpgsql volatile set search_path = '' as $$ -- volatile: sees what was committed before the user's lock was taken
begin
  return (select count(*) from public.jobs where user_id = p_user_id and lane = p_lane and status = 'processing');
end
$$;
comment on function private.active_jobs(text, uuid) is 'How many jobs a user has running in a lane.';

create function private.pair_free_slots(p_lane text, p_limit integer)
returns table (slot_id bigint, account_id integer, job_id uuid)
language plpgsql volatile rows 5 set search_path = '' as $$ -- few rows: the planner is to join them by index
begin
  return query
  with wanted as materialized ( -- no more slots than there are jobs to give them to
    select count(*) as n from (
      select from public.jobs where lane = p_lane and status = 'pending' and run_at is null
      order by priority desc, ticket, id limit p_limit) w
  ), free as materialized (
    select s.slot_id, s.account_id, row_number() over () as n from (
      select s.slot_id, s.account_id
      from private.slots s
      join private.accounts a on a.account_id = s.account_id
      where s.lane = p_lane and s.job_id is null and not s.is_retiring
        and coalesce(a.paused_until <= private.now(), true)
      order by s.slot_id
      limit (select n from wanted)
      for update of s skip locked) s
  )
  select free.slot_id, free.account_id, next.id
  from private.next_jobs(p_lane, (select count(*) from free)) next join free using (n);
end
$$;
comment on function private.pair_free_slots(text, integer) is
  'Locks up to p_limit free slots of a lane and as many of its next jobs in order, and pairs them. Skips what others have locked, waits for nothing.';

create function private.starting(p_at timestamptz, p_account text, p_settings jsonb, p_input jsonb, p_attempt smallint) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return private.step('starting', p_at, jsonb_build_object(
    'accountName', p_account,
    'webappId', coalesce(p_settings #> array['variants', p_input ->> 'variant', 'webapp_id'], p_settings -> 'webapp_id'),
    'attempt', nullif(p_attempt, 1)));
end
$$;
comment on function private.starting(timestamptz, text, jsonb, jsonb, smallint) is 'The entry of the history for an attempt that begins on an account; p_settings: of the tool, p_input: of the job. The first attempt is not counted.';

create function private.begin_attempts(p_lane private.lanes, p_starts private.start[], p_at timestamptz) returns void
language plpgsql set search_path = '' set plan_cache_mode = force_generic_plan as $$
begin
  insert into public.job_attempts (job_id, attempt, user_id, account_id, started_at)
  select job_id, attempt, user_id, account_id, p_at from unnest(p_starts);
  update private.slots s set job_id = t.job_id from unnest(p_starts) t where s.slot_id = t.slot_id;
  perform private.send_messages(p_lane.queue_name, array(select jsonb_build_object('job_id', job_id, 'attempt', attempt) from unnest(p_starts)));
  perform private.advance_clocks(p_lane.lane, p_starts);
  if p_lane.rate_limit is not null then
    insert into private.starts (lane, started_at) select p_lane.lane, p_at from unnest(p_starts);
  end if;
  perform private.announce_lane(p_lane.lane);
end
$$;
comment on function private.begin_attempts(private.lanes, private.start[], timestamptz) is
  'What goes with moving jobs to starting: their attempts, their slots (locked by the caller), their messages, the lane''s clocks and its rate. p_starts: in the order in which the worker is to have them.';

create function private.dispatch(p_lane text, p_poke boolean default true) returns integer
language plpgsql set search_path = '' set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
declare
  v_now timestamptz := private.now();
  v_lane private.lanes;
  v_allowed integer := 100;
  v_slots bigint[];
  v_accounts integer[];
  v_jobs uuid[];
  v_starts private.start[];
begin
  if current_setting('esteira.dispatch', true) = 'later' then return 0; end if; -- whoever ends many does it once for all
  select * into v_lane from private.lanes where lane = p_lane;
  if v_lane.paused_until > v_now then return 0; end if;
  perform private.admit_due(p_lane);
  -- Most calls find nothing to do, and most of those find it out here. In order, as everywhere that waiting jobs are
  -- looked at: without it the planner may look for the first one through the whole table.
  perform from public.jobs where lane = p_lane and status = 'pending' and run_at is null order by priority desc, ticket, id limit 1;
  if not found then return 0; end if;
  perform from private.slots where lane = p_lane and job_id is null and not is_retiring order by slot_id limit 1;
  if not found then return 0; end if;
  if v_lane.rate_limit is not null then v_allowed := private.allowed_starts(p_lane, v_allowed); end if;
  if v_allowed = 0 then return 0; end if;

  -- In a statement of its own: what it locks may be newer than what the statement that calls it can see.
  select array_agg(slot_id), array_agg(account_id), array_agg(job_id) into v_slots, v_accounts, v_jobs
  from private.pair_free_slots(p_lane, v_allowed);
  if v_jobs is null then return 0; end if;
  with started as (
    update public.jobs j set
      status = 'processing', current_step = 'starting', attempt = j.attempt + 1, started_at = v_now,
      deadline_at = v_now + t.timeout, progress = null,
      -- A job that came back too often for it to be told starts as quietly (see requeue_job).
      step_history = case when j.step_history -> -1 ->> 'step' = 'starting' then j.step_history
        else j.step_history || private.starting(v_now, a.name, t.settings, j.input, (j.attempt + 1)::smallint) end
    from unnest(v_slots, v_accounts, v_jobs) p (slot_id, account_id, job_id)
    join private.accounts a on a.account_id = p.account_id,
    public.tools t
    where j.id = p.job_id and t.tool = j.tool
    returning (j.id, j.attempt, j.user_id, p.slot_id, p.account_id, j.priority, j.ticket)::private.start as start
  )
  select array_agg(start order by (start).priority desc, (start).ticket, (start).job_id) into v_starts from started;

  perform private.begin_attempts(v_lane, v_starts, v_now);
  if p_poke then perform private.poke(p_lane); end if;
  return cardinality(v_starts);
end
$$;
comment on function private.dispatch(text, boolean) is
  'Gives a lane''s free slots to its next jobs: makes their attempts, moves them to starting and queues them for the worker, at most 100 at a time. Called at the end of every transaction that adds a job or frees a slot. p_poke: false when the caller drains the lane itself after its commit. Returns how many.';

-- Creating ------------------------------------------------------------------------------------------------------

create function private.jobs_ahead(p_lane text, p_priority smallint, p_ticket bigint, p_id uuid) returns integer
language plpgsql stable set search_path = '' as $$
begin
  -- Two ranges of the index, each read no further than it goes.
  return (
    select count(*)::integer from (
      (select from public.jobs
       where lane = p_lane and status = 'pending' and run_at is null and priority > p_priority
       order by priority desc, ticket, id limit 1000)
      union all
      (select from public.jobs
       where lane = p_lane and status = 'pending' and run_at is null and priority = p_priority and (ticket, id) < (p_ticket, p_id)
       order by priority desc, ticket, id limit 1000)
      limit 1000) ahead);
end
$$;
comment on function private.jobs_ahead(text, smallint, bigint, uuid) is 'How many waiting jobs come before this place in a lane; counts to 1,000 and no further.';

create function public.queue_position(p_job_id uuid) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  v_job public.jobs;
  v_ahead integer;
begin
  select * into v_job from public.jobs
  where id = p_job_id and (private.is_callers(user_id, null) or private.is_admin());
  if not found then perform private.refuse(404, 'not_found', 'You have no such job.'); end if;
  if v_job.status = 'pending' and v_job.run_at is null then
    v_ahead := private.jobs_ahead(v_job.lane, v_job.priority, v_job.ticket, v_job.id);
  end if;
  return jsonb_build_object(
    'position', v_ahead + 1,
    'exact', v_ahead < 1000,
    'ticket', v_job.ticket,
    'waiting', (select count(*) from (
      select from public.jobs where lane = v_job.lane and status = 'pending' and run_at is null
      order by priority desc, ticket, id limit 1000) w),
    'running', (select count(*) from private.slots where lane = v_job.lane and job_id is not null),
    'slots', (select count(*) from private.slots where lane = v_job.lane and not is_retiring));
end
$$;
comment on function public.queue_position(uuid) is
  'Where a job stands in its lane: {position, exact, ticket, waiting, running, slots}. position is 1 for the next job, null for one that is not waiting; beyond 1,000 it is 1001 and exact is false; waiting counts to 1,000 as well. For the job''s owner, admins and service_role. Error: 404 not_found.';
revoke execute on function public.queue_position(uuid) from public, anon;
grant execute on function public.queue_position(uuid) to authenticated, service_role;

create function private.check_waiting_limit(p_lane text, p_user_id uuid, p_more integer default 1) returns void
language plpgsql volatile set search_path = '' as $$
declare
  v_limit integer := (select max_waiting_per_user from private.lanes where lane = p_lane);
begin
  if v_limit is null then return; end if;
  if v_limit < p_more + (select count(*) from public.jobs where user_id = p_user_id and lane = p_lane and status = 'pending') then
    perform private.refuse(429, 'too_many_waiting', format('No more than %s jobs may wait.', v_limit));
  end if;
end
$$;
comment on function private.check_waiting_limit(text, uuid, integer) is
  'Error 429 too_many_waiting when the user may not have p_more further jobs waiting in the lane. Exact, because one user''s creates go one at a time.';

create function private.first_steps(
  p_at timestamptz, p_cost integer, p_balance bigint, p_available bigint, p_running bigint, p_position bigint, p_run_at timestamptz
) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return jsonb_build_array(
    private.step('insert', p_at),
    private.step('credits', p_at, jsonb_build_object('cost', p_cost, 'newBalance', p_balance)),
    private.step('queue_check', p_at, jsonb_build_object('slotsAvailable', p_available, 'globalRunning', p_running)),
    private.step('queued', p_at, jsonb_build_object('position', p_position, 'run_at', p_run_at)));
end
$$;
comment on function private.first_steps(timestamptz, integer, bigint, bigint, bigint, bigint, timestamptz) is
  'The history of a job that has just been created: its price and the balance it left, the free and the taken slots of its lane, its position, and when it is to run if not as soon as it can.';

create function private.take_slot(p_lane private.lanes, p_at timestamptz, out slot_id bigint, out account_id integer, out account_name text)
language plpgsql set search_path = '' as $$
begin
  -- Where dispatch has more to weigh than the order, and where somebody has a place in it, dispatch decides.
  if p_lane.paused_until > p_at or p_lane.rate_limit is not null or p_lane.max_active_per_user is not null
     or current_setting('esteira.dispatch', true) = 'later' then return; end if;
  perform from public.jobs where lane = p_lane.lane and status = 'pending' and run_at is null order by priority desc, ticket, id limit 1;
  if found then return; end if;
  perform from public.jobs where lane = p_lane.lane and status = 'pending' and run_at is not null and run_at <= p_at order by run_at limit 1;
  if found then return; end if;
  select s.slot_id, a.account_id, a.name into slot_id, account_id, account_name
  from private.slots s join private.accounts a on a.account_id = s.account_id
  where s.lane = p_lane.lane and s.job_id is null and not s.is_retiring and coalesce(a.paused_until <= p_at, true)
  order by s.slot_id limit 1
  for update of s skip locked;
end
$$;
comment on function private.take_slot(private.lanes, timestamptz) is
  'Locks a free slot of a lane in which nobody waits, for a job that is just being created; nulls if there is none, or if it is for dispatch to say who is next. Waits for nothing.';

create function private.place_job(p_job public.jobs, p_tool public.tools, p_lane private.lanes, p_balance integer) returns public.jobs
language plpgsql set search_path = '' as $$
declare
  v_now timestamptz := private.now();
  v_available bigint;
  v_running bigint;
  v_slot_id bigint;
  v_account_id integer;
  v_account_name text;
  v_starts boolean;
begin
  p_job.ticket := private.take_ticket(p_job.lane, p_job.user_id, p_job.priority);
  if p_job.run_at <= v_now then p_job.run_at := null; end if;
  select count(*) filter (where job_id is null and not is_retiring), count(job_id) into v_available, v_running
  from private.slots where lane = p_job.lane;
  if p_job.run_at is null and v_available > 0 then
    select * into v_slot_id, v_account_id, v_account_name from private.take_slot(p_lane, v_now);
  end if;
  v_starts := v_slot_id is not null;

  insert into public.jobs (id, user_id, tool, lane, effect, status, current_step, input, priority, ticket, max_attempts, run_at,
    credits_charged, idempotency_key, metadata, attempt, created_at, queued_at, started_at, deadline_at, updated_at, step_history)
  values (p_job.id, p_job.user_id, p_job.tool, p_job.lane, p_tool.effect, case when v_starts then 'processing' else 'pending' end::public.job_status,
    case when v_starts then 'starting' else 'queued' end::public.job_step, p_job.input, p_job.priority, p_job.ticket, p_tool.max_attempts,
    p_job.run_at, p_tool.credit_cost, p_job.idempotency_key, p_job.metadata, v_starts::integer, v_now, v_now,
    case when v_starts then v_now end, case when v_starts then v_now + p_tool.timeout end, v_now,
    p_job.step_history
      || private.first_steps(v_now, p_tool.credit_cost, p_balance, v_available, v_running,
           case when v_starts then 1 else private.jobs_ahead(p_job.lane, p_job.priority, p_job.ticket, p_job.id) + 1 end, p_job.run_at)
      || case when v_starts then private.starting(v_now, v_account_name, p_tool.settings, p_job.input, 1::smallint) else '[]' end)
  returning * into p_job;
  if v_starts then
    perform private.begin_attempts(p_lane, array[
      (p_job.id, 1, p_job.user_id, v_slot_id, v_account_id, p_job.priority, p_job.ticket)::private.start], v_now);
  end if;
  return p_job;
end
$$;
comment on function private.place_job(public.jobs, public.tools, private.lanes, integer) is
  'Writes a job that has been checked and paid for (p_job: id, user_id, tool, lane, input, priority, run_at, idempotency_key, metadata, and the uploads as step_history), with its place in the order; it starts at once if a slot is free and nobody waits. Returns the row.';

create function public.create_job(
  p_user_id uuid,
  p_tool text,
  p_input jsonb,
  p_priority smallint default 0,
  p_run_at timestamptz default null,
  p_idempotency_key text default null,
  p_metadata jsonb default '{}',
  p_caller_drains boolean default false
) returns public.jobs
language plpgsql security definer set search_path = '' as $$
declare
  v_tool public.tools;
  v_lane private.lanes;
  v_job public.jobs;
  v_uploads jsonb := '[]';
begin
  select * into v_tool from public.tools where tool = p_tool;
  if not found then perform private.refuse(404, 'unknown_tool', format('There is no tool %L.', p_tool), 'tool'); end if;
  if not v_tool.is_enabled then perform private.refuse(409, 'tool_disabled', format('The tool %s is switched off.', p_tool), 'tool'); end if;
  if jsonb_typeof(p_input) is distinct from 'object' then
    perform private.refuse(422, 'invalid_input', 'The input is a JSON object.', 'input');
  end if;
  if jsonb_typeof(p_metadata) is distinct from 'object' then
    perform private.refuse(422, 'invalid_input', 'The metadata is a JSON object.', 'metadata');
  end if;
  select * into v_lane from private.lanes where lane = v_tool.lane;

  -- One create of a user at a time: what is counted and looked up here is then exact.
  perform pg_advisory_xact_lock(hashtextextended('esteira.create_job:' || p_user_id, 0));
  if p_idempotency_key is not null then
    select * into v_job from public.jobs where user_id = p_user_id and idempotency_key = p_idempotency_key;
    if found then return v_job; end if;
  end if;
  if v_lane.max_waiting_per_user is not null then perform private.check_waiting_limit(v_lane.lane, p_user_id); end if;
  if v_tool.settings ? 'files' then v_uploads := private.check_input_files(p_user_id, v_tool.settings -> 'files', p_input); end if;

  select private.uuid_v7(), p_user_id, p_tool, v_lane.lane, p_input, p_priority, p_run_at, p_idempotency_key, p_metadata, v_uploads
  into v_job.id, v_job.user_id, v_job.tool, v_job.lane, v_job.input, v_job.priority, v_job.run_at, v_job.idempotency_key,
    v_job.metadata, v_job.step_history;
  v_job := private.place_job(v_job, v_tool, v_lane, private.charge(p_user_id, v_job.id, v_tool.credit_cost));
  if v_job.status = 'processing' then
    if not p_caller_drains then perform private.poke(v_lane.lane); end if;
  elsif private.dispatch(v_lane.lane, p_poke => not p_caller_drains) > 0 then
    select * into v_job from public.jobs where id = v_job.id;
  end if;
  return v_job;
end
$$;
comment on function public.create_job(uuid, text, jsonb, smallint, timestamptz, text, jsonb, boolean) is
  'Creates a paid job for a user and starts it if a slot is free. p_input has been checked against the tool''s schema by the caller; here its files, the price and the limits are checked. p_idempotency_key: the same key of a user answers with the same job. p_run_at: not before. p_caller_drains: true when the caller drains the lane itself after its commit. Returns the job. Errors: 404 unknown_tool, 409 tool_disabled, 422 invalid_input or file_not_found, 413 file_too_large, 415 unsupported_file_type, 402 insufficient_credits, 429 too_many_waiting; nothing is written or charged.';
-- Users create through the jobs function, which checks what SQL cannot: the tool's schema and the bytes of the file.
revoke execute on function public.create_job(uuid, text, jsonb, smallint, timestamptz, text, jsonb, boolean) from public, anon, authenticated;
grant execute on function public.create_job(uuid, text, jsonb, smallint, timestamptz, text, jsonb, boolean) to service_role;

create function private.is_callers(p_user_id uuid, p_named uuid) returns boolean
language plpgsql stable set search_path = '' as $$
begin
  -- A signed-in user's own and nobody else's, whatever the arguments say; a server may name the owner or not.
  if auth.role() = 'authenticated' then return coalesce(p_user_id = auth.uid(), false); end if;
  return p_user_id = coalesce(p_named, p_user_id);
end
$$;
comment on function private.is_callers(uuid, uuid) is 'Whether a row of p_user_id is the caller''s: a user''s own, or for a server any that fits the owner it names.';

create function public.retry_job(p_job_id uuid, p_user_id uuid default null, p_caller_drains boolean default false)
returns public.jobs
language plpgsql security definer set search_path = '' as $$
declare
  v_old public.jobs;
  v_new public.jobs;
begin
  select * into v_old from public.jobs where id = p_job_id and private.is_callers(user_id, p_user_id) for update;
  if not found then perform private.refuse(404, 'not_found', 'You have no such job.'); end if;
  if v_old.status not in ('failed', 'cancelled') then
    perform private.refuse(409, 'not_retryable', format('The job is %s; failed and cancelled jobs can be retried.', v_old.status));
  end if;
  select * into v_new from public.jobs where retried_from = p_job_id;
  if found then return v_new; end if;
  v_new := public.create_job(v_old.user_id, v_old.tool, v_old.input, v_old.priority,
    p_metadata => v_old.metadata, p_caller_drains => p_caller_drains);
  update public.jobs set retried_from = p_job_id where id = v_new.id returning * into v_new;
  return v_new;
end
$$;
comment on function public.retry_job(uuid, uuid, boolean) is
  'Does a failed or cancelled job again as a new job, charged anew; a terminal job never changes. Retrying twice gives the same new job. For the job''s owner; service_role names the owner in p_user_id or leaves it out. Returns the new job. Errors: 404 not_found, 409 not_retryable, and those of create_job.';
revoke execute on function public.retry_job(uuid, uuid, boolean) from public, anon;
grant execute on function public.retry_job(uuid, uuid, boolean) to authenticated, service_role;

create function public.cancel_job(p_job_id uuid, p_user_id uuid default null, p_caller_drains boolean default false)
returns public.jobs
language plpgsql security definer set search_path = '' as $$
declare
  v_now timestamptz;
  v_job public.jobs;
  v_balance integer;
begin
  select * into v_job from public.jobs where id = p_job_id and private.is_callers(user_id, p_user_id) for update;
  if not found then perform private.refuse(404, 'not_found', 'You have no such job.'); end if;
  if v_job.status in ('completed', 'failed', 'cancelled') then return v_job; end if;
  v_now := private.now();

  perform private.free_slot(p_job_id);
  if v_job.status = 'processing' then
    -- Whether the task can still be stopped, only the provider knows; the worker asks. Workers outside ask us.
    perform pgmq.send('settle_queue', jsonb_build_object('job_id', p_job_id, 'attempt', v_job.attempt, 'kind', 'cancel'))
    from private.lanes where lane = v_job.lane and delivery <> 'pull';
    perform private.end_attempts(p_job_id, 'cancelled', v_now);
  end if;
  v_balance := private.refund(v_job.user_id, p_job_id);
  update public.jobs set status = 'cancelled', current_step = 'cancelled', completed_at = v_now, run_at = null,
    step_history = step_history || private.step('cancelled', v_now, jsonb_build_object(
      'at_step', v_job.current_step, 'refunded', case when v_balance is not null then credits_charged end, 'newBalance', v_balance))
  where id = p_job_id returning * into v_job;
  perform private.dispatch(v_job.lane, p_poke => not p_caller_drains);
  return v_job;
end
$$;
comment on function public.cancel_job(uuid, uuid, boolean) is
  'Cancels a job at whatever step it is, refunds it and frees its slot; a running task is stopped at the provider if that still can be, and a late result is kept as an orphan. A job that has ended is returned as it is. For the job''s owner; service_role names the owner in p_user_id or leaves it out. Error: 404 not_found.';
revoke execute on function public.cancel_job(uuid, uuid, boolean) from public, anon;
grant execute on function public.cancel_job(uuid, uuid, boolean) to authenticated, service_role;

-- Working -------------------------------------------------------------------------------------------------------

create function private.work_item(p_job public.jobs, p_attempt public.job_attempts) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return (
    select jsonb_build_object(
      'job', jsonb_build_object('id', p_job.id, 'user_id', p_job.user_id, 'tool', p_job.tool, 'lane', p_job.lane,
        'input', p_job.input, 'metadata', p_job.metadata, 'created_at', p_job.created_at, 'deadline_at', p_job.deadline_at),
      'attempt', jsonb_build_object('attempt', p_attempt.attempt, 'token', p_attempt.token, 'phase', p_attempt.phase,
        'external_id', p_attempt.external_id, 'checkpoint', p_attempt.checkpoint, 'started_at', p_attempt.started_at),
      'tool_settings', t.settings || coalesce(t.settings -> l.provider, '{}'),
      'provider', l.provider,
      'account', jsonb_build_object('name', a.name, 'settings', a.settings, 'api_key', s.decrypted_secret))
    from public.tools t
    join private.lanes l on l.lane = p_job.lane
    left join private.accounts a on a.account_id = p_attempt.account_id
    left join vault.decrypted_secrets s on s.name = a.secret_name
    where t.tool = p_job.tool);
end
$$;
comment on function private.work_item(public.jobs, public.job_attempts) is
  'All that a worker needs to submit or settle an attempt, the API key included: {job, attempt, tool_settings, provider, account}. For service_role alone.';

create function private.is_to_do(p_queue text, p_kind text, p_status public.job_status, p_outcome text) returns boolean
language plpgsql immutable set search_path = '' as $$
begin
  if p_kind = 'cancel' then return coalesce(p_outcome = 'cancelled', false); end if;
  -- What an older attempt came to is still worth knowing: its success completes a job that is open.
  return p_status in ('pending', 'processing') and (p_outcome is null or p_queue = 'settle_queue');
end
$$;
comment on function private.is_to_do(text, text, public.job_status, text) is 'Whether a message of this queue and kind still points at something to do, by its job''s status and its attempt''s outcome.';

create function private.live_items(p_queue text, p_messages private.message[])
returns table (queue text, msg_id bigint, read_count integer, item jsonb)
language plpgsql rows 10 set search_path = '' set plan_cache_mode = force_generic_plan as $$
begin
  return query
    select p_queue, m.msg_id, m.read_count, private.work_item(j, a) || jsonb_build_object('kind', coalesce(m.kind, 'work'))
    from unnest(p_messages) m
    join public.jobs j on j.id = m.job_id
    join public.job_attempts a on a.job_id = m.job_id and a.attempt = m.attempt
    where private.is_to_do(p_queue, m.kind, j.status, a.outcome)
    order by m.msg_id;
end
$$;
comment on function private.live_items(text, private.message[]) is 'The work items of read messages that point at something still to be done.';

create function worker.receive(p_lane text, p_qty integer default 10)
returns table (queue text, msg_id bigint, read_count integer, item jsonb)
language plpgsql security definer set search_path = '' set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
declare
  v_lane private.lanes;
  v_messages private.message[];
  v_live integer;
begin
  select * into v_lane from private.lanes where lane = p_lane;
  if not found then perform private.refuse(404, 'lane_not_found', format('There is no lane %L.', p_lane), 'lane'); end if;
  if v_lane.delivery = 'pull' then return; end if; -- workers outside claim these
  perform private.dispatch(p_lane, p_poke => false);
  v_messages := private.read_messages(v_lane.queue_name, v_lane.lease, p_qty);
  if v_messages is null then return; end if;

  return query select * from private.live_items(v_lane.queue_name, v_messages);
  get diagnostics v_live = row_count;

  -- The items above show the phase as the last worker left it; from now on this one is at work. Where there are no
  -- files to hand over first, the next thing it does is the submit.
  update public.job_attempts a
  set phase = case when t.settings ? 'files' then 'preparing' else 'submitting' end::public.attempt_phase
  from unnest(v_messages) m, public.jobs j, public.tools t
  where a.job_id = m.job_id and a.attempt = m.attempt and a.phase = 'dispatched' and j.id = a.job_id and t.tool = j.tool;

  if v_live < cardinality(v_messages) then perform private.archive_dead_messages(v_lane.queue_name, v_messages); end if;
end
$$;
comment on function worker.receive(text, integer) is
  'Dispatches a lane, then leases up to p_qty of its messages and returns what is needed to submit them: item = {job, attempt, tool_settings, provider, account}. item.attempt.phase is where an earlier worker left off: dispatched (nobody began), preparing, submitting (the provider may have the task), submitted. Nothing of a pull lane (worker.claim). Error: 404 lane_not_found.';
grant execute on function worker.receive(text, integer) to service_role;

create function private.archive_dead_messages(p_queue text, p_messages private.message[]) returns void
language plpgsql set search_path = '' set plan_cache_mode = force_generic_plan as $$
declare
  v_dead bigint[];
begin
  select array_agg(m.msg_id) into v_dead from unnest(p_messages) m
  where not exists (
    select from public.jobs j
    join public.job_attempts a on a.job_id = j.id
    where j.id = m.job_id and a.attempt = m.attempt and private.is_to_do(p_queue, m.kind, j.status, a.outcome));
  if v_dead is not null then perform pgmq.archive(p_queue, v_dead); end if;
end
$$;
comment on function private.archive_dead_messages(text, private.message[]) is 'Puts away read messages that point at nothing that is still to be done.';

create function private.acknowledge(p_queue text, p_msg_id bigint) returns void
language plpgsql set search_path = '' as $$
begin
  if p_queue is not null and p_msg_id is not null then perform private.delete_messages(p_queue, array[p_msg_id]); end if;
end
$$;
comment on function private.acknowledge(text, bigint) is 'Deletes the message that a worker has dealt with; does nothing without one.';

create function worker.acknowledge(p_queue text, p_msg_id bigint) returns void
language plpgsql security definer set search_path = '' as $$
begin
  perform private.acknowledge(p_queue, p_msg_id);
end
$$;
comment on function worker.acknowledge(text, bigint) is 'Deletes a message that has been dealt with and changed nothing, such as the cancelling of a task.';
grant execute on function worker.acknowledge(text, bigint) to service_role;

create function worker.progress(p_job_id uuid, p_token uuid, p_progress smallint, p_queue text default null, p_msg_id bigint default null)
returns boolean
language plpgsql security definer set search_path = '' as $$
declare
  v_job public.jobs;
begin
  if p_progress is null or p_progress not between 0 and 100 then
    perform private.refuse(422, 'invalid_progress', 'Progress is a percentage, 0 to 100.', 'progress');
  end if;
  v_job := private.lock_job(p_job_id, p_token);
  if v_job.status <> 'processing' or not exists (
    select from public.job_attempts where job_id = p_job_id and token = p_token and attempt = v_job.attempt and outcome is null) then
    return false;
  end if;
  -- Progress only rises: reports may overtake each other.
  if p_progress > coalesce(v_job.progress, -1) then
    update public.jobs set progress = p_progress where id = p_job_id;
  end if;
  if p_queue is not null then
    perform pgmq.set_vt(p_queue, p_msg_id, extract(epoch from lease)::integer) from private.lanes where lane = v_job.lane;
  end if;
  return true;
end
$$;
comment on function worker.progress(uuid, uuid, smallint, text, bigint) is
  'Shows how far an attempt is, in percent, and extends the lease of its message if one is named. Returns false when the attempt is no longer current: stop working. Errors: 409 stale_token, 422 invalid_progress.';
grant execute on function worker.progress(uuid, uuid, smallint, text, bigint) to service_role;

create function worker.lanes() returns setof text
language sql stable security definer set search_path = '' as $$
  select lane from private.lanes where delivery <> 'pull' order by lane
$$;
comment on function worker.lanes() is 'The lanes that the worker function drains; pull lanes are worked from outside.';
grant execute on function worker.lanes() to service_role;

create function worker.defer(
  p_queue text, p_msg_id bigint, p_delay interval,
  p_job_id uuid default null, p_token uuid default null, p_note jsonb default '{}'
) returns void language plpgsql security definer set search_path = '' as $$
begin
  if p_note <> '{}' then
    update public.job_attempts set checkpoint = checkpoint || p_note where job_id = p_job_id and token = p_token;
  end if;
  perform pgmq.set_vt(p_queue, p_msg_id, greatest(extract(epoch from p_delay), 0)::integer);
end
$$;
comment on function worker.defer(text, bigint, interval, uuid, uuid, jsonb) is
  'Makes a leased message visible again after p_delay: later than its lease, or sooner. p_note is merged into the checkpoint of the attempt with p_token, for whoever reads the message next.';
grant execute on function worker.defer(text, bigint, interval, uuid, uuid, jsonb) to service_role;

create function private.lock_job(p_job_id uuid, p_token uuid) returns public.jobs
language plpgsql set search_path = '' as $$
declare
  v_job public.jobs;
begin
  select * into v_job from public.jobs where id = p_job_id for update;
  perform from public.job_attempts where job_id = p_job_id and token = p_token for update;
  if not found then
    perform private.refuse(409, 'stale_token', format('No attempt of job %s has this token.', p_job_id));
  end if;
  return v_job;
end
$$;
comment on function private.lock_job(uuid, uuid) is
  'Locks a job and its attempt with this token, in that order, and returns the job. Error: 409 stale_token when the job has no such attempt.';

create function worker.checkpoint(p_job_id uuid, p_token uuid, p_checkpoint jsonb) returns boolean
language plpgsql security definer set search_path = '' as $$
begin
  -- Passed by one worker alone: one whose lease ran out while it prepared may find another here before it. Leave to
  -- submit again (resubmit_at) is good for one as well; whoever uses it takes it back in p_checkpoint.
  update public.job_attempts a set phase = 'submitting', checkpoint = a.checkpoint || p_checkpoint
  from public.jobs j
  where a.job_id = p_job_id and a.token = p_token and a.outcome is null
    and (a.phase in ('dispatched', 'preparing') or (a.phase = 'submitting' and a.checkpoint ->> 'resubmit_at' is not null))
    and j.id = a.job_id and j.attempt = a.attempt and j.status = 'processing';
  return found;
end
$$;
comment on function worker.checkpoint(uuid, uuid, jsonb) is
  'Called just before the submit: keeps what need not be done again after a crash (p_checkpoint, merged) and notes that from here on the provider may have the task. Returns false when the attempt is no longer current or another worker has passed: do not submit.';
grant execute on function worker.checkpoint(uuid, uuid, jsonb) to service_role;

create function worker.submitted(
  p_job_id uuid, p_token uuid, p_external_id text, p_raw jsonb, p_details jsonb default '{}',
  p_queue text default null, p_msg_id bigint default null, p_checkpoint jsonb default '{}'
) returns public.job_status
language plpgsql security definer set search_path = '' as $$
declare
  v_now timestamptz;
  v_job public.jobs;
  v_attempt public.job_attempts;
begin
  v_job := private.lock_job(p_job_id, p_token);
  select * into v_attempt from public.job_attempts where job_id = p_job_id and token = p_token;
  v_now := private.now();
  -- A worker that finds the task submitted already has no answer of its own to show: the first one stays.
  update public.job_attempts set external_id = p_external_id, raw_api_response = coalesce(p_raw, raw_api_response), submitted_at = v_now,
    checkpoint = checkpoint || p_checkpoint,
    phase = case when phase in ('settling', 'finished') then phase else 'submitted' end
  where job_id = p_job_id and token = p_token;

  -- A webhook may have come first: then the step is further on already, and only the id is news.
  if v_job.status = 'processing' and v_job.attempt = v_attempt.attempt then
    update public.jobs set request_id = p_external_id,
      current_step = case current_step when 'starting' then 'running' else current_step end,
      step_history = case current_step
        when 'starting' then step_history || private.step('running', v_now, jsonb_build_object('taskId', p_external_id) || p_details)
        else step_history end
    where id = p_job_id;
  end if;
  perform private.acknowledge(p_queue, p_msg_id);
  return v_job.status;
end
$$;
comment on function worker.submitted(uuid, uuid, text, jsonb, jsonb, text, bigint, jsonb) is
  'The provider has taken the task. p_external_id: its id, as text; p_raw: its answer, redacted, or null to keep the one that is there; p_details: shown in the history (taskStatus, …); p_queue and p_msg_id: the message to acknowledge; p_checkpoint: what settling or cancelling has to know of the task, merged. Returns the job''s status: when it is terminal the caller cancels the task at the provider. Error: 409 stale_token.';
grant execute on function worker.submitted(uuid, uuid, text, jsonb, jsonb, text, bigint, jsonb) to service_role;

revoke execute on all functions in schema private, worker, ops from public;
