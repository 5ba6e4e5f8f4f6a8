create function private.in_view(p_input jsonb, p_output jsonb, p_metadata jsonb, p_history jsonb, p_is_masked boolean)
returns jsonb
language plpgsql immutable set search_path = '' as $$
begin
  if p_is_masked then
    return jsonb_build_object('input', private.masked(p_input), 'output', private.masked(p_output),
      'metadata', private.masked(p_metadata), 'step_history', p_history);
  end if;
  return jsonb_build_object('input', p_input, 'output', p_output, 'metadata', p_metadata, 'step_history', p_history);
end
$$;
comment on function private.in_view(jsonb, jsonb, jsonb, jsonb, boolean) is
  'What a path is held against: {input, output, metadata, step_history} of a job, as who asks would see it.';
revoke execute on function private.in_view(jsonb, jsonb, jsonb, jsonb, boolean) from public;

create type private.list_place as (created_at timestamptz, id uuid);
comment on type private.list_place is 'A place in the list of all jobs, the newest first: that of a job.';

create type private.found as (
  places private.list_place[], looked integer, next private.list_place, is_complete boolean);
comment on type private.found is
  'What looking came to: the places of jobs that fit, how many were looked at, where to go on, whether that was all.';

create function private.look_through(
  p_sought private.sought, p_after private.list_place, p_chunk integer, p_most integer, p_now timestamptz
) returns private.found
language plpgsql volatile set search_path = '' set plan_cache_mode = force_custom_plan as $$
declare
  v_found private.found;
begin
  -- Volatile, so that it sees what was committed before a lock was had; a linter would have it stable.
  -- @plpgsql_check_options: performance_warnings = off
  with newest as materialized (
    select j.created_at, j.id from public.jobs j
    where (p_sought.job_ids is null or j.id = any (p_sought.job_ids))
      and (p_sought.user_id is null or j.user_id = p_sought.user_id)
      and (p_sought.created_from is null or j.created_at >= p_sought.created_from)
      and (p_sought.created_to is null or j.created_at < p_sought.created_to)
      and (p_after.id is null or (j.created_at, j.id) < (p_after.created_at, p_after.id))
    order by j.created_at desc, j.id desc limit p_chunk
  ), matching as (
    select (n.created_at, n.id)::private.list_place as place
    -- One by one: by whatever else is asked for, an index might have far more than these.
    from newest w cross join lateral (select * from public.jobs j where j.id = w.id offset 0) n
    left join auth.users u on u.id = n.user_id and p_sought.text is not null
    where (p_sought.tools is null or n.tool = any (p_sought.tools))
      and (p_sought.lanes is null or n.lane = any (p_sought.lanes))
      and (p_sought.statuses is null or n.status = any (p_sought.statuses))
      and (p_sought.steps is null or n.current_step = any (p_sought.steps))
      and (p_sought.failed_steps is null or n.failed_at_step = any (p_sought.failed_steps))
      and (p_sought.error_codes is null or n.error_code = any (p_sought.error_codes))
      and (p_sought.refunds is null or n.refund = any (p_sought.refunds))
      and (p_sought.is_retry is null or (n.retried_from is not null) = p_sought.is_retry)
      and (p_sought.slower_than is null
        or coalesce(n.completed_at, p_now) - n.created_at > p_sought.slower_than)
      and (p_sought.waited_over is null
        or coalesce(n.started_at, n.completed_at, p_now) - greatest(n.queued_at, n.created_at, n.run_at)
          > p_sought.waited_over)
      and (p_sought.ran_over is null or coalesce(n.completed_at, p_now) - n.started_at > p_sought.ran_over)
      and (p_sought.has_retry is null
        or exists (select from public.jobs again where again.retried_from = n.id) = p_sought.has_retry)
      and (p_sought.text is null or strpos(n.id::text, p_sought.text) > 0
        or strpos(lower(n.request_id), p_sought.text) > 0 or strpos(lower(n.error_code), p_sought.text) > 0
        or strpos(lower(n.error_message), p_sought.text) > 0 or strpos(lower(u.email), p_sought.text) > 0
        -- What was typed may be a piece of JSON, or of a text as JSON writes it.
        or not p_sought.is_masked and (strpos(lower(n.input::text), p_sought.text) > 0
          or strpos(lower(n.metadata::text), p_sought.text) > 0
          or p_sought.json_text <> p_sought.text and (strpos(lower(n.input::text), p_sought.json_text) > 0
            or strpos(lower(n.metadata::text), p_sought.json_text) > 0)))
      and (p_sought.path is null or case when p_sought.path_is_a_question
        then jsonb_path_match(private.in_view(n.input, n.output, n.metadata, n.step_history, p_sought.is_masked),
          p_sought.path, '{}', true) is true
        else jsonb_path_exists(private.in_view(n.input, n.output, n.metadata, n.step_history, p_sought.is_masked),
          p_sought.path, '{}', true) end)
    order by w.created_at desc, w.id desc limit p_most
  )
  select array(select place from matching), count(*), (
      select (w.created_at, w.id)::private.list_place from newest w order by w.created_at, w.id limit 1),
    count(*) < p_chunk
  into v_found from newest;
  return v_found;
end
$$;
comment on function private.look_through(private.sought, private.list_place, integer, integer, timestamptz) is
  'Looks through the next p_chunk jobs after a place (null: from the newest on) of those that an index narrows a '
  'filter to. places: of the first p_most that fit it, null: none; next: the last that was looked at; is_complete: '
  'there were no more.';
revoke execute on function private.look_through(private.sought, private.list_place, integer, integer, timestamptz)
  from public;
