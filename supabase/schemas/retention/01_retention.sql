-- Retention: what is kept for how long, and who deletes it when the time is over.
--
-- An operator's rows say it, for each tool or for all (docs/privacy.md has the table of what is shipped). Results are
-- kept for ever unless somebody says otherwise, and what a project's node or a model refers to is never deleted under
-- it. Jobs and credits stay: they are what happened.
--
-- Two schedules: clean_up forgets payloads once a day; esteira-retention looks through Storage and the jobs whose
-- results have had their time, a bounded piece every half minute, and goes on where it stopped; it forgets what
-- screens have told of how late they learned (private.deliveries) after a week. Files are deleted by
-- the worker (private.doomed_files). Both wait for nobody: what is locked has its turn the next time.

create table private.retention (
  retention_id bigint generated always as identity primary key,
  tool text references public.tools (tool) on delete cascade,
  inputs interval,
  outputs interval,
  attempts interval,
  events interval,
  unused interval,
  publications interval default '365 days',
  constraint a_tool_has_one_retention unique nulls not distinct (tool),
  constraint times_are_positive check (inputs > '0' and outputs > '0' and attempts > '0' and events > '0'
    and unused > '0' and publications > '0'),
  constraint what_is_unused_is_no_tools check (tool is null or unused is null)
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
  p_unused interval default null, p_publications interval default '365 days'
) returns void
language plpgsql security definer set search_path = '' as $$
begin
  if least(p_inputs, p_outputs, p_attempts, p_events, p_unused, p_publications) <= '0' then
    perform private.refuse(422, 'invalid_amount', 'A time is longer than nothing; null is for ever.', 'interval');
  end if;
  if p_tool is not null and p_unused is not null then
    perform private.refuse(422, 'invalid_amount', 'What is unused was for no tool: name none.', 'unused');
  end if;
  insert into private.retention (tool, inputs, outputs, attempts, events, unused, publications)
  values (p_tool, p_inputs, p_outputs, p_attempts, p_events, p_unused, p_publications)
  on conflict (tool) do update set inputs = excluded.inputs, outputs = excluded.outputs,
    attempts = excluded.attempts, events = excluded.events, unused = excluded.unused,
    publications = excluded.publications;
end
$$;
comment on function ops.set_retention(text, interval, interval, interval, interval, interval, interval) is
  'Says how long things of a tool''s jobs are kept: inputs, outputs, attempts, events; null: for ever. p_tool null: of '
  'all tools that have none of their own, and p_unused: inputs that were for no job. p_publications: publications that '
  'have ended, a year unless it says otherwise. Errors: 422 invalid_amount, 23503 for an unknown tool.';
revoke execute on function ops.set_retention(text, interval, interval, interval, interval, interval, interval)
  from public;
grant execute on function ops.set_retention(text, interval, interval, interval, interval, interval, interval)
  to service_role;
