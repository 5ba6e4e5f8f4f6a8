create table private.tool_durations (
  tool text primary key references public.tools (tool) on delete cascade,
  p50 interval,
  samples integer not null,
  measured_at timestamptz not null,
  constraint a_median_has_samples check ((p50 is null) = (samples = 0)),
  constraint medians_are_positive check (p50 > '0')
);

alter table private.tool_durations enable row level security;

comment on table private.tool_durations is
  'How long the tasks of a tool take at its provider, where its lane estimates progress.';
comment on column private.tool_durations.p50 is
  'Median of the last samples: from running to webhook_received, or to completed where no webhook came. Null: the tool '
  'has completed nothing in its lane.';

create function private.took(p_history jsonb, p_submitted_at timestamptz, p_finished_at timestamptz) returns interval
language plpgsql stable set search_path = '' as $$
begin
  return nullif(greatest(coalesce((
    select min((entry ->> 'timestamp')::timestamptz) from jsonb_array_elements(p_history) entry
    where entry ->> 'step' = 'webhook_received' and (entry ->> 'timestamp')::timestamptz >= p_submitted_at
  ), p_finished_at) - p_submitted_at, '0'), '0');
end
$$;
comment on function private.took(jsonb, timestamptz, timestamptz) is
  'How long the provider had a task that was submitted and completed at these times: until the webhook that the job''s '
  'history tells of, else until it was completed. Null: no time at all.';
revoke execute on function private.took(jsonb, timestamptz, timestamptz) from public;

create function private.measure_durations() returns integer
language plpgsql set search_path = '' as $$
declare
  v_now timestamptz := private.now();
  v_count integer;
begin
  with due as materialized (
    -- A time to come is a clock that was set back.
    select t.tool, t.lane from public.tools t join private.lanes l using (lane)
    left join private.tool_durations d using (tool)
    where l.estimates_progress
      and (v_now - d.measured_at
        between '0' and case when d.p50 is null then interval '1 minute' else '5 minutes' end) is not true
  ), completed as (
    select job_id, submitted_at, finished_at from public.job_attempts
    where finished_at is not null and exists (select from due)
    order by finished_at desc limit 2000
  ), taken as (
    select due.tool, private.took(j.step_history, c.submitted_at, c.finished_at) as took,
      row_number() over (partition by due.tool order by c.finished_at desc) as nth
    from completed c join public.jobs j on j.id = c.job_id join due on due.tool = j.tool and due.lane = j.lane
    where j.status = 'completed' and j.completed_at = c.finished_at and c.submitted_at is not null
  ), measured as (
    select due.tool, count(took) as samples, percentile_cont(0.5) within group (order by took) as p50
    from due left join taken on taken.tool = due.tool and taken.nth <= 100 group by due.tool
  )
  insert into private.tool_durations as d (tool, p50, samples, measured_at)
  select tool, p50, samples, v_now from measured
  -- What it took when it was last in use is better than nothing.
  on conflict (tool) do update set measured_at = excluded.measured_at, p50 = coalesce(excluded.p50, d.p50),
    samples = case when excluded.p50 is null then d.samples else excluded.samples end;
  get diagnostics v_count = row_count;
  return v_count;
end
$$;
comment on function private.measure_durations() is
  'Measures the tools of lanes that estimate progress by their last 100 completed jobs among the last 2,000 attempts '
  'that ended: each at most every five minutes, or every minute while there is nothing to go by. Returns how many '
  'tools it looked at.';
revoke execute on function private.measure_durations() from public;
