-- Acts: the one way in which an operator does something to what is there, from SQL, from the console, over the API.
--
-- ops.act(action, filter, dry_run, reason) says first whom it would concern, whom it would not and why, and what it
-- costs; asked for in earnest it does that, and leaves a row in the audit. Up to a hundred jobs are done at once, more
-- in the background: a *run* is the list of its jobs, worked on a bounded batch at a time by a part of the schedules,
-- so that it can be looked at, aborted and taken up again, and goes on where it was after a crash.
--
--   roles (01, 02)    admin: everything; support: looks, and retries and refunds for single users, so many a day
--   choice (10–14)    which jobs a filter names, and why an action is not for some of them
--   runs (20–25)      the list, the batch, one job
--   things (30)       what is no job: lanes, accounts, tools, users, connections, platforms
--   ops.act (40)
--   ops_api (50–59)   what the Data API shows of it, and of what there is to read, to those who are operators
--
-- Who is an operator says the database (private.operator_role), not the screen. Everything of ops_api asks first.
--
-- Locks. A batch holds the locks of many jobs, so it waits for none of them: in their order (see the dispatch room) it
-- takes what it can have, and what somebody else has is tried again with the next batch.

create table private.audit (
  audit_id bigint generated always as identity primary key,
  at timestamptz not null,
  actor uuid,
  actor_role text not null,
  called_as text not null,
  action text not null,
  filter jsonb not null default '{}',
  counts jsonb not null default '{}',
  qualified integer not null default 0,
  credits bigint not null default 0,
  reason text,
  run_id uuid,
  constraint roles_are_known check (actor_role in ('admin', 'support')),
  constraint a_filter_is_an_object check (jsonb_typeof(filter) = 'object'),
  constraint counts_are_an_object check (jsonb_typeof(counts) = 'object')
);
-- What has this operator done of late?
create index audit_by_actor on private.audit (actor, at) where actor is not null;
create index audit_by_run on private.audit (run_id) where run_id is not null;
create index audit_by_time on private.audit (at);

alter table private.audit enable row level security;

comment on table private.audit is
  'What operators have done: who, to what, how much of it, why. Only appended to; kept for two years.';
comment on column private.audit.actor is
  'The operator''s user id; null: none, for they came with a secret key or as a role of the database. Of one who has '
  'left: a tombstone.';
comment on column private.audit.called_as is 'The database''s role that it was done in.';
comment on column private.audit.filter is 'As it was given; {"forgotten": true} once a user has left whom it named.';
comment on column private.audit.counts is
  'How many: matched, qualified, skipped {reason: n}; and how far it came: done, skipped_in_run, failed, to_do.';
comment on column private.audit.credits is 'What it was to charge (less than zero: it gives back), in credits.';

create function private.guard_audit() returns trigger
language plpgsql set search_path = '' as $$
begin
  if current_setting('esteira.forgets', true) in ('a user', 'what is old') then
    return case when tg_op = 'DELETE' then old else new end;
  end if;
  raise exception 'row % of the audit stays as it is: it is only appended to', old.audit_id
    using errcode = 'check_violation', constraint = 'the_audit_is_only_appended_to';
end
$$;
comment on function private.guard_audit() is
  'Before a row of the audit is changed or deleted: refuses, but when a user has left or its time is over.';
revoke execute on function private.guard_audit() from public;

create trigger the_audit_is_only_appended_to before update or delete on private.audit
  for each row execute function private.guard_audit();

create function private.note_act(
  p_action text, p_filter jsonb, p_counts jsonb, p_reason text, p_run_id uuid default null,
  p_qualified integer default 0, p_credits bigint default 0
) returns void
language plpgsql set search_path = '' as $$
begin
  insert into private.audit (at, actor, actor_role, called_as, action, filter, counts, qualified, credits, reason,
    run_id)
  values (private.now(), auth.uid(), coalesce(private.operator_role(), 'admin'), private.caller_role(), p_action,
    p_filter, p_counts, p_qualified, p_credits, private.cut(p_reason, 500), p_run_id);
end
$$;
comment on function private.note_act(text, jsonb, jsonb, text, uuid, integer, bigint) is
  'Notes in the audit what the caller does.';
revoke execute on function private.note_act(text, jsonb, jsonb, text, uuid, integer, bigint) from public;

create function private.forget_in_audit(p_leaver private.leavers) returns integer
language plpgsql set search_path = '' as $$
declare
  v_names text[] := p_leaver.user_id::text || p_leaver.job_ids::text[];
  v_count integer;
begin
  perform set_config('esteira.forgets', 'a user', true);
  update private.audit set actor = p_leaver.tombstone_id where actor = p_leaver.user_id;
  update private.audit a set filter = '{"forgotten": true}', reason = null
  where exists (
    select from regexp_matches(a.filter::text || coalesce(a.reason, ''), '[0-9a-f]{8}-[0-9a-f-]{27}', 'g') named
    where named[1] = any (v_names));
  get diagnostics v_count = row_count;
  perform set_config('esteira.forgets', '', true);
  update private.bulk_runs set actor = p_leaver.tombstone_id where actor = p_leaver.user_id;
  update private.bulk_runs r set filter = '{"forgotten": true}', reason = null
  where exists (
    select from regexp_matches(r.filter::text || coalesce(r.reason, ''), '[0-9a-f]{8}-[0-9a-f-]{27}', 'g') named
    where named[1] = any (v_names));
  delete from private.bulk_items where job_id = any (p_leaver.job_ids) or new_job_id = any (p_leaver.job_ids);
  return v_count;
end
$$;
comment on function private.forget_in_audit(private.leavers) is
  'The audit and its runs know no more of a user who has left, neither as an operator nor as somebody for whom '
  'something was done. Returns how many rows named them.';
revoke execute on function private.forget_in_audit(private.leavers) from public;

create function private.forget_audit() returns integer
language plpgsql set search_path = '' as $$
declare
  v_count integer;
begin
  perform set_config('esteira.forgets', 'what is old', true);
  v_count := private.forget_older('private.audit', 'at', private.now() - interval '730 days');
  perform set_config('esteira.forgets', '', true);
  return v_count;
end
$$;
comment on function private.forget_audit() is
  'Deletes what operators did more than two years ago. Returns how many rows.';
revoke execute on function private.forget_audit() from public;

create view ops.audit with (security_invoker = true) as
select a.audit_id, a.at, a.actor, u.email as actor_email, a.actor_role, a.called_as, a.action, a.filter, a.counts,
  a.credits, a.reason, a.run_id
from private.audit a left join auth.users u on u.id = a.actor;
comment on view ops.audit is
  'What operators have done: who (by user id and address; neither: by a secret key or in SQL), in which role, what, to '
  'which, how much of it, and why. Order it by audit_id.';
revoke all on ops.audit from anon, authenticated, service_role;
