-- How changes reached screens, as clients tell it: who delivers cannot know. A client adds up what it learned by each
-- channel and reports that now and then; here it is added to one row a user, hour and channel, whatever the number of
-- jobs, tabs and calls. It is a client's word: it counts for its user alone, and moves nothing but an alert.

create table private.deliveries (
  -- No foreign key: a report would lock its user's row. Who leaves takes the rows along (see the privacy room).
  user_id uuid not null,
  hour timestamptz not null,
  channel text not null,
  reports integer not null,
  changes bigint not null,
  terminal bigint not null,
  missed bigint not null,
  late bigint[] not null,
  late_max_ms integer not null,
  primary key (user_id, hour, channel),
  constraint delivery_channels_are_known check (channel in ('realtime', 'sse', 'poll', 'snapshot')),
  constraint hours_are_whole check (hour = date_trunc('hour', hour, 'UTC')),
  constraint no_more_end_than_change check (terminal between 0 and changes),
  constraint no_more_are_missed_than_change check (missed between 0 and changes),
  constraint lateness_has_twelve_buckets check (cardinality(late) = 12)
) with (fillfactor = 70); -- written anew by each report, in columns that no index holds
create index deliveries_by_hour on private.deliveries (hour);

alter table private.deliveries enable row level security;

comment on table private.deliveries is
  'How changes reached the screens of a user in an hour, by what they were learned by; kept for a week.';
comment on column private.deliveries.channel is
  'realtime, sse: told live. snapshot: read after (re)connecting. poll: read because it was time.';
comment on column private.deliveries.reports is 'How many calls of public.report_delivery it was told by.';
comment on column private.deliveries.changes is 'Changes of jobs, models and projects that were learned so first.';
comment on column private.deliveries.terminal is 'How many of them were ends of jobs.';
comment on column private.deliveries.missed is
  'How many of them a live connection was up for, and should have brought before.';
comment on column private.deliveries.late is
  'How late they were, where that can be told: counts up to 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10000 and '
  '60000 ms, and of what was later.';
comment on column private.deliveries.late_max_ms is 'The latest of them, in milliseconds.';

create function private.is_count(p_value jsonb, p_most numeric) returns boolean
language plpgsql immutable set search_path = '' as $$
begin
  return coalesce(case when jsonb_typeof(p_value) = 'number' then
    p_value::numeric between 0 and p_most and p_value::numeric = trunc(p_value::numeric) end, false);
end
$$;
comment on function private.is_count(jsonb, numeric) is 'Whether a JSON value is a whole number from 0 to p_most.';
revoke execute on function private.is_count(jsonb, numeric) from public;

create function private.fault_in_report(p_report jsonb) returns text
language plpgsql immutable set search_path = '' as $$
declare
  v_fields text[] := array['channel', 'changes', 'terminal', 'missed', 'late', 'late_max_ms'];
  v_changes numeric;
begin
  if jsonb_typeof(p_report) <> 'object' then return ''; end if;
  if p_report - v_fields <> '{}' then return (select min(key) from jsonb_object_keys(p_report - v_fields) key); end if;
  if jsonb_typeof(p_report -> 'channel') is distinct from 'string'
    or p_report ->> 'channel' not in ('realtime', 'sse', 'poll', 'snapshot') then return 'channel'; end if;
  if not private.is_count(p_report -> 'changes', 100000) then return 'changes'; end if;
  v_changes := (p_report -> 'changes')::numeric;
  if not private.is_count(p_report -> 'terminal', v_changes) then return 'terminal'; end if;
  if not private.is_count(p_report -> 'missed', v_changes) then return 'missed'; end if;
  if not private.is_count(p_report -> 'late_max_ms', 86400000) then return 'late_max_ms'; end if;
  if jsonb_typeof(p_report -> 'late') is distinct from 'array' or jsonb_array_length(p_report -> 'late') <> 12
    or exists (select from jsonb_array_elements(p_report -> 'late') n where not private.is_count(n, v_changes))
    or (select sum(n::numeric) from jsonb_array_elements(p_report -> 'late') n) > v_changes then return 'late'; end if;
  return null;
end
$$;
comment on function private.fault_in_report(jsonb) is
  'The field of a report of deliveries that is not as it must be; empty: it is no object; null: it is good.';
revoke execute on function private.fault_in_report(jsonb) from public;

create function private.check_reports(p_reports jsonb) returns void
language plpgsql immutable set search_path = '' as $$
declare
  v_place bigint;
  v_fault text;
begin
  if coalesce(jsonb_typeof(p_reports), '') <> 'array' or jsonb_array_length(p_reports) > 100 then
    perform private.refuse(422, 'invalid_input', 'p_reports is an array of at most 100 reports.', 'p_reports');
  end if;
  select n - 1, private.fault_in_report(report) into v_place, v_fault
  from jsonb_array_elements(p_reports) with ordinality r (report, n)
  where private.fault_in_report(report) is not null order by n limit 1;
  if v_fault is not null then
    perform private.refuse(422, 'invalid_input', 'A report is {channel, changes, terminal, missed, late, late_max_ms}: '
      'see shared/rows/delivery.ts.', left(concat_ws('.', 'p_reports', v_place, nullif(v_fault, '')), 200));
  end if;
end
$$;
comment on function private.check_reports(jsonb) is
  'Refuses what are no reports of deliveries. Error: 422 invalid_input, with the field.';
revoke execute on function private.check_reports(jsonb) from public;

create function private.sums_of(p_one bigint[], p_other bigint[]) returns bigint[]
language plpgsql immutable set search_path = '' as $$
begin
  return array(
    select one + other from unnest(p_one, p_other) with ordinality sums (one, other, n) order by n);
end
$$;
comment on function private.sums_of(bigint[], bigint[]) is 'Two lists of counts, added up place by place.';
revoke execute on function private.sums_of(bigint[], bigint[]) from public;
