-- Endings: how attempts end, and what that means for the job, its price and its slot. Nothing else decides that.
--
-- Law 6: what may be paid for is bought once; the next attempt begins only when the last one's task is known to be
-- over. A slot belongs to an attempt until its task is over, so that the limit is exact at the provider too.
--
--   moment                                     job                     price                          slot
--   cancel while pending                       cancelled               paid back                      none
--   cancel before the checkpoint               cancelled               paid back                      free
--   cancel after it (cancel_refund)            cancelled               due; paid if nothing came of   until task_over
--                                                                      it, withheld if it went on
--   cancel after a final word, or produced     409 job_finishing       –                              –
--   the only submit refused: wait, pause       pending                 –                              free
--   the only submit refused for good           failed                  paid                           free
--   the provider's success                     processing, produced    –                              free
--   its task failed: tries left / none         pending / failed        – / paid, counted              free
--   deadline, no success stored                failed                  paid, counted                  until task_over
--   copying given up, output refused           failed                  paid, counted                  free already
--   expired before the checkpoint              failed                  paid                           free
--   submit_unknown                             failed                  paid, counted                  until task_over
--   pull lane: the lease ends                  pending / failed        – / paid; due → paid           free
--   user deleted                               gone                    ledger kept, of nobody         free / task_over
--   account removed                            waits again / goes on   –                              free / task_over
--
-- An attempt has passed the checkpoint when submits > 0: from then on its task may exist. One that ends while its task
-- may live leaves a row in the outbox of cancels, which owns all that is needed to find out and to stop it, whatever
-- becomes of job and user; task_over closes it. A lane's task_life bounds the waiting.
--
-- Lock order: job → slot → attempt → row of the outbox → credit account (see the dispatch room). What only knows a
-- token finds the job by its row, unlocked, and locks from the top.

create table private.cancels (
  token uuid primary key,
  job_id uuid not null,
  user_id uuid not null,
  attempt integer not null,
  tool text not null,
  lane text not null,
  account_id integer,
  slot_id bigint,
  reason text not null,
  external_id text,
  accepted_id text,
  resubmit text not null,
  submits integer not null,
  submit_until timestamptz not null,
  started_at timestamptz not null,
  checkpoint jsonb not null default '{}',
  nones integer not null default 0,
  none_at timestamptz,
  asked_at timestamptz,
  tries integer not null default 0,
  made_at timestamptz not null,
  next_at timestamptz not null,
  ends_at timestamptz not null,
  over_at timestamptz,
  how text,
  constraint tasks_may_exist_by_a_submit check (submits > 0),
  constraint reasons_are_known check (reason in (
    'cancelled', 'deadline_exceeded', 'submit_unknown', 'superseded', 'produced', 'user_deleted')),
  constraint ends_are_known check (how in ('never_existed', 'stopped', 'failed', 'succeeded', 'unknown')),
  constraint what_is_over_says_how check ((over_at is null) = (how is null))
);
-- What is to be looked at, and what has been waited for long enough?
create index cancels_due on private.cancels (next_at) where over_at is null;
create index cancels_by_end on private.cancels (ends_at) where over_at is null;
-- Whose slots are still taken?
create index open_cancels_by_user on private.cancels (user_id, lane) where over_at is null;
create index cancels_by_job on private.cancels (job_id);
create index cancels_closed on private.cancels (over_at) where over_at is not null;

alter table private.cancels enable row level security;

comment on table private.cancels is
  'The outbox of cancels: attempts that have ended while their task may live on. Refers to nothing, so that it '
  'outlives job and user.';
comment on column private.cancels.reason is
  'Why the attempt ended; produced: its result was taken, and other tasks of it may live.';
comment on column private.cancels.slot_id is 'The slot that its attempt was given, and holds until the task is over.';
comment on column private.cancels.accepted_id is 'The task whose result the job took: never to be stopped or deleted.';
comment on column private.cancels.submit_until is 'Until when a submit of it may still be under way.';
comment on column private.cancels.checkpoint is 'What its provider needs to find or to stop the task.';
comment on column private.cancels.nones is 'How often the provider, asked for the task, had none, a minute apart.';
comment on column private.cancels.next_at is 'When it is to be looked at next; a worker that has it moves this on.';
comment on column private.cancels.ends_at is
  'When the waiting ends without an answer: the lane''s task_life; in a pull lane the end of the lease.';
comment on column private.cancels.how is
  'How the task ended: never_existed, stopped, failed, succeeded, or unknown. Null: it may live.';
