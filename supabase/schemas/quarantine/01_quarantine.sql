-- Quarantine: one bad row stops nobody.
--
-- Whatever goes through many jobs or lanes does so in sub-transactions: a lane is one for itself, and where a statement
-- for many jobs raises, it is done for each of them. What raises is set aside and told, and the others go on:
--   · a job goes into private.quarantine: the loop that failed leaves it out from then on, and it is not dispatched.
--     Workers, webhooks and its user go on with it as far as they get. An operator mends what is wrong and releases it
--     (ops.release), or ends it and pays it back (ops.refund).
--   · a lane, or a part of the schedules as a whole, cannot be left out: it is tried again each time, and is told in
--     private.faults for as long as it fails.
-- An error that passes by itself (a lock that was not to be had, a full disk) is nobody's fault, and only told.
--
-- Everything here waits for nobody: it is called by transactions that hold locks. The job that is set aside is locked
-- by whoever sets it aside.

create table private.quarantine (
  job_id uuid not null, -- no foreign key: a task in the outbox outlives its job
  part text not null,
  lane text,
  sqlstate text not null,
  error text not null,
  since timestamptz not null,
  last_at timestamptz not null,
  times integer not null default 1,
  primary key (job_id, part),
  constraint it_was_set_aside_once_at_least check (times > 0 and last_at >= since)
);

alter table private.quarantine enable row level security;

comment on table private.quarantine is
  'Jobs that a part of the schedules or the dispatch raised an error for: left out by it, and not dispatched, until an '
  'operator releases or refunds them.';
comment on column private.quarantine.part is 'What failed: a name of private.parts, or dispatch.';
comment on column private.quarantine.times is 'How often: more than once where it was released too early.';

create function private.quarantined(p_part text default null) returns uuid[]
language plpgsql volatile set search_path = '' as $$
begin
  -- Volatile, so that it sees what was committed before a lock was had; a linter would have it stable.
  -- @plpgsql_check_options: performance_warnings = off
  return array(select distinct job_id from private.quarantine where part = coalesce(p_part, part));
end
$$;
comment on function private.quarantined(text) is 'The jobs that a part has set aside; without one: that any has.';
revoke execute on function private.quarantined(text) from public;
