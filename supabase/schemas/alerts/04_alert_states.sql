create table private.alert_states (
  rule text primary key references ops.alert_rules (name) on update cascade on delete cascade,
  count bigint,
  subject text,
  above_since timestamptz,
  below_since timestamptz
) with (fillfactor = 50);

alter table private.alert_states enable row level security;
comment on table private.alert_states is 'How each rule was when it was looked at last.';
comment on column private.alert_states.count is 'What was counted then; null: nothing was.';
comment on column private.alert_states.above_since is
  'Since when its threshold has been reached each time; null: it is not.';
comment on column private.alert_states.below_since is
  'Since when it has been low enough to close each time; null: it is not.';

create function private.look_at_rules(p_now timestamptz) returns void
language plpgsql set search_path = '' as $$
begin
  insert into private.alert_states as s (rule, count, subject, above_since, below_since)
  with looks as materialized (
    select distinct r.look_back, r.count_name = any (private.rate_names()) as is_rate
    from ops.alert_rules r where r.is_enabled
  ), counts as materialized (
    select k.look_back, c.name, c.count, null as subject
    from looks k, lateral private.counts_but_letters(k.look_back) c where not is_rate
    union all -- many are looked through: only where a rule asks, and once
    select r.look_back, r.count_name, (select private.count_letters()), null
    from ops.alert_rules r where r.is_enabled and r.count_name = 'dead letters' group by r.look_back, r.count_name
    union all
    select k.look_back, c.name, c.value, c.subject from looks k, lateral ops.rates(k.look_back) c where is_rate
  )
  select r.name, c.count, c.subject, case when r.is_enabled and c.count >= r.threshold then p_now end,
    case when r.is_enabled and c.count >= coalesce(r.close_below, r.threshold) then null else p_now end
  from ops.alert_rules r left join counts c on c.look_back = r.look_back and c.name = r.count_name
  order by r.name
  on conflict (rule) do update set count = excluded.count, subject = excluded.subject,
    -- The clock may have been set back.
    above_since = case when excluded.above_since is not null then least(s.above_since, p_now) end,
    below_since = case when excluded.below_since is not null then least(s.below_since, p_now) end
  where (s.count, s.subject, s.above_since, s.below_since) is distinct from (excluded.count, excluded.subject,
    case when excluded.above_since is not null then least(s.above_since, p_now) end,
    case when excluded.below_since is not null then least(s.below_since, p_now) end);
end
$$;
comment on function private.look_at_rules(timestamptz) is
  'Counts what each rule counts, and notes since when its threshold has been reached, or it has been low enough.';
revoke execute on function private.look_at_rules(timestamptz) from public;
