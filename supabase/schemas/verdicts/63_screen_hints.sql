-- Whether the last change of a row was broadcast: by the broadcast itself, which Realtime keeps for three days, and by
-- what was counted of those that could not be written. The rows are the job, and what it changes besides: a model, a
-- project. As told of on their topics.

create type private.told_row as (
  table_name text, id uuid, topic text, version integer, changed_at timestamptz, created_at timestamptz);
comment on type private.told_row is 'A row that screens show: on which topic it is told of, and its last change.';

create function private.told_rows_of(p_job public.jobs) returns setof private.told_row
language plpgsql stable set search_path = '' as $$
begin
  return next ('public.jobs', p_job.id, 'jobs:' || p_job.user_id, p_job.version, p_job.updated_at,
    p_job.created_at)::private.told_row;
  if p_job.effect = 'model' then
    return query select 'public.ai_models'::text, m.id, 'jobs:' || m."userId", m.version, m."updatedAt", m."createdAt"
      from public.ai_models m where m."trainingJobId" = p_job.id;
  elsif p_job.effect = 'project_node' then
    return query select 'public.projects'::text, p.id, 'project:' || p.id, p.version, p.updated_at, p.created_at
      from public.projects p where p.id = private.project_of(p_job.metadata) and p.user_id = p_job.user_id;
  end if;
end
$$;
comment on function private.told_rows_of(public.jobs) is 'The rows by which screens show a job.';
revoke execute on function private.told_rows_of(public.jobs) from public;

create function private.told_at(p_row private.told_row) returns timestamptz
language plpgsql stable set search_path = '' as $$
begin
  -- A message bears the time at which its transaction began, which may have waited; a batch is told of as one.
  return (
    select m.inserted_at at time zone 'UTC' from realtime.messages m
    where m.extension = 'broadcast' and m.private and m.topic = p_row.topic
      and m.inserted_at > (p_row.changed_at - interval '2 minutes') at time zone 'UTC'
      and m.inserted_at < (p_row.changed_at + interval '5 seconds') at time zone 'UTC'
      and (m.payload #>> '{new,id}' = p_row.id::text and (m.payload #>> '{new,version}')::integer >= p_row.version
        or m.event = 'jobs_created' and p_row.created_at > p_row.changed_at - interval '2 minutes')
    order by m.inserted_at desc limit 1);
end
$$;
comment on function private.told_at(private.told_row) is
  'When the last change of a row was written to realtime.messages; null: it is not there, or not any more.';
revoke execute on function private.told_at(private.told_row) from public;

create function private.told_anew_at(p_topic text, p_since timestamptz) returns timestamptz
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
comment on function private.told_anew_at(text, timestamptz) is
  'When a topic was told that it has missed something, within the two minutes in which it is; null: it was not.';
revoke execute on function private.told_anew_at(text, timestamptz) from public;

create function private.failure_of_change(p_row private.told_row) returns private.broadcast_failures
language plpgsql stable set search_path = '' as $$
declare
  v_failure private.broadcast_failures;
begin
  select * into v_failure from private.broadcast_failures f
  where f.minute between date_trunc('minute', p_row.changed_at) and p_row.changed_at + interval '5 seconds'
    and f.failed_at >= p_row.changed_at
    and (f.heard = 0 or f.topics is null or p_row.topic = any (f.topics))
  order by f.heard = 0, f.failed_at limit 1;
  return v_failure;
end
$$;
comment on function private.failure_of_change(private.told_row) is
  'The failed broadcasts of which that of a row''s last change may be one; rather those that somebody could have '
  'heard.';
revoke execute on function private.failure_of_change(private.told_row) from public;
