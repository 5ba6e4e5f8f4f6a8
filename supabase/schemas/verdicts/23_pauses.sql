create function private.after_pause(p_wait private.wait, p_until timestamptz) returns timestamptz
language plpgsql stable set search_path = '' as $$
declare
  v_drain private.drain;
begin
  if p_until is null or p_until = 'infinity' then return null; end if;
  if (p_wait.job).run_at is not null or not p_wait.is_fresh then return p_until; end if;
  -- By then every slot is likely to be free.
  v_drain := private.drain(
    private.jobs_before(p_wait.job) + 1, (p_wait.now).slots, (p_wait.now).slots, '{}', p_wait.pace);
  return p_until + coalesce(v_drain.p50, '0');
end
$$;
comment on function private.after_pause(private.wait, timestamptz) is
  'When a waiting job is likely to start where nothing does before p_until; null: nobody knows.';
revoke execute on function private.after_pause(private.wait, timestamptz) from public;

create function private.cause_of_pause(p_reason text) returns text
language sql immutable set search_path = '' as $$
  select case
    when p_reason ~* '(balance|insufficient|funds|credit|billing|payment|quota)' then 'balance'
    when p_reason ~* '(misconfigured|api.?key|unauthori[sz]ed|forbidden|credential|token|40[13])' then 'key'
    else 'other' end
$$;
comment on function private.cause_of_pause(text) is
  'What the reason of an account''s pause speaks of: balance, key or other.';
revoke execute on function private.cause_of_pause(text) from public;

create function private.paused_accounts(p_lane text, p_due timestamptz) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return (
    select jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
      'account', a.name, 'cause', private.cause_of_pause(a.pause_reason), 'reason', left(a.pause_reason, 200),
      'until', nullif(a.paused_until, 'infinity'))) order by a.account_id)
    from (
      select * from private.accounts x
      where x.lane = p_lane and x.retired_at is null and x.paused_until > p_due
        and exists (select from private.slots s where s.account_id = x.account_id and not s.is_retiring)
      order by x.account_id limit 10) a);
end
$$;
comment on function private.paused_accounts(text, timestamptz) is
  'Up to ten accounts with slots that are paused at a time: [{account, cause, reason, until?}]; null: none.';
revoke execute on function private.paused_accounts(text, timestamptz) from public;

create function private.findings_of_accounts(p_wait private.wait) returns setof private.finding
language plpgsql stable set search_path = '' as $$
declare
  v_lane text := (p_wait.lane).lane;
  v_paused jsonb := private.paused_accounts(v_lane, p_wait.due);
  v_first private.accounts;
begin
  if (p_wait.now).slots = 0 or (v_paused is null and (p_wait.now).usable = 0) then return; end if;
  if (p_wait.now).usable > 0 then
    return next private.not_so('account_paused', format('%s of the %s slots of lane %s are of accounts in use.',
        (p_wait.now).usable, (p_wait.now).slots, v_lane),
      jsonb_build_object('paused', v_paused), v_lane);
    return;
  end if;
  select * into v_first from private.accounts a
  where a.lane = v_lane and a.retired_at is null and a.paused_until > p_wait.due
    and exists (select from private.slots s where s.account_id = a.account_id and not s.is_retiring)
  order by a.paused_until, a.account_id limit 1;
  return next private.finding('account_paused', format('Every account of lane %s is paused: %s (%s).',
      v_lane, v_first.name, left(v_first.pause_reason, 200)),
    jsonb_build_object('accounts', v_paused, 'cause', private.cause_of_pause(v_first.pause_reason)),
    p_expected_at => private.after_pause(p_wait, v_first.paused_until), p_subject => v_first.name,
    p_repair_sql => format('select ops.resume_account(%s)', v_first.account_id));
end
$$;
comment on function private.findings_of_accounts(private.wait) is 'Whether every account of a lane is paused.';
revoke execute on function private.findings_of_accounts(private.wait) from public;

create function private.findings_of_pauses(p_wait private.wait) returns setof private.finding
language plpgsql stable set search_path = '' as $$
declare
  v_lane private.lanes := p_wait.lane;
  v_is_for_ever boolean := v_lane.paused_until = 'infinity';
begin
  if v_lane.paused_until > p_wait.due then
    return next private.finding('lane_paused', format('Lane %s is paused%s: %s.', v_lane.lane,
        case when v_is_for_ever then ' until it is resumed' end, left(v_lane.pause_reason, 200)),
      jsonb_build_object('reason', left(v_lane.pause_reason, 200), 'until', nullif(v_lane.paused_until, 'infinity')),
      p_expected_at => private.after_pause(p_wait, v_lane.paused_until), p_subject => v_lane.lane,
      p_repair_sql => format('select ops.resume_lane(%L)', v_lane.lane),
      p_level => case when v_is_for_ever then 'warn' end,
      p_clears => case when not v_is_for_ever then 'by_itself' end);
  else
    return next private.not_so('lane_paused', format('Lane %s is not paused.', v_lane.lane), p_subject => v_lane.lane);
  end if;
  return query select * from private.findings_of_accounts(p_wait);
  -- What is due much later may find its provider back.
  if v_lane.circuit_opened_at is null then
    return next private.not_so('circuit_open', format('The provider of lane %s answers.', v_lane.lane),
      jsonb_build_object('failures_in_a_row', nullif(v_lane.circuit_failures, 0)), v_lane.lane);
  elsif p_wait.due < p_wait.at + interval '5 minutes' then
    return next private.finding('circuit_open', format('The provider of lane %s does not answer: %s.', v_lane.lane,
        left(v_lane.circuit_reason, 200)),
      jsonb_build_object('reason', left(v_lane.circuit_reason, 200), 'failures_in_a_row', v_lane.circuit_failures,
        'next_try_at', v_lane.circuit_probe_at),
      p_since => v_lane.circuit_opened_at, p_subject => v_lane.lane);
  end if;
end
$$;
comment on function private.findings_of_pauses(private.wait) is
  'Whether a lane, all of its accounts or its provider keep a job from starting when it is due.';
revoke execute on function private.findings_of_pauses(private.wait) from public;
