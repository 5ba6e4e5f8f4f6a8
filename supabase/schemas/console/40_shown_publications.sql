-- What operators see of publishing: a calendar, what was enqueued together, what nobody knows, how it goes, and the
-- accounts that it goes out by. All of it reads; whoever changes something does so by ops.act.
--
-- A publication has a place in time (at): when it ended; where it waits for a time, that time; where it waits for its
-- turn or is under way, when it was due. Days are those of a time zone that the caller names, from midnight to midnight
-- there, and are reckoned here: 23 to 25 hours long, whatever a browser knows of zones.
--
-- Nothing reads without an end. What ended is found by an index, the newest first, up to 10,000; what is open by those
-- that dispatch has, up to 5,000. Where there was more, is_complete is false.

-- What was published in those days, and what has failed?
create index publications_by_end on public.jobs (completed_at, id)
  where lane = 'publication' and completed_at is not null;

create view private.shown_publications with (security_invoker = true) as
select p.job_id, p.group_id, p.user_id, p.connection_id, p.platform, j.tool as option,
  case
    when p.unknown_at is not null then
      case p.resolved when 'there' then 'published' when 'not_there' then 'failed' else 'unknown' end
    when j.status = 'completed' then 'published'
    when j.status = 'failed' then 'failed'
    when j.status = 'cancelled' then 'cancelled'
    when j.status = 'processing' then 'publishing'
    when p.line = 'scheduled' and j.attempt = 0 then 'scheduled'
    else 'waiting'
  end as state,
  case
    when j.completed_at is not null then j.completed_at when p.line = 'scheduled' then j.run_at else due.due_at
  end as at,
  due.due_at, p.hold, p.created_at, j.started_at, j.completed_at, j.status, p.committed_at, p.post_id, p.permalink,
  p.warnings, p.unknown_at, p.resolved, p.resolved_how, j.error_code, j.error_message, j.retry_count,
  j.credits_charged, j.refund, j.input -> 'caption' as caption
from public.publications p join public.jobs j on j.id = p.job_id,
  lateral (
    select greatest(j.created_at, (jsonb_path_query_first(j.step_history, '$[*] ? (@.step == "queued")')
      ->> 'run_at')::timestamptz) as due_at) due;
comment on view private.shown_publications is
  'Publications as operators see them. state: scheduled (for a time), waiting, publishing, published (also what '
  'somebody has seen there), failed, cancelled, unknown (nobody knows, or has looked yet). at: its place in time; '
  'due_at: when it was enqueued, or the time that it was scheduled for.';
revoke all on private.shown_publications from anon, authenticated, service_role;

create function private.publication_line(p_shown private.shown_publications, p_role text) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return to_jsonb(p_shown) - array['status', 'warnings', 'caption'] || jsonb_build_object(
    'user_email', (select email from auth.users where id = p_shown.user_id),
    'account', (select coalesce(display_name, external_id) from public.connections where id = p_shown.connection_id),
    'took_ms', case when p_shown.status = 'completed' then private.ms(p_shown.completed_at - p_shown.due_at) end,
    'warnings', jsonb_array_length(p_shown.warnings),
    'caption', case when p_role = 'admin' then to_jsonb(private.cut(p_shown.caption #>> '{}', 200))
      else private.masked(p_shown.caption) end);
end
$$;
comment on function private.publication_line(private.shown_publications, text) is
  'A publication in a list of operators: {job_id, group_id, user_id, user_email, connection_id, account, platform, '
  'option, state, at, due_at, hold, created_at, started_at, completed_at, committed_at, took_ms (from due_at until it '
  'was there), post_id, permalink, warnings: how many, unknown_at, resolved, resolved_how, error_code, error_message, '
  'retry_count, credits_charged, refund, caption: its beginning and end}. For p_role support the caption is masked.';
revoke execute on function private.publication_line(private.shown_publications, text) from public;

create function private.check_zone(p_zone text) returns void
language plpgsql stable set search_path = '' as $$
begin
  -- Names alone: an abbreviation has no rules, and Postgres would take "nowhere5" for a zone five hours from Greenwich.
  if p_zone = 'UTC' or exists (select from pg_catalog.pg_timezone_names where name = p_zone) then return; end if;
  perform private.refuse(422, 'invalid_input', format('There is no time zone %L.', left(p_zone, 100)), 'zone');
end
$$;
comment on function private.check_zone(text) is
  'Error 422 invalid_input unless there is a time zone of that name, such as America/Sao_Paulo.';
revoke execute on function private.check_zone(text) from public;
