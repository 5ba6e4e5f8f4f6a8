-- Retention: what is kept for how long, and who deletes it when the time is over.
--
-- An operator's rows say it, for each tool or for all (docs/privacy.md has the table of what is shipped). Results and
-- jobs are kept for ever unless somebody says otherwise, and what a project's node or a model refers to is never
-- deleted under it. Credits stay: they are what happened.
--
-- esteira-retention forgets payloads, looks through Storage, and the jobs whose results or which themselves have had
-- their time, a bounded piece every half minute, and goes on where it stopped; it forgets what screens have told of how
-- late they learned (private.deliveries) after a week. What is forgotten in one transaction is what some ten
-- milliseconds allow, so that nobody waits for it; nor does it wait: what is locked has its turn the next time. Files
-- are deleted by the worker (private.doomed_files).

create table private.retention (
  retention_id bigint generated always as identity primary key,
  tool text references public.tools (tool) on delete cascade,
  inputs interval,
  outputs interval,
  attempts interval,
  events interval,
  unused interval,
  publications interval default '365 days',
  jobs interval,
  constraint a_tool_has_one_retention unique nulls not distinct (tool),
  constraint times_are_positive check (inputs > '0' and outputs > '0' and attempts > '0' and events > '0'
    and unused > '0' and publications > '0'),
  constraint what_is_unused_is_no_tools check (tool is null or unused is null),
  constraint jobs_are_kept_for_a_day check (jobs >= '1 day')
);

alter table private.retention enable row level security;

comment on table private.retention is
  'How long things of jobs are kept, for a tool, or (tool null) for all that have no row of their own. Null: for ever.';
comment on column private.retention.inputs is
  'A file that was handed in, after the end of the last job that it was for.';
comment on column private.retention.outputs is 'The files of a result, after its job has completed.';
comment on column private.retention.attempts is
  'What a provider answered, and what a worker noted, after the end of an attempt.';
comment on column private.retention.events is 'Webhooks as they came, after they came.';
comment on column private.retention.unused is
  'A file that was handed in and was for no job at all, after it was put there. Where tool is null.';
comment on column private.retention.publications is
  'A publication, its job too, after its end; what is published stays where it is. For tools of the lane publication.';
comment on column private.retention.jobs is
  'A job itself, after its end, with its attempts, webhooks and verdicts; its entries in the ledger stay. Publications '
  'have a time of their own.';

insert into private.retention (attempts, events, unused) values ('30 days', '30 days', '30 days');

create function private.retention_of(p_tool text) returns private.retention
language plpgsql stable set search_path = '' as $$
declare
  v_retention private.retention;
begin
  select * into v_retention from private.retention
  where tool = p_tool or tool is null order by tool nulls last limit 1;
  return v_retention;
end
$$;
comment on function private.retention_of(text) is 'How long things of a tool''s jobs are kept; null: for ever.';
revoke execute on function private.retention_of(text) from public;

create function ops.set_retention(
  p_tool text, p_inputs interval, p_outputs interval, p_attempts interval, p_events interval,
  p_unused interval default null, p_publications interval default '365 days', p_jobs interval default null
) returns void
language plpgsql security definer set search_path = '' as $$
begin
  if least(p_inputs, p_outputs, p_attempts, p_events, p_unused, p_publications) <= '0' then
    perform private.refuse(422, 'invalid_amount', 'A time is longer than nothing; null is for ever.', 'interval');
  end if;
  if p_tool is not null and p_unused is not null then
    perform private.refuse(422, 'invalid_amount', 'What is unused was for no tool: name none.', 'unused');
  end if;
  if p_jobs < '1 day' then
    perform private.refuse(422, 'invalid_amount', 'A job is kept for a day at the least.', 'jobs');
  end if;
  insert into private.retention (tool, inputs, outputs, attempts, events, unused, publications, jobs)
  values (p_tool, p_inputs, p_outputs, p_attempts, p_events, p_unused, p_publications, p_jobs)
  on conflict (tool) do update set inputs = excluded.inputs, outputs = excluded.outputs,
    attempts = excluded.attempts, events = excluded.events, unused = excluded.unused,
    publications = excluded.publications, jobs = excluded.jobs;
end
$$;
comment on function ops.set_retention(text, interval, interval, interval, interval, interval, interval, interval) is
  'Says how long things of a tool''s jobs are kept: inputs, outputs, attempts, events; null: for ever. p_tool null: of '
  'all tools that have none of their own, and p_unused: inputs that were for no job. p_publications: publications that '
  'have ended, a year unless it says otherwise. p_jobs: jobs themselves, a day at the least. Errors: 422 '
  'invalid_amount, 23503 for an unknown tool.';
revoke execute on function ops.set_retention(text, interval, interval, interval, interval, interval, interval, interval)
  from public;
grant execute on function ops.set_retention(text, interval, interval, interval, interval, interval, interval, interval)
  to service_role;
