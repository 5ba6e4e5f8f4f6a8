-- What is broadcast and which steps jobs take leaves no line in the database's log, because there are four and more for
-- each job. An operator who looks for a fault has them written for a while: these here, those by ops.log_steps.

create table private.logging (
  what text primary key,
  until timestamptz not null,
  constraint what_is_logged_is_known check (what in ('broadcasts', 'steps'))
);

alter table private.logging enable row level security;

comment on table private.logging is
  'What is written to the database''s log, and until when (ops.log_broadcasts, ops.log_steps).';

create function private.log_for(p_what text, p_for interval) returns timestamptz
language plpgsql set search_path = '' as $$
declare
  v_until timestamptz := private.now() + least(coalesce(p_for, '0'), interval '1 day');
begin
  delete from private.logging where what = p_what;
  if v_until <= private.now() then return null; end if;
  insert into private.logging (what, until) values (p_what, v_until);
  return v_until;
end
$$;
comment on function private.log_for(text, interval) is
  'Has something written to the database''s log for so long, a day at the most. Returns until when; null: no longer.';
revoke execute on function private.log_for(text, interval) from public;

create function ops.log_broadcasts(p_for interval default '15 minutes') returns timestamptz
language plpgsql security definer set search_path = '' as $$
begin
  return private.log_for('broadcasts', p_for);
end
$$;
comment on function ops.log_broadcasts(interval) is
  'Has each broadcast written to the database''s log for so long, a day at the most: `[REALTIME] {table} trigger: …` '
  'when a trigger has made it, then `broadcast SUCCESS` or `broadcast FAILED`; the table by the name that applications '
  'know, such as fal_jobs. Zero or null: no longer. Returns until when.';
revoke execute on function ops.log_broadcasts(interval) from public;

create function private.log_hints(p_hints private.hint[], p_what text, p_level text default 'log') returns void
language plpgsql volatile set search_path = '' as $$
declare
  v_hint private.hint;
  v_line text;
begin
  foreach v_hint in array p_hints loop
    -- Of a user's topic no more than tells it from others: logs are kept by the platform.
    v_line := format('[REALTIME] %s %s: topic=%s, operation=%s, row_id=%s',
      case v_hint.payload ->> 'table' when 'jobs'
        then private.view_of(v_hint.payload #>> '{new,tool}', v_hint.payload #>> '{new,lane}')
        else coalesce(v_hint.payload ->> 'table', 'lanes') end, p_what,
      case when v_hint.topic like 'jobs:%' then left(v_hint.topic, 13) || '…' else v_hint.topic end,
      v_hint.event, v_hint.row_id);
    if p_level = 'warning' then raise warning '%', v_line; else raise log '%', v_line; end if;
  end loop;
end
$$;
comment on function private.log_hints(private.hint[], text, text) is
  'Writes a line for each hint to the database''s log. p_what: what is said of it; p_level: log or warning.';
revoke execute on function private.log_hints(private.hint[], text, text) from public;

create function private.logs_broadcasts() returns boolean
language plpgsql volatile set search_path = '' as $$
begin
  -- Volatile, so that it sees what was committed before a lock was had; a linter would have it stable.
  -- @plpgsql_check_options: performance_warnings = off
  return exists (select from private.logging where what = 'broadcasts' and until > (select private.now()));
end
$$;
comment on function private.logs_broadcasts() is
  'Whether broadcasts are to be written to the database''s log just now.';
revoke execute on function private.logs_broadcasts() from public;
