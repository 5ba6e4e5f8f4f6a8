create table ops.alerts (
  alert_id bigint generated always as identity primary key,
  rule text not null references ops.alert_rules (name) on update cascade on delete cascade,
  count bigint not null,
  opened_at timestamptz not null,
  closed_at timestamptz,
  request_id bigint,
  post_error text,
  subject text,
  posted_at timestamptz,
  constraint alerts_close_after_they_open check (closed_at >= opened_at)
);
create unique index a_rule_has_one_open_alert on ops.alerts (rule) where closed_at is null;
create index alerts_by_rule on ops.alerts (rule);
create index alerts_by_time on ops.alerts (opened_at desc);

alter table ops.alerts enable row level security;
revoke all on ops.alerts from anon, authenticated, service_role;
grant select on ops.alerts to service_role;
comment on table ops.alerts is 'Each time that a rule began to hold.';
comment on column ops.alerts.count is 'How many it was when the rule began to hold.';
comment on column ops.alerts.closed_at is 'When the rule held no longer; null while it holds.';
comment on column ops.alerts.request_id is
  'pg_net''s id of the last post: its answer is in net._http_response for some hours. Null: not posted.';
comment on column ops.alerts.post_error is
  'Why the last post of it was not delivered; null if it was, is under way, or was not to be posted.';
comment on column ops.alerts.subject is 'What it is about, where that is known: a lane, a part, a session.';
comment on column ops.alerts.posted_at is 'When somebody had taken the post that tells of it. Null: nobody has.';
