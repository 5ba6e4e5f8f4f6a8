create function private.hint_told_at(p_job public.jobs) returns timestamptz
language plpgsql stable set search_path = '' as $$
declare
  v_from timestamp := (p_job.updated_at - interval '2 minutes') at time zone 'UTC';
  v_to timestamp := (p_job.updated_at + interval '5 seconds') at time zone 'UTC';
begin
  -- A message bears the time at which its transaction began, which may have waited; a batch is told of as one.
  return (
    select m.inserted_at at time zone 'UTC' from realtime.messages m
    where m.extension = 'broadcast' and m.private and m.topic = 'jobs:' || p_job.user_id
      and m.inserted_at between v_from and v_to
      and (m.payload #>> '{new,id}' = p_job.id::text and (m.payload #>> '{new,version}')::integer >= p_job.version
        or m.event = 'jobs_created' and p_job.created_at > p_job.updated_at - interval '2 minutes')
    order by m.inserted_at desc limit 1);
end
$$;
comment on function private.hint_told_at(public.jobs) is
  'When the last change of a job was written to realtime.messages; null: it is not there, or not any more.';
revoke execute on function private.hint_told_at(public.jobs) from public;

create function private.told_since(p_topic text, p_since timestamptz) returns timestamptz
language plpgsql stable set search_path = '' as $$
begin
  -- By when it was said, not by when its transaction began.
  return (
    select min((m.payload #>> '{_debug,triggeredAt}')::timestamptz) from realtime.messages m
    where m.extension = 'broadcast' and m.private and m.topic = p_topic
      and m.inserted_at > (p_since - interval '2 minutes') at time zone 'UTC'
      and m.inserted_at < (p_since + interval '2 minutes') at time zone 'UTC'
      and m.payload #>> '{_debug,broadcastSuccess}' = 'false'
      and (m.payload #>> '{_debug,triggeredAt}')::timestamptz >= p_since);
end
$$;
comment on function private.told_since(text, timestamptz) is
  'When a topic was told that it has missed something, within the two minutes in which it is; null: it was not.';
revoke execute on function private.told_since(text, timestamptz) from public;

create function private.failure_of_hint(p_job public.jobs) returns private.broadcast_failures
language plpgsql stable set search_path = '' as $$
declare
  v_failure private.broadcast_failures;
begin
  select * into v_failure from private.broadcast_failures f
  where f.minute between date_trunc('minute', p_job.updated_at) and p_job.updated_at + interval '5 seconds'
    and f.failed_at >= p_job.updated_at
    and (f.heard = 0 or f.topics is null or 'jobs:' || p_job.user_id = any (f.topics))
  order by f.heard = 0, f.failed_at limit 1;
  return v_failure;
end
$$;
comment on function private.failure_of_hint(public.jobs) is
  'The failed broadcasts of which that of a job''s last change may be one; rather those that somebody could have '
  'heard.';
revoke execute on function private.failure_of_hint(public.jobs) from public;

create function private.findings_of_hint(p_job public.jobs, p_at timestamptz) returns setof private.finding
language plpgsql stable set search_path = '' as $$
declare
  v_told timestamptz := private.hint_told_at(p_job);
  v_failure private.broadcast_failures;
  v_evidence jsonb := jsonb_build_object('version', p_job.version, 'changed_at', p_job.updated_at);
begin
  if v_told is not null then
    return next private.not_so('broadcast_swallowed',
      format('Its last change (version %s) was broadcast.', p_job.version),
      v_evidence || jsonb_build_object('broadcast_at', v_told));
    return;
  end if;
  v_failure := private.failure_of_hint(p_job);
  v_evidence := v_evidence || jsonb_build_object('cause', v_failure.cause, 'message', v_failure.message,
    'failed', v_failure.count, 'heard', v_failure.heard, 'told_anew_at', private.told_since('jobs:' || p_job.user_id,
      v_failure.failed_at));
  if v_failure.heard = 0 then
    return next private.not_so('broadcast_swallowed',
      'No client was connected to hear of its last change.', v_evidence);
  elsif v_evidence ? 'told_anew_at' and v_evidence ->> 'told_anew_at' is not null then
    return next private.not_so('broadcast_swallowed', 'The broadcast of its last change was lost, and the next one on '
      'its owner''s topic has told the screens to read anew.', v_evidence);
  elsif v_failure.minute is not null then
    return next private.finding('broadcast_swallowed',
      format('The broadcast of its last change (version %s) could not be written: %s.', p_job.version,
        coalesce(v_failure.message, v_failure.cause)), v_evidence,
      p_since => v_failure.failed_at, p_expected_at => greatest(v_failure.failed_at + interval '1 minute', p_at),
      p_subject => 'realtime.messages');
  -- Realtime keeps broadcasts for three days; and what is of the future is of a clock that was set back.
  elsif p_job.updated_at between clock_timestamp() - interval '2 days' and clock_timestamp() then
    return next private.finding('not_announced',
      format('No broadcast of its last change (version %s) is there, and none is known to have failed.', p_job.version),
      v_evidence, p_since => p_job.updated_at, p_subject => 'realtime.messages');
  end if;
end
$$;
comment on function private.findings_of_hint(public.jobs, timestamptz) is
  'Whether a job''s last change was broadcast, by the broadcast itself.';
revoke execute on function private.findings_of_hint(public.jobs, timestamptz) from public;
