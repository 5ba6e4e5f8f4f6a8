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
