-- Schedules: what happens though nobody asks. It is made of parts (private.parts), of which each is idempotent, may run
-- any number of times at once, does a bounded piece of work and leaves a heartbeat, because pg_cron can die in silence.
--
-- The tick is the last of three ways in which work reaches a worker (see the waking room): whatever the inline drain
-- and the poke have missed waits for it, ten seconds at most. The reaper's parts find what fell out of every other
-- hand. They repair and report; they never assume success or failure that they have not seen. The sweep comes after
-- both: what it finds to do, the tick should have done.
--
-- No part stops another. Each runs in a sub-transaction of its own (private.run_part), those that end jobs in a
-- transaction of their own, that is in a job of pg_cron; in a part each lane is isolated, and each job (see the
-- quarantine room). pg_cron opens a connection for each of its jobs, and hosted projects are told to let no more than
-- eight run at once. There are seventeen. Those that look every minute or so do it in periods of seconds that have no
-- divisor in common, so that they hardly ever fall together: 59, 53, 47, 43, 41, 37. A part that finds nothing to do
-- takes some milliseconds.

create table private.heartbeats (
  name text primary key,
  beat_at timestamptz not null,
  beats bigint not null default 1,
  result jsonb not null default '{}'
) with (fillfactor = 50);

alter table private.heartbeats enable row level security;

comment on table private.heartbeats is
  'When each part of the schedules last ran to its end, how often, and what it did.';

create function private.beat(p_name text, p_result jsonb) returns jsonb
language plpgsql set search_path = '' as $$
begin
  -- Whoever is just noting the same beat does so in our stead: there may be locks that others wait for.
  update private.heartbeats h set beat_at = private.now(), beats = h.beats + 1, result = p_result
  where name = (select name from private.heartbeats where name = p_name for update skip locked);
  if not found and not exists (select from private.heartbeats where name = p_name) then
    insert into private.heartbeats (name, beat_at, result) values (p_name, private.now(), p_result)
    on conflict do nothing;
  end if;
  return p_result;
end
$$;
comment on function private.beat(text, jsonb) is 'Notes that a part of the schedules has run, and returns p_result.';
revoke execute on function private.beat(text, jsonb) from public;
