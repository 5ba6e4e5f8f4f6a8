create table ops.alert_posts (
  post_id uuid primary key default gen_random_uuid(),
  alert_id bigint not null references ops.alerts (alert_id) on delete cascade,
  event text not null,
  made_at timestamptz not null,
  next_at timestamptz,
  tries integer not null default 0,
  sent_at timestamptz,
  request_id bigint,
  delivered_at timestamptz,
  dead_at timestamptz,
  error text,
  constraint an_event_is_posted_once unique (alert_id, event),
  constraint events_are_known check (event in ('alert.opened', 'alert.closed')),
  constraint posts_wait_until_they_are_delivered_or_dead
    check ((next_at is null) = (num_nonnulls(delivered_at, dead_at) = 1)),
  constraint what_was_sent_was_tried check ((sent_at is null or tries > 0) and (request_id is null or tries > 0))
);
create index alert_posts_due on ops.alert_posts (next_at) where next_at is not null;

alter table ops.alert_posts enable row level security;
revoke all on ops.alert_posts from anon, authenticated, service_role;
grant select on ops.alert_posts to service_role;
comment on table ops.alert_posts is
  'The outbox of alerts: what is to be posted, again and again until somebody has answered with 2xx. Whoever receives '
  'them knows them by post_id, which is the same each time.';
comment on column ops.alert_posts.next_at is 'When it is looked at next: sent, or its answer read. Null: it is over.';
comment on column ops.alert_posts.request_id is
  'pg_net''s id of the request whose answer is waited for; null: none is under way.';
comment on column ops.alert_posts.dead_at is 'When it was given up, after twelve tries.';
comment on column ops.alert_posts.error is 'Why the last try did not deliver it.';
