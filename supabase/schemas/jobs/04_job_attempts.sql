create type public.attempt_phase as enum (
  'dispatched', 'preparing', 'submitting', 'submitted', 'settling', 'produced', 'finished');
comment on type public.attempt_phase is
  'How far an attempt got. After a crash in submitting, the provider may or may not have the task. produced: the '
  'provider has the result, and only copying is left.';

create table public.job_attempts (
  job_id uuid not null references public.jobs (id) on delete cascade,
  attempt integer not null,
  dispatch integer not null default 1,
  user_id uuid not null,
  token uuid not null default gen_random_uuid(),
  account_id integer, -- no foreign key: dispatch would have to wait for whoever changes the account
  slot_id bigint, -- nor here: a slot may go, and its number does not come again
  external_id text,
  phase public.attempt_phase not null default 'dispatched',
  checkpoint jsonb not null default '{}',
  error_code text,
  error_message text,
  raw_api_response jsonb,
  raw_webhook_payload jsonb,
  started_at timestamptz not null default now(),
  submitted_at timestamptz,
  submits integer not null default 0,
  submit_until timestamptz,
  submitted_first_at timestamptz,
  resubmit text not null default 'reconcile_only',
  can_stop boolean not null default true,
  never_existed boolean not null default false,
  nones integer not null default 0,
  none_at timestamptz,
  word text,
  word_at timestamptz,
  outputs jsonb,
  data jsonb,
  cost numeric,
  cost_currency text,
  question_id bigint,
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
  constraint words_are_known check (word in ('succeeded', 'failed') and (word is null) = (word_at is null)),
  constraint resubmits_are_known check (resubmit in ('idempotent', 'at_least_once', 'reconcile_only')),
  constraint submits_pass_a_checkpoint check (
    submits >= 0 and nones >= 0 and (submits = 0) = (submitted_first_at is null)
    and (submits = 0) = (submit_until is null)),
  constraint produced_attempts_have_outputs check (phase <> 'produced' or (word = 'succeeded' and outputs is not null)),
  constraint costs_have_a_currency check ((cost is null) = (cost_currency is null)),
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
  'Fencing token and secret of the callback URL: whoever writes for this attempt must show it. New with each dispatch. '
  'Granted to nobody.';
comment on column public.job_attempts.slot_id is
  'The slot that it was given. Whether it still holds it, the slot says (private.slots.token).';
comment on column public.job_attempts.dispatch is
  'Which dispatch of the job this is: messages of an earlier one, which came to no task, point at nothing.';
comment on column public.job_attempts.submits is
  'How many submits have passed the checkpoint; from the first on, its task may exist.';
comment on column public.job_attempts.submit_until is
  'Until when the submit that passed last may be under way: it is aborted when its lease ends.';
comment on column public.job_attempts.submitted_first_at is 'When the first submit passed the checkpoint.';
comment on column public.job_attempts.resubmit is
  'What its provider makes of a submit that is repeated: idempotent (one task), at_least_once (perhaps another), '
  'reconcile_only (never repeated).';
comment on column public.job_attempts.can_stop is 'Whether its provider can stop tasks.';
comment on column public.job_attempts.never_existed is
  'The provider has refused its only submit, or knows of no task of it.';
comment on column public.job_attempts.nones is
  'How often the provider, asked for its task, had none, a minute apart; begun anew by each submit.';
comment on column public.job_attempts.word is
  'The provider''s final word on its task, once there is one: succeeded or failed.';
comment on column public.job_attempts.outputs is
  'Where the provider keeps the results, [{url, contentType}], once it has told: from then on they are only copied. '
  'data: a result that is no file. Granted to nobody: whoever has such an address has the result.';
comment on column public.job_attempts.cost is 'What the provider says that its task cost, in cost_currency.';
comment on column public.job_attempts.question_id is
  'The settle message that has its provider asked, put off again and again; it goes when the attempt ends.';
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
  outcome, dispatch, submits, submit_until, submitted_first_at, resubmit, can_stop, never_existed, nones, word, word_at,
  cost, cost_currency)
  on public.job_attempts to authenticated, service_role;

create policy "admins see attempts" on public.job_attempts for select to esteira_admin
  using ((select private.is_admin()));
