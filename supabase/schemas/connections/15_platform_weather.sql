create function worker.platform_down(p_platform text, p_reason text) returns boolean
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_now timestamptz := private.now();
  v_until timestamptz;
begin
  update private.platforms p set failures = p.failures + 1, probe_id = null,
    down_since = case when p.failures >= 2 then coalesce(p.down_since, v_now) end,
    -- The time that somebody had to try is over with this.
    paused_until = case when p.failures < 2 then p.paused_until when p.probe_id is not null then n.until
      else greatest(p.paused_until, n.until) end,
    pause_reason = case when p.failures >= 2 and coalesce(p.paused_until < n.until, true)
      then 'down: ' || private.cut(p_reason, 500) else p.pause_reason end
  from (select v_now + least(interval '15 seconds' * power(2, least(greatest(failures - 2, 0), 5)),
      interval '5 minutes') as until from private.platforms where platform = p_platform) n
  where p.platform = p_platform returning p.paused_until into v_until;
  return coalesce(v_until > v_now, false);
end
$$;
comment on function worker.platform_down(text, text) is
  'A platform did not answer, or with an error of its own. Three times in a row pause it, alone: for 15 seconds, then '
  'twice as long each time, up to five minutes; after each pause one connection tries (private.let_one_try). Returns '
  'whether it is paused now.';
revoke execute on function worker.platform_down(text, text) from public;
grant execute on function worker.platform_down(text, text) to service_role;

create function worker.platform_up(p_platform text) returns void
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_was_down boolean;
begin
  -- Nearly always there is nothing to write.
  if not exists (select from private.platforms where platform = p_platform and failures > 0) then return; end if;
  select starts_with(pause_reason, 'down: ') into v_was_down
  from private.platforms where platform = p_platform for update;
  update private.platforms set failures = 0, down_since = null, probe_id = null,
    paused_until = case when not v_was_down then paused_until end,
    pause_reason = case when not v_was_down then pause_reason end
  where platform = p_platform;
  if v_was_down then perform private.platform_freed(p_platform); end if;
end
$$;
comment on function worker.platform_up(text) is
  'A platform has answered: it is not down, and what waited for that goes on. Other pauses stay.';
revoke execute on function worker.platform_up(text) from public;
grant execute on function worker.platform_up(text) to service_role;
