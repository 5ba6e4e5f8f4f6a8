create function private.findings_of_tool(p_job public.jobs) returns setof private.finding
language plpgsql stable set search_path = '' as $$
declare
  v_tool public.tools;
begin
  if p_job.status not in ('pending', 'failed') then return; end if;
  select * into v_tool from public.tools where tool = p_job.tool;
  if v_tool.is_enabled is false then
    return next private.finding('tool_disabled', format('The tool %s is switched off: %s.', p_job.tool,
        case p_job.status when 'pending' then 'what was created before still runs, and nothing new is taken'
          else 'it cannot be tried again until it is on' end),
      p_subject => p_job.tool,
      p_repair_sql => format('update public.tools set is_enabled = true where tool = %L', p_job.tool),
      -- What waits does so until its turn comes, and this is unusual about it; what has failed waits for nothing.
      p_level => case p_job.status when 'failed' then 'info' end,
      p_clears => case p_job.status when 'pending' then 'by_itself' end);
  end if;
end
$$;
comment on function private.findings_of_tool(public.jobs) is
  'Whether the tool of a job that waits, or could be tried again, is switched off.';
revoke execute on function private.findings_of_tool(public.jobs) from public;

create function private.lacks(p_wait private.wait) returns text
language plpgsql stable set search_path = '' as $$
begin
  return case
    when (p_wait.lane).lane is null then 'no_lane'
    when (p_wait.job).tool is not null
      and not exists (select from public.tools where tool = (p_wait.job).tool) then 'no_tool'
    when to_regclass(format('pgmq.%I', 'q_' || (p_wait.lane).queue_name)) is null then 'no_queue'
    when (p_wait.now).accounts > 0 then null
    when exists (select from private.accounts where lane = (p_wait.lane).lane) then 'account_retired'
    else 'no_account' end;
end
$$;
comment on function private.lacks(private.wait) is
  'What a job lacks without which it can never start: no_lane, no_tool, no_queue, account_retired (all of them are) or '
  'no_account; null: nothing.';
revoke execute on function private.lacks(private.wait) from public;

create function private.findings_of_setup(p_wait private.wait) returns setof private.finding
language plpgsql stable set search_path = '' as $$
declare
  v_lane text := (p_wait.job).lane;
  v_lack text := private.lacks(p_wait);
begin
  if v_lack is not null then
    return next private.finding('never_can_run', case v_lack
        when 'no_lane' then format('There is no lane %s.', v_lane)
        when 'no_tool' then format('There is no tool %s.', (p_wait.job).tool)
        when 'no_queue' then format('The queue %s of lane %s is gone.', (p_wait.lane).queue_name, v_lane)
        when 'account_retired' then format('Every account of lane %s has been removed.', v_lane)
        else format('Lane %s has no account.', v_lane) end,
      jsonb_build_object('reason', v_lack, 'lane', v_lane, 'queue', (p_wait.lane).queue_name),
      p_since => (p_wait.job).queued_at, p_subject => v_lane,
      p_repair_sql => case v_lack when 'no_queue' then format('select pgmq.create(%L)', (p_wait.lane).queue_name) end);
  elsif (p_wait.now).slots = 0 then
    return query
      select (private.finding('account_has_no_slots', format('No account of lane %s has a slot.', v_lane),
        jsonb_build_object('accounts', array_agg(a.name order by a.account_id)), p_since => (p_wait.job).queued_at,
        p_subject => v_lane,
        p_repair_sql => format('select private.set_capacity(%s, 1)', min(a.account_id)))).*
      from private.accounts a where a.lane = v_lane and a.retired_at is null;
  else
    return next private.not_so('never_can_run', format('Lane %s has its queue, %s accounts and %s slots.', v_lane,
      (p_wait.now).accounts, (p_wait.now).slots), p_subject => v_lane);
  end if;
end
$$;
comment on function private.findings_of_setup(private.wait) is 'Whether a lane has all that it takes to start a job.';
revoke execute on function private.findings_of_setup(private.wait) from public;
