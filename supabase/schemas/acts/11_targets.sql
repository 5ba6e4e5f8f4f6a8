create function private.targets_of(p_action text, p_filter private.act_filter, p_limit integer)
returns setof public.jobs
language plpgsql volatile set search_path = '' set plan_cache_mode = force_custom_plan as $$
begin
  -- Volatile, so that it sees what was committed before a lock was had; a linter would have it stable.
  -- @plpgsql_check_options: performance_warnings = off
  -- Where a filter says nothing of where a job stands, the action does, so that an index finds those few.
  if p_filter.job_ids is null and p_filter.status is null and p_action in ('redrive', 'retry') then
    p_filter.status := 'failed';
  end if;
  return query
    select j.* from public.jobs j
    where (p_filter.job_ids is null or j.id = any (p_filter.job_ids))
      and (p_filter.user_id is null or j.user_id = p_filter.user_id)
      and (p_filter.tool is null or j.tool = p_filter.tool)
      and (p_filter.lane is null or j.lane = p_filter.lane)
      and (p_filter.status is null or j.status = p_filter.status)
      and (p_filter.error_code is null or j.error_code = p_filter.error_code)
      and (p_filter.failed_step is null or j.failed_at_step = p_filter.failed_step)
      and (p_filter.created_from is null or j.created_at >= p_filter.created_from)
      and (p_filter.created_to is null or j.created_at < p_filter.created_to)
      and (p_filter.ended_from is null or j.completed_at >= p_filter.ended_from)
      and (p_action not in ('cancel', 'set_priority', 'replay_webhook', 'quarantine') or p_filter.job_ids is not null
        or j.status in ('pending', 'processing'))
      and (p_action <> 'release' or p_filter.job_ids is not null
        or j.id in (select q.job_id from private.quarantine q))
      and (p_action <> 'resolve' or p_filter.job_ids is not null or j.error_code = 'outcome_unknown')
    order by j.completed_at, j.id limit p_limit;
end
$$;
comment on function private.targets_of(text, private.act_filter, integer) is
  'The first p_limit jobs that a filter names, those that ended first before others. Unless it names jobs one by one, '
  'only those are looked at that the action can be for by their status: retry and redrive take failed jobs unless the '
  'filter has another status; what changes open jobs takes open ones.';
revoke execute on function private.targets_of(text, private.act_filter, integer) from public;
