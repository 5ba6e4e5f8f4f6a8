-- Paces: how long things take of late, measured rather than guessed. What says when a waiting job will start, whether a
-- task takes unusually long, or what is older than usual, goes by them.
--
-- One row for each tool (how long its provider takes, how long a job of it takes) and for each lane (how long a slot is
-- held, how many of those who held one came back to wait, how many ended a minute). Every minute a part of the
-- schedules looks at the last 2,000 attempts that ended, by their index, and goes no further back: what has not been in
-- use since keeps what was measured when it was. Nothing locks but the rows written here.
--
-- Who says something by a pace asks first whether it is fresh: measured within a quarter of an hour, or nothing has
-- ended since. By one that is stale nothing is said.

create table private.tool_paces (
  tool text primary key references public.tools (tool) on delete cascade,
  samples integer not null default 0,
  p50 interval,
  p95 interval,
  run_p50 interval,
  run_p95 interval,
  holds integer not null default 0,
  hold_mean interval,
  hold_sd interval,
  last_ended_at timestamptz,
  measured_at timestamptz not null,
  constraint quantiles_have_samples check ((p50 is null) = (samples = 0) and (p95 is null) = (samples = 0)),
  constraint means_have_holds check ((hold_mean is null) = (holds = 0) and (hold_sd is null) = (holds = 0)),
  constraint quantiles_are_in_order check (p50 <= p95 and run_p50 <= run_p95)
);

alter table private.tool_paces enable row level security;

comment on table private.tool_paces is 'How long the tasks of each tool take, by its last 200 attempts that ended.';
comment on column private.tool_paces.samples is 'How many attempts that succeeded p50 and p95 are of.';
comment on column private.tool_paces.p50 is
  'Half of its tasks take no longer at the provider: from the submit to its final word. p95: nineteen of twenty. Null: '
  'none has succeeded.';
comment on column private.tool_paces.run_p50 is
  'The same for the whole attempt: from being given a slot until the result is stored.';
comment on column private.tool_paces.hold_mean is
  'How long an attempt holds a slot, however it ends; hold_sd: the standard deviation of that. holds: of how many.';
comment on column private.tool_paces.last_ended_at is 'When the newest attempt ended that was looked at.';

create table private.lane_paces (
  lane text primary key references private.lanes (lane) on delete cascade,
  holds integer not null default 0,
  hold_mean interval,
  hold_sd interval,
  come_back real not null default 0,
  ended_a_minute real,
  created_a_minute real,
  marks jsonb not null default '[]',
  last_ended_at timestamptz,
  measured_at timestamptz not null,
  constraint means_have_holds check ((hold_mean is null) = (holds = 0) and (hold_sd is null) = (holds = 0)),
  constraint come_back_is_a_share check (come_back between 0 and 1),
  constraint marks_are_an_array check (jsonb_typeof(marks) = 'array')
);

alter table private.lane_paces enable row level security;

comment on table private.lane_paces is 'How fast each lane drains, by its last 200 attempts that ended.';
comment on column private.lane_paces.hold_mean is
  'How long an attempt holds a slot, however it ends; hold_sd: the standard deviation of that. holds: of how many.';
comment on column private.lane_paces.come_back is
  'The share of attempts whose job waited again: retries, busy providers, paused accounts.';
comment on column private.lane_paces.ended_a_minute is
  'How many attempts ended a minute, over the last quarter of an hour or as far back as the attempts looked at go.';

comment on column private.lane_paces.created_a_minute is
  'How many jobs were created a minute, over the last quarter of an hour or as far back as the last 2,000 jobs go.';
comment on column private.lane_paces.marks is
  'Where the clocks of the lane''s order stood the last sixteen times: [{at, clocks: {priority: ticket last served}}, '
  '…], the oldest first. How fast they go tells when a ticket is served, whoever comes later and goes first.';

create function private.is_fresh(p_measured_at timestamptz, p_at timestamptz) returns boolean
language plpgsql stable set search_path = '' as $$
begin
  if p_measured_at is null then return false; end if;
  -- A time to come is a clock that was set back.
  if p_at - p_measured_at between interval '-1 minute' and interval '15 minutes' then return true; end if;
  return not exists (
    select from public.job_attempts
    where finished_at is not null and finished_at > p_measured_at and finished_at <= p_at);
end
$$;
comment on function private.is_fresh(timestamptz, timestamptz) is
  'Whether what was measured then may be gone by: within a quarter of an hour, or nothing has ended since. Null, never '
  'measured, may not.';
revoke execute on function private.is_fresh(timestamptz, timestamptz) from public;

create function private.pace_of(p_tool text) returns private.tool_paces
language plpgsql stable set search_path = '' as $$
declare
  v_pace private.tool_paces;
begin
  select * into v_pace from private.tool_paces where tool = p_tool;
  return v_pace;
end
$$;
comment on function private.pace_of(text) is
  'How long the tasks of a tool take; null in all columns: nothing was measured. Ask private.is_fresh(measured_at, …) '
  'before anything is said by it.';
revoke execute on function private.pace_of(text) from public;
