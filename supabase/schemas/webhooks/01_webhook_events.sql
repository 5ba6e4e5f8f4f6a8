-- Webhooks: the inbox. What arrived is stored raw before it is understood, and counts once.
--
-- The callback URL of an attempt is …/functions/v1/<provider>-webhook/<job_id>/<token>: the token says that the caller
-- was told about this attempt, and which one, even before the provider's answer to the submit has reached us.
--
-- Lock order: job → slot → attempt (see the dispatch room).

create table private.webhook_events (
  event_id bigint generated always as identity primary key,
  provider text not null,
  dedupe_key text not null,
  user_id uuid not null,
  job_id uuid not null,
  attempt integer not null,
  external_id text,
  verified_by text not null,
  headers jsonb not null default '{}',
  payload jsonb not null,
  verdict text not null,
  received_at timestamptz not null default now(),
  constraint an_event_counts_once unique (provider, dedupe_key),
  constraint verdicts_are_known check (verdict in ('accepted', 'stale_attempt', 'late', 'other_task'))
);
create index webhook_events_by_job on private.webhook_events (job_id);
create index webhook_events_by_time on private.webhook_events (received_at);

alter table private.webhook_events enable row level security;

comment on table private.webhook_events is 'Every webhook that showed a good token, as it came, and what became of it.';
comment on column private.webhook_events.dedupe_key is
  'What makes two deliveries the same event; chosen by the provider''s file. Of a long one its digest.';
comment on column private.webhook_events.verified_by is
  'What vouches for it: token, or the name of a signature scheme.';
comment on column private.webhook_events.payload is
  'The body, secrets redacted; a JSON string where it was not JSON. Of a long one a part, with marks: 64 KiB; of the '
  'headers 16.';
comment on column private.webhook_events.verdict is
  'accepted; stale_attempt (a newer attempt is running); late (the job had ended); other_task (it is about a task that '
  'is not the attempt''s).';

create function private.bound_webhook_event() returns trigger
language plpgsql set search_path = '' as $$
begin
  new.payload := private.cut_json(new.payload);
  new.headers := private.cut_json(new.headers, 16384);
  new.external_id := private.cut(new.external_id, 500);
  return new;
end
$$;
comment on function private.bound_webhook_event() is 'Before a long webhook is stored: cuts it, with marks.';
revoke execute on function private.bound_webhook_event() from public;

create trigger webhook_events_are_bounded before insert on private.webhook_events
  for each row when (pg_column_size(new.payload) > 16384 or pg_column_size(new.headers) > 8192
    or char_length(new.external_id) > 500)
  execute function private.bound_webhook_event();
