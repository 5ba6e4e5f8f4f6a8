create function private.retry_delay(p_lane text, p_retry_count integer) returns interval
language plpgsql volatile set search_path = '' as $$
begin
  -- Full jitter: anything up to the exponential bound, so that jobs that failed together do not come back together.
  return (
    select random() * least(backoff_max, backoff_base * power(2, least(p_retry_count, 20)))
    from private.lanes where lane = p_lane);
end
$$;
comment on function private.retry_delay(text, integer) is
  'How long to wait before the retry after p_retry_count earlier ones: random between zero and backoff_base × '
  '2^p_retry_count, at most backoff_max (exponential backoff with full jitter).';
revoke execute on function private.retry_delay(text, integer) from public;

create function private.retry_by(p_job public.jobs) returns timestamptz
language plpgsql stable set search_path = '' as $$
begin
  -- Nobody is served by a try that begins when there is hardly time left for it.
  return (
    select p_job.expires_at - coalesce(t.expires_after, interval '24 hours') / 3
    from (select 1) one left join public.tools t on t.tool = p_job.tool);
end
$$;
comment on function private.retry_by(public.jobs) is
  'The last moment for a retry of a job to begin: a third of its life before it expires.';
revoke execute on function private.retry_by(public.jobs) from public;

create function private.requeue_job(
  p_job public.jobs, p_error_code text, p_error_message text, p_retry_class text, p_delay interval, p_at timestamptz,
  p_gives_back boolean default false
) returns void language plpgsql volatile set search_path = '' as $$
declare
  -- In a row, with this one.
  v_waits integer := case when p_retry_class = 'wait' then p_job.waits + 1 else 0 end;
begin
  -- A provider that is busy for hours sends a job back every few seconds. After ten times only the 16th, 32nd, 64th and
  -- so on are written into the history; the version rises with each.
  update public.jobs set status = 'pending', current_step = 'queued', started_at = null, deadline_at = null,
    progress = null, run_at = p_at + p_delay, queued_at = p_at, waits = v_waits, refundable = true,
    attempt = attempt - p_gives_back::integer,
    retry_count = retry_count + (p_retry_class = 'backoff')::integer,
    start_by = case when p_retry_class = 'backoff' then private.retry_by(p_job) else start_by end,
    step_history = case when v_waits > 10 and v_waits & (v_waits - 1) <> 0
        and step_history -> -1 ->> 'step' in ('starting', 'upload') then step_history
      else step_history || private.step('queued', p_at, jsonb_build_object(
        'attempt', attempt, 'error', p_error_message, 'error_code', p_error_code,
        'retry_class', p_retry_class, 'retry_at', p_at + p_delay, 'waits', case when v_waits > 1 then v_waits end)) end
  where id = p_job.id;
end
$$;
comment on function private.requeue_job(public.jobs, text, text, text, interval, timestamptz, boolean) is
  'Puts a locked job back to wait: it keeps its ticket, so its place in time. Only the class backoff uses up an '
  'attempt. p_gives_back: the attempt cannot have had a task, and its number is used again. The history tells of the '
  'first ten waits in a row for a busy provider, then of every power of two, with their number (waits).';
revoke execute on function private.requeue_job(public.jobs, text, text, text, interval, timestamptz, boolean)
  from public;
