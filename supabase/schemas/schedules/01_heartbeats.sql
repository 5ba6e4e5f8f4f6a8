-- Schedules: what happens though nobody asks. Every job is idempotent and may run any number of times at once; each
-- leaves a heartbeat, because pg_cron can die in silence.
--
-- The tick is the last of three ways in which work reaches a worker (see the waking room): whatever the inline drain
-- and the poke have missed waits for it, ten seconds at most. The reaper finds what fell out of every other hand. It
-- repairs and reports; it never assumes success or failure that it has not seen. The sweep comes after both: what it
-- finds to do, the tick should have done.

create table private.heartbeats (
  name text primary key,
  beat_at timestamptz not null,
  beats bigint not null default 1,
  result jsonb not null default '{}'
) with (fillfactor = 50);

alter table private.heartbeats enable row level security;

comment on table private.heartbeats is 'When each schedule last ran to its end, how often, and what it did.';

create function private.beat(p_name text, p_result jsonb) returns jsonb
language plpgsql set search_path = '' as $$
begin
  insert into private.heartbeats as h (name, beat_at, result) values (p_name, private.now(), p_result)
  on conflict (name) do update set beat_at = excluded.beat_at, beats = h.beats + 1, result = excluded.result;
  return p_result;
end
$$;
comment on function private.beat(text, jsonb) is 'Notes that a schedule has run, and returns p_result.';
revoke execute on function private.beat(text, jsonb) from public;
