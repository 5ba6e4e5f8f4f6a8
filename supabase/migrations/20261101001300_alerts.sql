-- Alerts: telling an operator that something is wrong, once for as long as it is.
--
-- `ops.counts` is what they are made of: how often each thing happened of late, how much is stopped now. A rule holds
-- while one of these counts reaches its threshold. Every minute the rules are looked at: one that has begun to hold
-- opens an alert and, if the Vault secret alert_webhook_url is set, posts it there; one that holds no longer closes
-- its alert. Rules are rows, to be changed and added by operators; a rule needs no code.

create function ops.counts(p_since interval default '1 hour') returns table (name text, count bigint)
language plpgsql stable security definer set search_path = '' as $$
declare
  v_since timestamptz := private.now() - p_since;
begin
  return query
    select 'attempts ' || a.outcome, count(*) from public.job_attempts a where a.finished_at > v_since group by a.outcome
    union all
    select 'webhooks ' || e.verdict, count(*) from private.webhook_events e where e.received_at > v_since group by e.verdict
    union all
    select r.schedule || ' ' || r.repair, sum(r.count)::bigint from private.repairs r where r.repaired_at > v_since group by r.schedule, r.repair
    union all
    select 'schedules failed', count(*) from cron.job_run_details d where d.status = 'failed' and d.end_time > v_since
    union all
    select 'effects ' || e.outcome, count(*) from public.job_effects e where e.updated_at > v_since group by e.outcome
    union all
    select 'broadcasts failed', count(*) from private.broadcast_failures f where f.failed_at > v_since
    union all
    select 'accounts paused', count(*) from private.accounts a where a.paused_until > private.now()
    union all
    select 'lanes paused', count(*) from private.lanes l where l.paused_until > private.now()
    union all
    select 'dead letters', (select queue_length from pgmq.metrics('dead_letters'));
end
$$;
comment on function ops.counts(interval) is
  'What alerts are made of, over the last p_since: attempts by how they ended (succeeded; failed; by retry class: retried for backoff, waited, paused; cancelled, superseded, orphaned), webhooks by verdict, effects by outcome (of job_effects), what the reaper (esteira-reap asked, leases_ended, given_up, slots_freed) and the sweep (esteira-retry due, started, unread) put right, schedules that failed, failed broadcasts; and how much is paused or dead now. What did not happen may have no row.';

-- Rules and alerts ------------------------------------------------------------------------------------------------

create table ops.alert_rules (
  name text primary key,
  count_name text not null,
  look_back interval not null default '15 minutes',
  threshold bigint not null,
  is_enabled boolean not null default true,
  constraint what_did_not_happen_alerts_nobody check (threshold > 0),
  constraint rules_look_back check (look_back > '0')
);
alter table ops.alert_rules enable row level security;
revoke all on ops.alert_rules from anon, authenticated, service_role;
grant select on ops.alert_rules to service_role;
comment on table ops.alert_rules is 'What an operator wants to hear of. Change and add rows freely.';
comment on column ops.alert_rules.count_name is 'A name that ops.counts gives. One that it never gives never holds.';
comment on column ops.alert_rules.look_back is 'Over how long the count is taken.';
comment on column ops.alert_rules.threshold is 'The rule holds while the count is this or more.';

create table ops.alerts (
  alert_id bigint generated always as identity primary key,
  rule text not null references ops.alert_rules (name) on update cascade on delete cascade,
  count bigint not null,
  opened_at timestamptz not null,
  closed_at timestamptz,
  request_id bigint,
  post_error text,
  constraint alerts_close_after_they_open check (closed_at >= opened_at)
);
create unique index a_rule_has_one_open_alert on ops.alerts (rule) where closed_at is null;
create index alerts_by_time on ops.alerts (opened_at desc);
alter table ops.alerts enable row level security;
revoke all on ops.alerts from anon, authenticated, service_role;
grant select on ops.alerts to service_role;
comment on table ops.alerts is 'Each time that a rule began to hold.';
comment on column ops.alerts.count is 'How many it was when the rule began to hold.';
comment on column ops.alerts.closed_at is 'When the rule held no longer; null while it holds.';
comment on column ops.alerts.request_id is 'pg_net''s id of the post: its answer is in net._http_response for some hours. Null: not posted.';
comment on column ops.alerts.post_error is 'Why it could not be handed to pg_net; null if it could, or was not to be posted.';

