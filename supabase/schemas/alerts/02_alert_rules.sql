create table ops.alert_rules (
  name text primary key,
  count_name text not null,
  look_back interval not null default '15 minutes',
  threshold bigint not null,
  is_enabled boolean not null default true,
  close_below bigint,
  opens_after interval not null default '0',
  closes_after interval not null default '0',
  constraint what_did_not_happen_alerts_nobody check (threshold > 0),
  constraint rules_look_back check (look_back > '0'),
  constraint a_rule_closes_no_higher_than_it_opens check (close_below between 1 and threshold),
  constraint rules_wait_forwards check (opens_after >= '0' and closes_after >= '0')
);

alter table ops.alert_rules enable row level security;
revoke all on ops.alert_rules from anon, authenticated, service_role;
grant select on ops.alert_rules to service_role;
comment on table ops.alert_rules is 'What an operator wants to hear of. Change and add rows freely.';
comment on column ops.alert_rules.count_name is
  'A name that ops.counts or ops.rates gives. One that neither ever gives never holds.';
comment on column ops.alert_rules.look_back is 'Over how long the count is taken.';
comment on column ops.alert_rules.threshold is 'The rule holds while the count is this or more.';
comment on column ops.alert_rules.close_below is
  'Its alert closes when the count is less than this; null: less than the threshold. So that what goes up and down '
  'around the threshold is one alert.';
comment on column ops.alert_rules.opens_after is 'For how long it must have held before an alert opens.';
comment on column ops.alert_rules.closes_after is 'For how long the count must have been low before the alert closes.';
