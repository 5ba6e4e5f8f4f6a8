create table private.repairs (
  repair_id bigint generated always as identity primary key,
  schedule text not null,
  repair text not null,
  count bigint not null,
  repaired_at timestamptz not null default now(),
  constraint a_repair_did_something check (count > 0)
);
create index repairs_by_time on private.repairs (repaired_at);

alter table private.repairs enable row level security;

comment on table private.repairs is
  'What the reaper and the sweep found and put right, run by run. A heartbeat shows the last run alone.';

create function private.note_repairs(p_schedule text, p_result jsonb) returns jsonb
language plpgsql set search_path = '' as $$
begin
  insert into private.repairs (schedule, repair, count, repaired_at)
  select p_schedule, key, value::bigint, private.now() from jsonb_each_text(p_result) where value::bigint > 0;
  return p_result;
end
$$;
comment on function private.note_repairs(text, jsonb) is
  'Notes what a schedule has put right, {repair: how many}. Returns p_result.';
revoke execute on function private.note_repairs(text, jsonb) from public;
