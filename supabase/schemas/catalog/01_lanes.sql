-- Catalog: what users may ask for, where it runs, and how much of it at once.
--
-- A tool is what a user asks for; it runs in a lane: one provider, one pgmq queue, one set of limits. A lane has
-- accounts (API keys), an account has slots: one row for each job that it may run at the same time, so that a limit
-- is a number of rows and cannot be exceeded. Adding a tool is a row here.
--
-- Read by everybody who decides; written by operators, and by ops.install() where they have changed nothing.
-- Lock order: see the dispatch room.

create table private.lanes (
  lane text primary key,
  provider text not null,
  delivery text not null default 'webhook',
  queue_name text not null unique,
  lease interval not null default '2 minutes',
  poll_after interval not null default '2 minutes',
  poll_every interval not null default '1 minute',
  backoff_base interval not null default '5 seconds',
  backoff_max interval not null default '5 minutes',
  rate_limit integer,
  rate_window interval,
  max_waiting_per_user integer default 2000,
  max_active_per_user integer default 50,
  max_refunds_per_user integer default 50,
  refund_window interval not null default '1 day',
  estimates_progress boolean not null default false,
  paused_until timestamptz,
  pause_reason text,
  cancel_refund text not null default 'confirmed',
  task_life interval not null default '2 hours',
  circuit_failures integer not null default 0,
  circuit_opened_at timestamptz,
  circuit_probe_at timestamptz,
  circuit_reason text,
  constraint lanes_are_named_in_snake_case check (lane ~ '^[a-z][a-z0-9_]{0,39}$'),
  constraint queues_are_named_in_snake_case check (queue_name ~ '^[a-z][a-z0-9_]{0,46}$'),
  constraint queues_of_the_engine_are_no_lanes check (queue_name not in ('settle_queue', 'dead_letters')),
  constraint delivery_is_webhook_poll_sync_or_pull check (delivery in ('webhook', 'poll', 'sync', 'pull')),
  constraint durations_are_positive check (
    lease > '0' and poll_after > '0' and poll_every > '0' and backoff_base > '0' and backoff_max >= backoff_base
    and task_life > '0' and refund_window > '0'
  ),
  constraint a_rate_has_a_limit_and_a_window check (
    (rate_limit is null) = (rate_window is null) and coalesce(rate_limit > 0 and rate_window > '0', true)
  ),
  constraint user_limits_are_positive check (
    coalesce(max_waiting_per_user > 0, true) and coalesce(max_active_per_user > 0, true)
    and coalesce(max_refunds_per_user > 0, true)
  ),
  constraint a_pause_has_a_reason check (paused_until is null or pause_reason is not null),
  constraint cancel_refund_is_known check (cancel_refund in ('confirmed', 'always', 'never')),
  constraint an_open_circuit_has_a_reason_and_a_probe check (
    circuit_failures >= 0 and (circuit_opened_at is null) = (circuit_probe_at is null)
    and (circuit_opened_at is null or circuit_reason is not null)
  )
);

alter table private.lanes enable row level security;

comment on table private.lanes is 'Where jobs run: one provider, its pgmq queue, its limits and its retry policy.';
comment on column private.lanes.delivery is
  'How a result comes back: webhook (the provider calls us), poll (we ask, by delayed messages), sync (the submit call '
  'answers), pull (a worker outside claims jobs).';
comment on column private.lanes.lease is
  'How long a received message stays invisible; a worker that takes longer must extend it.';
comment on column private.lanes.poll_after is
  'How long after the submit the provider is first asked: in poll lanes the usual way to be told, in webhook lanes the '
  'net for webhooks that never come.';
comment on column private.lanes.poll_every is
  'The longest pause between two questions; pauses grow up to it from poll_after, where that is shorter.';
comment on column private.lanes.rate_limit is 'How many jobs may start in any rate_window; null: any number.';
comment on column private.lanes.max_waiting_per_user is
  'How many jobs of one user may wait here; one more is refused. Null: any number.';
comment on column private.lanes.max_active_per_user is
  'How many jobs of one user may run here at once, those counted whose task may live; more wait. Null: any number.';
comment on column private.lanes.max_refunds_per_user is
  'Whose jobs, in whatever lane, were refunded so often in refund_window after a submit may create no more here until '
  'the oldest of those refunds have left it; null: any number. A provider may have been paid for each of them.';
comment on column private.lanes.estimates_progress is
  'Its provider tells no percentage: how far a running job is, is estimated from how long its tool has taken.';
comment on column private.lanes.paused_until is
  'Nothing is dispatched before this time; infinity pauses until resumed. Null: not paused.';
comment on column private.lanes.cancel_refund is
  'What a cancel after the submit gives back: confirmed (the price, once the task is known not to have produced '
  'anything), always (the price, at once), never (nothing).';
comment on column private.lanes.task_life is
  'The longest that a task may be waited for, from the first submit of its attempt, or twice its tool''s timeout where '
  'that is longer: after that nobody knows, and its slot is freed.';
comment on column private.lanes.circuit_failures is
  'Questions in a row that the provider, being down, did not answer; zero again with its next answer.';
comment on column private.lanes.circuit_opened_at is
  'Since when the provider is taken for down: nothing starts but probes, and no deadline passes. Null: it is not.';
comment on column private.lanes.circuit_probe_at is 'When the provider may next be tried while the circuit is open.';
