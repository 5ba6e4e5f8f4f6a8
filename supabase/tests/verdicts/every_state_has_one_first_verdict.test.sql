-- Every state that the constraints let a job and its attempt be in, in every kind of lane, under everything that can hold it
-- up: each has exactly one first verdict, in words, and none that has ended waits. Whether such a state is ever reached, the
-- plays of tests/property ask.
-- @acceptance 004:412
begin;
select plan(6);
set local statement_timeout = '60s';
select tests.create_user('ana', 0);
select tests.freeze('2030-01-01 12:00:00Z');
select tests.enable_tool(kind, kind, 1) from unnest('{webhook,poll,sync,pull}'::text[]) kind;
update private.lanes set delivery = lane where lane in ('webhook', 'poll', 'sync', 'pull');

-- States: as many as the constraints take, of what is tried.
create temporary table states (id uuid primary key, state text, is_open boolean, n bigint generated always as identity);
create function pg_temp.try(p_lane text, p_step public.job_step, p_phase public.attempt_phase, p_case integer) returns void
language plpgsql as $$
declare
  v_id uuid;
  v_status public.job_status := case when p_step <= 'queued' then 'pending' when p_step <= 'webhook_received' then 'processing' else p_step::text end;
  v_is_open boolean := v_status in ('pending', 'processing');
  v_at timestamptz := private.now() - interval '3 minutes' * p_case;
begin
  insert into public.jobs (user_id, tool, lane, status, current_step, step_history, ticket, attempt, dispatches, retry_count, waits, run_at, created_at,
    queued_at, started_at, completed_at, failed_at_step, error_code, error_message, refund, deadline_at, expires_at, start_by)
  values (tests.user_id('ana'), p_lane, p_lane, v_status, p_step, jsonb_build_array(private.step(p_step, v_at)), p_case,
    (p_phase is not null)::integer, (p_phase is not null)::integer, (v_status = 'pending' and p_phase is not null)::integer, p_case % 2,
    case when v_status = 'pending' and p_case in (2, 3) then private.now() + interval '1 minute' * (5 - 2 * p_case) end, v_at - interval '1 hour', v_at,
    case when p_phase is not null then v_at end, case when not v_is_open then private.now() end, case v_status when 'failed' then 'running'::public.job_step end,
    case v_status when 'failed' then (array['out_of_luck', 'submit_unknown', 'deadline_exceeded', 'expired'])[p_case] end,
    case v_status when 'failed' then 'It failed.' end,
    case when v_status in ('failed', 'cancelled') then (array['paid', 'due', 'withheld', 'none'])[p_case]::public.job_refund else 'none' end,
    case when v_status = 'processing' and p_phase between 'submitting' and 'settling' then private.now() + interval '10 minutes' * (2 - p_case) end,
    private.now() + interval '1 hour' * (3 - p_case), private.now() + interval '1 hour' * (3 - p_case))
  returning id into v_id;
  if p_phase is not null then
    insert into public.job_attempts (job_id, attempt, user_id, account_id, phase, external_id, error_code, started_at, submitted_at, submits,
      submitted_first_at, submit_until, word, word_at, outputs, worker, leased_until, finished_at, outcome)
    values (v_id, 1, tests.user_id('ana'), tests.account_id(p_lane), p_phase, case when p_phase >= 'submitted' then 'task' end,
      case when p_phase = 'finished' then 'out_of_luck' end, v_at, case when p_phase >= 'submitted' then v_at end,
      (p_phase >= 'submitting')::integer, case when p_phase >= 'submitting' then v_at end, case when p_phase >= 'submitting' then v_at end,
      case when p_phase in ('settling', 'produced') and p_case > 1 or p_phase = 'produced' then 'succeeded' end,
      case when p_phase in ('settling', 'produced') and p_case > 1 or p_phase = 'produced' then v_at end,
      case when p_phase = 'produced' then '[]'::jsonb end, case when p_lane = 'pull' and p_phase >= 'submitted' then 'w1' end,
      case when p_lane = 'pull' and p_phase >= 'submitted' then private.now() + interval '1 minute' * (2 - p_case) end,
      case when p_phase = 'finished' then private.now() end, case when p_phase = 'finished' then
        case v_status when 'completed' then 'succeeded' when 'cancelled' then 'cancelled' when 'failed' then 'failed' else 'retried' end end);
  end if;
  insert into states values (v_id, format('%s %s %s, case %s', p_lane, p_step, coalesce(p_phase::text, 'without an attempt'), p_case), v_is_open);
exception when check_violation then null; -- no job is ever so
end
$$;
select pg_temp.try(lane, step, phase, n)
from unnest('{webhook,poll,sync,pull}'::text[]) lane, unnest(enum_range(null::public.job_step)) step,
  unnest(enum_range(null::public.attempt_phase) || null::public.attempt_phase) phase, generate_series(1, 4) n
-- An attempt of a job that waits or has ended is over; of one that runs it is not.
where case when step <= 'queued' then coalesce(phase = 'finished', true) when step <= 'webhook_received' then phase < 'finished' else coalesce(phase = 'finished', true) end;
select cmp_ok((select count(*) from states), '>', 500::bigint, 'there are hundreds of states');

-- A third of them as things are, then others of them, an eighth each time.
create function pg_temp.problems(p_every integer, p_from integer) returns setof text language sql as $$
  select format('%s: %s', s.state, problem) from states s, lateral (
      select count(*) filter (where rank = 1 and not ruled_out) as firsts, count(*) filter (where coalesce(detail, '') = '' or level is null) as wordless,
        string_agg(code, ', ') filter (where not ruled_out and level <> 'info' and code in (select w.code from private.words_of_waiting() w)) as waiting
      from ops.diagnose(s.id)) seen,
    lateral (values (case when firsts <> 1 then firsts || ' first verdicts' end), (case when wordless > 0 then wordless || ' without words' end),
      (case when not s.is_open then 'has ended and waits: ' || waiting end)) p (problem)
  where s.n % p_every = p_from and problem is not null
$$;
create function pg_temp.with(p_what text, p_every integer, p_from integer) returns text language plpgsql as $$
declare
  v_problems text;
begin
  execute p_what;
  v_problems := (select string_agg(p, E'\n') from (select p from pg_temp.problems(p_every, p_from) p limit 10) few);
  raise exception using errcode = 'ZZ999', message = coalesce(v_problems, 'none');
exception when sqlstate 'ZZ999' then return sqlerrm;
end
$$;
select is(pg_temp.with('select', 3, 0), 'none', 'as things are');
select is(pg_temp.with($$ update private.lanes set paused_until = private.now() + interval '1 hour', pause_reason = 'x' where lane in ('webhook', 'pull');
  update private.lanes set circuit_opened_at = private.now(), circuit_probe_at = private.now(), circuit_reason = 'x' where lane in ('poll', 'sync') $$, 8, 1),
  'none', 'lanes that are paused, providers that are down');
select is(pg_temp.with($$ update private.accounts set paused_until = 'infinity', pause_reason = 'x' where lane in ('webhook', 'pull');
  delete from private.slots where lane in ('poll', 'sync') $$, 8, 3), 'none', 'accounts that are paused or have no slots');
select is(pg_temp.with($$ update private.accounts set retired_at = private.now() where lane in ('webhook', 'pull');
  update public.tools set is_enabled = false where lane in ('poll', 'sync') $$, 8, 5), 'none', 'accounts that are gone, tools that are off');
select is(pg_temp.with($$ select tests.later('2 days') $$, 8, 7), 'none', 'long after');
select * from finish();
rollback;
