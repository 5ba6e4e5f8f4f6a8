create type private.act_outcome as (outcome text, code text, message text, new_job_id uuid, again_in interval);
comment on type private.act_outcome is
  'What came of an act on one job; outcome null: it is tried again, after again_in.';

create function private.put_off(p_sqlstate text, p_code text, p_tries integer) returns interval
language sql immutable set search_path = '' as $$
  select case
    -- A user's limits: others of the run go on, and in a minute there is room again.
    when p_sqlstate = 'PT429' and p_code in ('too_many_creates', 'too_many_waiting') and p_tries < 1440
      then interval '1 minute'
    when private.is_passing(p_sqlstate) and p_tries < 60 then interval '2 seconds' end
$$;
comment on function private.put_off(text, text, integer) is
  'In which time a job of a run is tried again that has come to this error, and p_tries times to such a one before; '
  'null: never.';
revoke execute on function private.put_off(text, text, integer) from public;

create function private.act_on(p_run private.bulk_runs, p_item private.bulk_items) returns private.act_outcome
language plpgsql volatile set search_path = '' as $$
declare
  v_job public.jobs;
  v_code text;
  v_is_had boolean;
begin
  v_is_had := (select private.have_for_act(id, user_id) from public.jobs where id = p_item.job_id);
  select * into v_job from public.jobs where id = p_item.job_id;
  if not found then return ('skipped', 'not_found', null, null, null)::private.act_outcome; end if;
  if not v_is_had then raise lock_not_available using message = 'Somebody is working on it.', detail = 'busy'; end if;
  v_code := private.why_not(p_run.action, v_job, private.parse_filter(p_run.filter));
  if v_code is not null then return ('skipped', v_code, null, null, null)::private.act_outcome; end if;
  return ('done', null, null, private.do_act(p_run, v_job), null)::private.act_outcome;
exception when others then
  get stacked diagnostics v_code = pg_exception_detail;
  if sqlstate not like 'PT%' and sqlstate <> '55P03' then v_code := sqlstate; end if;
  return (case when private.put_off(sqlstate, v_code, p_item.tries) is not null then null
      when sqlstate like 'PT%' then 'skipped' else 'failed' end,
    coalesce(nullif(v_code, ''), 'busy'), left(sqlerrm, 500), null, private.put_off(sqlstate, v_code, p_item.tries)
    )::private.act_outcome;
end
$$;
comment on function private.act_on(private.bulk_runs, private.bulk_items) is
  'Does to one job what its run is for, in a sub-transaction of its own, if it still is for it; waits for nobody who '
  'has the job. Returns what came of it.';
revoke execute on function private.act_on(private.bulk_runs, private.bulk_items) from public;

create function private.note_outcome(p_item private.bulk_items, p_outcome private.act_outcome, p_at timestamptz)
returns void
language plpgsql volatile set search_path = '' as $$
begin
  update private.bulk_items set outcome = p_outcome.outcome, code = p_outcome.code, message = p_outcome.message,
    new_job_id = p_outcome.new_job_id, done_at = case when p_outcome.outcome is not null then p_at end,
    tries = tries + (p_outcome.outcome is null)::integer, next_at = p_at + p_outcome.again_in
  where run_id = p_item.run_id and n = p_item.n;
end
$$;
comment on function private.note_outcome(private.bulk_items, private.act_outcome, timestamptz) is
  'Notes what came of an act on one job.';
revoke execute on function private.note_outcome(private.bulk_items, private.act_outcome, timestamptz) from public;

create function private.end_run(p_run_id uuid) returns void
language plpgsql volatile set search_path = '' as $$
declare
  v_run private.bulk_runs;
begin
  update private.bulk_runs r set state = 'done', ended_at = private.now()
  where r.run_id = p_run_id and r.state = 'running'
    and not exists (select from private.bulk_items i where i.run_id = r.run_id and i.outcome is null)
  returning * into v_run;
  if not found then return; end if;
  -- What is done at once is told by the row that tells of the act itself, which is not there yet.
  if not exists (select from private.audit where run_id = p_run_id) then return; end if;
  insert into private.audit (at, actor, actor_role, called_as, action, filter, counts, reason, run_id)
  values (private.now(), v_run.actor, v_run.actor_role, v_run.called_as, v_run.action || ' ended', v_run.filter,
    private.progress_of(p_run_id),
    v_run.reason, p_run_id);
