create type public.attempt_phase as enum ('dispatched', 'preparing', 'submitting', 'submitted', 'settling', 'finished');
comment on type public.attempt_phase is
  'How far an attempt got. After a crash in submitting, the provider may or may not have the task.';

create table public.job_attempts (
  job_id uuid not null references public.jobs (id) on delete cascade,
  attempt smallint not null,
  user_id uuid not null,
  token uuid not null default gen_random_uuid(),
  account_id integer, -- no foreign key: dispatch would have to wait for whoever changes the account
  external_id text,
  phase public.attempt_phase not null default 'dispatched',
  checkpoint jsonb not null default '{}',
  error_code text,
  error_message text,
  raw_api_response jsonb,
  raw_webhook_payload jsonb,
  started_at timestamptz not null default now(),
  submitted_at timestamptz,
  polled_at timestamptz,
  worker text,
  leased_until timestamptz,
  finished_at timestamptz,
  outcome text,
  primary key (job_id, attempt),
  constraint outcomes_are_known check (
    outcome in ('succeeded', 'failed', 'retried', 'waited', 'paused', 'cancelled', 'superseded', 'orphaned')),
  constraint finished_attempts_have_an_outcome check ((phase = 'finished') = (outcome is not null)),
  constraint finished_attempts_have_finished_at check ((outcome is not null) = (finished_at is not null)),
  constraint leases_have_a_worker check ((worker is null) = (leased_until is null))
) with (fillfactor = 60);
create index attempts_by_end on public.job_attempts (finished_at) where finished_at is not null;
create index open_attempts_by_account on public.job_attempts (account_id, started_at) where outcome is null;
-- Whose worker is gone?
create index leases_by_end on public.job_attempts (leased_until) where outcome is null and leased_until is not null;

alter table public.job_attempts enable row level security;
revoke all on public.job_attempts from anon, authenticated, service_role;

comment on table public.job_attempts is 'One try of a job at the provider, with the raw evidence of what was answered.';
comment on column public.job_attempts.token is
  'Fencing token and secret of the callback URL: whoever writes for this attempt must show it. Granted to nobody.';
comment on column public.job_attempts.polled_at is
  'When the reaper last had the provider asked, because no webhook had come.';
comment on column public.job_attempts.worker is 'Who claimed it, in a pull lane; null until then, and in other lanes.';
comment on column public.job_attempts.leased_until is
  'When its worker is taken for gone unless it is heard of before; null until it is claimed, and in other lanes. '
  'Stays as it is when the attempt ends.';
comment on column public.job_attempts.checkpoint is
  'What a crash must not make us do again, such as {"files": {"image": "api/….png"}} after an upload.';
comment on column public.job_attempts.raw_api_response is
  'The provider''s last answer to a submit or a question, secrets redacted.';
comment on column public.job_attempts.raw_webhook_payload is
  'The provider''s webhook body, secrets redacted; a JSON string where it was not JSON.';

-- Raw payloads can carry secrets and a provider's internals: admins see them, owners do not. Nobody sees the token.
grant select (job_id, attempt, user_id, account_id, external_id, phase, checkpoint, error_code, error_message,
  raw_api_response, raw_webhook_payload, started_at, submitted_at, polled_at, worker, leased_until, finished_at,
  outcome)
  on public.job_attempts to authenticated, service_role;

create policy "admins see attempts" on public.job_attempts for select to authenticated
  using ((select private.is_admin()));
