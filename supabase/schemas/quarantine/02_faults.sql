create table private.faults (
  part text not null,
  lane text not null default '',
  sqlstate text not null,
  error text not null,
  since timestamptz not null,
  last_at timestamptz not null,
  times bigint not null default 1,
  primary key (part, lane),
  constraint it_failed_once_at_least check (times > 0)
);

alter table private.faults enable row level security;

comment on table private.faults is
  'What failed as a whole and is tried again each time: a part of the schedules in a lane, the dispatch of one, a '
  'poke. It fails now if last_at is of late.';
comment on column private.faults.lane is 'Empty: in no lane, or in all.';
comment on column private.faults.since is 'Since when it has failed at least once in ten minutes.';

create function private.is_passing(p_sqlstate text) returns boolean
language sql immutable set search_path = '' as $$
  -- Rolled back for others' sake, out of something, in use, stopped by somebody, the system itself.
  select left(p_sqlstate, 2) in ('40', '53', '55', '57', '58')
$$;
comment on function private.is_passing(text) is 'Whether an error passes by itself, and is no fault of the row.';
revoke execute on function private.is_passing(text) from public;

create function private.note_fault(p_part text, p_lane text, p_sqlstate text, p_error text) returns void
language plpgsql set search_path = '' as $$
declare
  v_now timestamptz := private.now();
begin
  raise warning 'esteira: % failed%: %', p_part, coalesce(' in lane ' || nullif(p_lane, ''), ''), p_error;
  -- Whoever is just noting it does so in our stead.
  if not pg_try_advisory_xact_lock(hashtextextended(format('esteira.fault:%s:%s', p_part, p_lane), 0)) then
    return;
  end if;
  insert into private.faults as f (part, lane, sqlstate, error, since, last_at)
  values (p_part, coalesce(p_lane, ''), p_sqlstate, left(p_error, 2000), v_now, v_now)
  on conflict (part, lane) do update set sqlstate = excluded.sqlstate, error = excluded.error, last_at = v_now,
    since = case when v_now - f.last_at between '0' and '10 minutes' then f.since else v_now end,
    times = case when v_now - f.last_at between '0' and '10 minutes' then f.times else 0 end + 1;
end
$$;
comment on function private.note_fault(text, text, text, text) is
  'Tells that something failed as a whole, in a lane or (p_lane null or empty) altogether. Waits for nobody.';
revoke execute on function private.note_fault(text, text, text, text) from public;
