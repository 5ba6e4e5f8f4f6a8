create table private.sweeps (
  name text primary key,
  position text not null default '',
  passes bigint not null default 0
);

alter table private.sweeps enable row level security;

comment on table private.sweeps is
  'How far each sweep has come through what it looks at piece by piece: the last name or id that it saw. Empty: at the '
  'beginning.';

create function private.go_on(p_name text, p_seen text, p_is_end boolean) returns void
language plpgsql set search_path = '' as $$
begin
  insert into private.sweeps as s (name, position) values (p_name, case when p_is_end then '' else p_seen end)
  on conflict (name) do update set position = excluded.position, passes = s.passes + p_is_end::integer;
end
$$;
comment on function private.go_on(text, text, boolean) is
  'Notes what a sweep has seen last, or that it has come to the end and begins anew.';
revoke execute on function private.go_on(text, text, boolean) from public;

create function private.sweep_position(p_name text) returns text
language plpgsql set search_path = '' as $$
begin
  -- Volatile, so that it sees what was committed before a lock was had; a linter would have it stable.
  -- @plpgsql_check_options: performance_warnings = off
  return coalesce((select position from private.sweeps where name = p_name), '');
end
$$;
comment on function private.sweep_position(text) is 'What a sweep has seen last; empty: nothing.';
revoke execute on function private.sweep_position(text) from public;

create function private.doom_file(p_bucket text, p_path text, p_at timestamptz) returns void
language plpgsql set search_path = '' as $$
begin
  insert into private.doomed_files (bucket, prefix, is_exact, due_at)
  select p_bucket, p_path, true, p_at
  where not exists (select from private.doomed_files d where d.is_exact and d.bucket = p_bucket and d.prefix = p_path);
end
$$;
comment on function private.doom_file(text, text, timestamptz) is 'Has one file deleted by the worker.';
revoke execute on function private.doom_file(text, text, timestamptz) from public;

-- Payloads come due in the order in which they came, so a sweep of them never begins anew: it stands where the time is
-- over, and what it has seen is seen once. But for each time that some tool has there is a sweep, and when an operator
-- says otherwise, they all begin at the beginning.
create function private.forget_positions() returns trigger
language plpgsql set search_path = '' as $$
begin
  delete from private.sweeps where name like 'events %' or name like 'answers %';
  return null;
end
$$;
comment on function private.forget_positions() is
  'After an operator has said how long things are kept: the sweeps of payloads begin anew.';
revoke execute on function private.forget_positions() from public;

create trigger sweeps_begin_anew after insert or update or delete on private.retention
  for each statement execute function private.forget_positions();

create function private.sweep_time(p_name text) returns timestamptz
language plpgsql set search_path = '' as $$
begin
  return coalesce(nullif(private.sweep_position(p_name), '')::timestamptz, '-infinity');
end
$$;
comment on function private.sweep_time(text) is 'The time that a sweep has come to; -infinity: it has seen nothing.';
revoke execute on function private.sweep_time(text) from public;
