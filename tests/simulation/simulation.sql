-- What a simulated month does in one go: moves the clock of the engine, and that of its queue, and has the schedules
-- look at what has come to be due.
create schema simulation;

-- What is renewed ahead of its end is looked after by the hour.
create function simulation.next_due(p_at timestamptz) returns double precision
language sql volatile set search_path = '' as $$
  select least(
    (select extract(epoch from min(vt) - clock_timestamp()) from pgmq.q_publication_queue),
    (select extract(epoch from min(held_until) - p_at) from public.connections where held_until is not null),
    (select extract(epoch from min(paused_until) - p_at) from private.platforms where paused_until < 'infinity'),
    extract(epoch from private.first_due('publication') - p_at))
$$;

-- Returns in how many seconds something else is due; null: nothing is.
create function simulation.pass(p_to timestamptz) returns double precision
language plpgsql volatile set search_path = '' as $$
declare
  v_was timestamptz := private.now();
begin
  perform set_config('esteira.now', p_to::text, false);
  update pgmq.q_publication_queue set vt = vt - (p_to - v_was);
  perform private.end_holds(p_to);
  perform private.advance_connections();
  if private.first_due('publication') <= p_to then perform private.end_expired_jobs(); end if;
  return simulation.next_due(p_to);
end
$$;

-- What is done by the hour, and by the day.
create function simulation.look_after(p_is_midnight boolean) returns void
language plpgsql volatile set search_path = '' as $$
begin
  perform private.look_after_connections(), private.tend_publications(), private.give_up_overdue_jobs(),
    private.end_expired_jobs(), private.alerts_tick();
  if p_is_midnight then perform private.forget_commits(); end if;
end
$$;
