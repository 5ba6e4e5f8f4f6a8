-- Waking: letting the worker know that there is something to do.
--
-- Whoever made the work drains it, in the function that made it. A poke over pg_net covers work that was born in SQL,
-- and the tick (see the schedules room) what both have missed. A wake-up may be lost or come twice, and never fails
-- what it wakes for.

create table private.throttles (
  name text primary key,
  passed_at timestamptz not null,
  request_ids bigint[] not null default '{}'
) with (fillfactor = 50);

alter table private.throttles enable row level security;

comment on table private.throttles is
  'When things that are done so often at the most were last done: poke:{lane} once a second, announce:{lane} four '
  'times, the warning that broadcasts failed once a minute.';
comment on column private.throttles.request_ids is
  'The last eight requests of a poke at pg_net, the newest first: what came of them shows whether the worker can '
  'be woken.';

create function private.may_pass(p_name text, p_interval interval) returns boolean
language plpgsql set search_path = '' as $$
declare
  v_is_over boolean; -- null: nobody has passed yet
begin
  -- Whoever passes in the future did so before the clock was set back: nobody waits until then.
  select passed_at not between clock_timestamp() - p_interval and clock_timestamp() into v_is_over
  from private.throttles where name = p_name;
  if not v_is_over then return false; end if;
  -- Whoever is just passing does so in our stead: skipped rather than waited for, also when the row is made.
  if v_is_over is null then
    insert into private.throttles (name, passed_at) select p_name, clock_timestamp()
    where pg_try_advisory_xact_lock(hashtextextended('esteira.throttle:' || p_name, 0))
    on conflict do nothing;
  else
    update private.throttles set passed_at = clock_timestamp()
    where name = (
      select name from private.throttles
      where name = p_name and passed_at not between clock_timestamp() - p_interval and clock_timestamp()
      for update skip locked);
  end if;
  return found;
end
$$;
comment on function private.may_pass(text, interval) is
  'True at most once in p_interval for a name, whoever asks; waits for nobody.';
revoke execute on function private.may_pass(text, interval) from public;