end
$$;
comment on function private.end_run(uuid) is 'A run of which nothing is left to do is done, which the audit tells.';
revoke execute on function private.end_run(uuid) from public;

create function private.is_running(p_run_id uuid) returns boolean
language plpgsql volatile set search_path = '' as $$
begin
  -- Volatile, so that it sees what was committed before a lock was had; a linter would have it stable.
  -- @plpgsql_check_options: performance_warnings = off
  return exists (select from private.bulk_runs where run_id = p_run_id and state = 'running');
end
$$;
comment on function private.is_running(uuid) is 'Whether a run goes on: nobody has aborted it meanwhile.';
revoke execute on function private.is_running(uuid) from public;

create function private.work_run(p_run_id uuid, p_until timestamptz, p_qty integer default 100) returns integer
language plpgsql volatile set search_path = '' set lock_timeout = '2s' as $$
declare
  v_run private.bulk_runs;
  v_item private.bulk_items;
  v_outcome private.act_outcome;
  v_done integer := 0;
  v_skipped integer := 0;
  v_failed integer := 0;
begin
  -- One at a time works on a run: of two, the second would only meet what the first has.
  if not pg_try_advisory_xact_lock(hashtextextended('esteira.run:' || p_run_id, 0)) then return 0; end if;
  select * into v_run from private.bulk_runs where run_id = p_run_id and state = 'running';
  if not found then return 0; end if;
  perform set_config('esteira.dispatch', 'later', true);
  for v_item in
    select * from private.bulk_items
    where run_id = p_run_id and outcome is null and coalesce(next_at <= (select private.now()), true)
    order by n limit p_qty
  loop
    exit when clock_timestamp() > p_until or not private.is_running(p_run_id);
    v_outcome := private.act_on(v_run, v_item);
    perform private.note_outcome(v_item, v_outcome, private.now());
    v_done := v_done + (v_outcome.outcome is not distinct from 'done')::integer;
    v_skipped := v_skipped + (v_outcome.outcome is not distinct from 'skipped')::integer;
    v_failed := v_failed + (v_outcome.outcome is not distinct from 'failed')::integer;
  end loop;
  perform set_config('esteira.dispatch', '', true);
  update private.bulk_runs set done = done + v_done, skipped = skipped + v_skipped, failed = failed + v_failed,
    beat_at = private.now()
  where run_id = p_run_id;
  perform private.end_run(p_run_id);
  return v_done + v_skipped + v_failed;
end
$$;
comment on function private.work_run(uuid, timestamptz, integer) is
  'Does a batch of a run: up to p_qty jobs, and none is begun after p_until. Whatever is not committed has not '
  'happened, and is done by the next. Returns how many have come to an end; the caller dispatches.';
revoke execute on function private.work_run(uuid, timestamptz, integer) from public;

create function private.dispatch_all() returns void
language plpgsql volatile set search_path = '' as $$
begin
  perform private.each_lane('esteira-acts', 'private.dispatch(($1).lane)');
end
$$;
comment on function private.dispatch_all() is 'Dispatches every lane, each in a sub-transaction of its own.';
revoke execute on function private.dispatch_all() from public;

create function private.work_runs() returns integer
language plpgsql volatile set search_path = '' as $$
declare
  v_run_ids uuid[] := array(
    select run_id from private.bulk_runs where state = 'running' order by begun_at, run_id limit 5);
  v_run_id uuid;
  v_count integer := 0;
begin
  -- Two seconds in all, for whom it works on waits with their creates as long.
  foreach v_run_id in array v_run_ids loop
    v_count := v_count
      + private.work_run(v_run_id, clock_timestamp() + interval '2 seconds' / cardinality(v_run_ids), 200);
  end loop;
  if v_count > 0 then perform private.dispatch_all(); end if;
  return v_count;
end
$$;
comment on function private.work_runs() is
  'Does a batch of each of the five oldest runs that go on, and dispatches. Returns how many jobs it came to the end '
  'of.';
revoke execute on function private.work_runs() from public;
