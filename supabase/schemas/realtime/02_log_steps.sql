-- Each step that jobs take, whoever takes it: what SQL does by itself (insert, credits, queue_check, queued, the ends
-- of the reaper) no function logs. Read from the hints that tell of changes: without their triggers there are no lines.

create function private.view_of(p_tool text, p_lane text) returns text
language plpgsql stable set search_path = '' as $$
begin
  return case
    when p_tool in ('upscaler', 'pose_changer', 'veste_ai', 'video_upscaler') then p_tool || '_jobs'
    when p_tool in ('image', 'video') then 'fal_jobs'
    when p_lane = 'publication' then 'publication_jobs'
    when exists (select from private.lanes where lane = p_lane and delivery = 'pull') then 'ai_jobs'
    else 'jobs' end;
end
$$;
comment on function private.view_of(text, text) is 'The name by which applications know the jobs of a tool or lane.';
revoke execute on function private.view_of(text, text) from public;

create function private.log_steps_of(p_hints private.hint[]) returns void
language plpgsql volatile set search_path = '' as $$
declare
  v_entry record;
begin
  for v_entry in
    with changed as (
      select h.n, h.payload #>> '{new,id}' as id, h.payload #>> '{new,tool}' as tool,
        h.payload #>> '{new,lane}' as lane, h.payload -> 'steps' as steps
      from unnest(p_hints) with ordinality h (id, topic, event, payload, row_id, n)
      where h.payload ->> 'table' = 'jobs'
      union all -- many that were created are told of together
      select h.n, j.id::text, j.tool, j.lane, j.step_history
      from unnest(p_hints) with ordinality h (id, topic, event, payload, row_id, n)
      cross join jsonb_array_elements_text(h.payload -> 'ids') created join public.jobs j on j.id = created::uuid
      where h.event = 'jobs_created'
    )
    select private.view_of(c.tool, c.lane) as name, c.id, entry ->> 'step' as step,
      entry - 'step' || jsonb_build_object('tool', c.tool, 'lane', c.lane) as details
    from changed c cross join jsonb_array_elements(c.steps) with ordinality e (entry, place) order by c.n, c.id, place
  loop
    raise log '[%] Job %: % %', v_entry.name, v_entry.id, v_entry.step, v_entry.details;
  end loop;
end
$$;
comment on function private.log_steps_of(private.hint[]) is
  'Writes a line for each step that the hints tell of to the database''s log: `[{table}] Job {id}: {step} {JSON}`.';
revoke execute on function private.log_steps_of(private.hint[]) from public;

create function ops.log_steps(p_for interval default '15 minutes') returns timestamptz
language plpgsql security definer set search_path = '' as $$
begin
  return private.log_for('steps', p_for);
end
$$;
comment on function ops.log_steps(interval) is
  'Has each step of each job written to the database''s log for so long, a day at the most, whoever takes it: '
  '`[{table}] Job {id}: {step} {JSON}`, the table by the name that applications know (upscaler_jobs, fal_jobs, …; jobs '
  'where there is none), as JSON when it was and what the history holds of it. Of a batch the first hundred. Zero or '
  'null: no longer. Returns until when.';
revoke execute on function ops.log_steps(interval) from public;
