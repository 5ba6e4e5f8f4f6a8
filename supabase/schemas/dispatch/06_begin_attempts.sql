create function private.starting(
  p_at timestamptz, p_account text, p_settings jsonb, p_input jsonb, p_attempt integer
) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return private.step('starting', p_at, jsonb_build_object(
    'accountName', p_account,
    'webappId', coalesce(
      p_settings #> array['variants', p_input ->> 'variant', 'webapp_id'], p_settings -> 'webapp_id'),
    'attempt', nullif(p_attempt, 1)));
end
$$;
comment on function private.starting(timestamptz, text, jsonb, jsonb, integer) is
  'The entry of the history for an attempt that begins on an account; p_settings: of the tool, p_input: of the job. '
  'The first attempt is not counted.';
revoke execute on function private.starting(timestamptz, text, jsonb, jsonb, integer) from public;

create function private.begin_attempts(
  p_lane private.lanes, p_starts private.start[], p_at timestamptz
) returns void
language plpgsql set search_path = '' set plan_cache_mode = force_generic_plan as $$
begin
  with begun as (
    insert into public.job_attempts as a (job_id, attempt, dispatch, user_id, account_id, slot_id, started_at)
    select job_id, attempt, dispatch, user_id, account_id, slot_id, p_at from unnest(p_starts)
    -- One that came to no task is begun again, as new, and with a new token.
    on conflict (job_id, attempt) do update set
      dispatch = excluded.dispatch, token = excluded.token, account_id = excluded.account_id,
      slot_id = excluded.slot_id, started_at = excluded.started_at, phase = 'dispatched', outcome = null,
      finished_at = null, submits = 0, external_id = null, submit_until = null, submitted_first_at = null,
      submitted_at = null, never_existed = false, nones = 0, none_at = null, polled_at = null, question_id = null,
      error_code = null, error_message = null, checkpoint = '{}', worker = null, leased_until = null
    returning a.job_id, a.token
  )
  update private.slots s set job_id = t.job_id, token = b.token
  from unnest(p_starts) t join begun b on b.job_id = t.job_id where s.slot_id = t.slot_id;
  perform private.send_messages(p_lane.queue_name, array(
    select jsonb_build_object('job_id', job_id, 'attempt', attempt, 'dispatch', dispatch) from unnest(p_starts)));
  perform private.advance_clock(p_lane.lane, s.priority, max(s.ticket)) from unnest(p_starts) s
  group by s.priority order by s.priority;
  if p_lane.rate_limit is not null then
    insert into private.starts (lane, started_at) select p_lane.lane, p_at from unnest(p_starts);
  end if;
  perform private.announce_lane(p_lane.lane);
end
$$;
comment on function private.begin_attempts(private.lanes, private.start[], timestamptz) is
  'What goes with moving jobs to starting: their attempts, their slots (locked by the caller), their messages, the '
  'lane''s clocks and its rate. p_starts: in the order in which the worker is to have them.';
revoke execute on function private.begin_attempts(private.lanes, private.start[], timestamptz) from public;

create type private.begun as (attempt public.job_attempts, msg_id bigint);
comment on type private.begun is
  'An attempt that has just begun, and its message, where whoever began it has leased that.';

create function private.begin_first_attempt(
  p_lane private.lanes, p_job public.jobs, p_slot_id bigint, p_account_id integer, p_phase public.attempt_phase,
  p_is_leased boolean
) returns private.begun
language plpgsql set search_path = '' as $$
declare
  v_begun private.begun;
  v_message jsonb := jsonb_build_object('job_id', p_job.id, 'attempt', 1, 'dispatch', 1);
begin
  with begun as (
    insert into public.job_attempts as a (job_id, attempt, user_id, account_id, slot_id, phase, started_at)
    values (p_job.id, 1, p_job.user_id, p_account_id, p_slot_id, p_phase, p_job.started_at) returning a
  ), held as (
    update private.slots s set job_id = p_job.id, token = (begun.a).token from begun where s.slot_id = p_slot_id
  )
  select begun.a into v_begun.attempt from begun;
  if p_is_leased then
    v_begun.msg_id := private.send_leased(p_lane.queue_name, p_lane.lease, v_message);
  else
    perform private.send_messages(p_lane.queue_name, array[v_message]);
  end if;
  perform private.advance_clock(p_lane.lane, p_job.priority, p_job.ticket);
  perform private.announce_lane(p_lane.lane);
  return v_begun;
end
$$;
comment on function private.begin_first_attempt(
  private.lanes, public.jobs, bigint, integer, public.attempt_phase, boolean) is
  'What begin_attempts does, for one job that has just been written as starting, in a lane that has no rate. p_phase: '
  'of the attempt; p_is_leased: the caller is the worker, and has the message leased. Returns the attempt, and the id '
  'of a leased message.';
revoke execute on function private.begin_first_attempt(
  private.lanes, public.jobs, bigint, integer, public.attempt_phase, boolean) from public;