create function private.post_alert(p_alert ops.alerts, p_rule ops.alert_rules) returns void
language plpgsql set search_path = '' as $$
declare
  v_url text;
  v_request_id bigint;
begin
  select decrypted_secret into v_url from vault.decrypted_secrets where name = 'alert_webhook_url';
  if v_url is null then return; end if;
  v_request_id := net.http_post(url => v_url, timeout_milliseconds => 5000, body => jsonb_build_object(
    'text', format('Esteira: %s. %s: %s in %s (threshold %s).', p_rule.name, p_rule.count_name, p_alert.count, p_rule.look_back, p_rule.threshold),
    'alert_id', p_alert.alert_id, 'rule', p_rule.name, 'count_name', p_rule.count_name, 'count', p_alert.count,
    'threshold', p_rule.threshold, 'look_back', p_rule.look_back, 'opened_at', p_alert.opened_at));
  update ops.alerts set request_id = v_request_id where alert_id = p_alert.alert_id;
exception when others then
  -- A webhook address that is none must not keep alerts from being opened.
  update ops.alerts set post_error = sqlerrm where alert_id = p_alert.alert_id;
end
$$;
comment on function private.post_alert(ops.alerts, ops.alert_rules) is
  'Posts an alert that has just opened to the address in the Vault secret alert_webhook_url, after the commit and once: {text, alert_id, rule, count_name, count, threshold, look_back, opened_at}. text is what chat services show. Without the secret it does nothing.';

create function private.alerts_tick() returns jsonb
language plpgsql set search_path = '' as $$
declare
  v_now timestamptz := private.now();
  v_opened ops.alerts[];
  v_closed integer;
begin
  with counts as materialized (
    select w.look_back, c.name, c.count
    from (select distinct look_back from ops.alert_rules where is_enabled) w, lateral ops.counts(w.look_back) c
  ), holding as materialized (
    select r.name, c.count from ops.alert_rules r join counts c on c.look_back = r.look_back and c.name = r.count_name
    where r.is_enabled and c.count >= r.threshold
  ), closed as (
    update ops.alerts set closed_at = v_now
    where closed_at is null and rule not in (select name from holding)
    returning 1
  ), opened as (
    insert into ops.alerts (rule, count, opened_at) select name, holding.count, v_now from holding
    on conflict (rule) where closed_at is null do nothing -- it is open already, or another tick has just opened it
    returning *
  )
  select (select array_agg(o::ops.alerts) from opened o), (select count(*) from closed) into v_opened, v_closed;
  perform private.post_alert(a, r) from unnest(v_opened) a join ops.alert_rules r on r.name = a.rule;
  delete from ops.alerts where closed_at < v_now - interval '90 days';
  return private.beat('esteira-alerts', jsonb_build_object('opened', coalesce(cardinality(v_opened), 0), 'closed', v_closed));
end
$$;
comment on function private.alerts_tick() is
  'Opens an alert for each rule that has begun to hold, posts it, and closes those of rules that hold no longer. Forgets alerts closed 90 days ago. Returns counts: {opened, closed}.';

revoke execute on all functions in schema private, worker, ops from public;

-- What comes with Esteira -----------------------------------------------------------------------------------------

insert into ops.alert_rules (name, count_name, look_back, threshold) values
  ('Many jobs fail', 'attempts failed', '15 minutes', 20),
  ('Results came too late', 'attempts orphaned', '1 hour', 5),
  ('Results cannot be shown', 'effects failed', '15 minutes', 5),
  ('An account is paused', 'accounts paused', '1 minute', 1),
  ('Screens learn late', 'broadcasts failed', '15 minutes', 10),
  ('Attempts end at their deadline', 'esteira-reap given_up', '1 hour', 5),
  ('Workers outside are lost', 'esteira-reap leases_ended', '1 hour', 5),
  ('Slots were abandoned', 'esteira-reap slots_freed', '1 hour', 1),
  ('Nobody reads the queues', 'esteira-retry unread', '10 minutes', 10),
  ('A schedule fails', 'schedules failed', '15 minutes', 3);

select cron.schedule('esteira-alerts', '* * * * *', 'select private.alerts_tick()');
