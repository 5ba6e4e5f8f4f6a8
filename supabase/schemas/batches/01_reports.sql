-- Batches: what workers report of many jobs at once, in a few statements rather than a few for each.
--
-- They promise what the single forms in the worker and settle rooms promise; those tell the story, here it is told of
-- sets. Each job has its own verdict, and one that is out of date keeps none of the others from being written down.
--
-- Locks. The order of the dispatch room, and within each kind the order of ids: two batches that share jobs wait for
-- each other in one direction only.

create type private.report as (n integer, job_id uuid, token uuid, queue text, msg_id bigint, said jsonb, verdict text);
comment on type private.report is
  'The n-th of what a worker reports at once: the attempt by its token, the message to acknowledge, what it said, and '
  'what became of that.';

create function private.lock_reported(p_items jsonb) returns private.report[]
language plpgsql set search_path = '' set plan_cache_mode = force_generic_plan as $$
declare
  v_reports private.report[];
begin
  if jsonb_typeof(p_items) is distinct from 'array' or jsonb_array_length(p_items) not between 1 and 1000 or exists (
    select from jsonb_array_elements(p_items) i
    where jsonb_typeof(i) <> 'object' or not pg_input_is_valid(coalesce(i ->> 'job_id', ''), 'uuid')
      or not pg_input_is_valid(coalesce(i ->> 'token', ''), 'uuid')
      or not pg_input_is_valid(coalesce(i ->> 'msg_id', '0'), 'bigint'))
  then
    perform private.refuse(422, 'invalid_input',
      'The items are an array of 1 to 1,000 objects with job_id and token.', 'items');
  end if;
  v_reports := array(
    select (i.n, (i.item ->> 'job_id')::uuid, (i.item ->> 'token')::uuid, i.item ->> 'queue',
      (i.item ->> 'msg_id')::bigint, i.item, null)::private.report
    from jsonb_array_elements(p_items) with ordinality i (item, n));
  if (select count(distinct job_id) from unnest(v_reports)) < cardinality(v_reports) then
    perform private.refuse(422, 'invalid_input', 'Each job is named once.', 'items');
  end if;
  -- No stronger than an update: somebody who holds one of these jobs may be about to refer to another of them.
  perform from public.jobs where id in (select job_id from unnest(v_reports)) order by id for no key update;
  perform from public.job_attempts a where (a.job_id, a.token) in (select job_id, token from unnest(v_reports))
  order by a.job_id, a.attempt for no key update;
  return v_reports;
end
$$;
comment on function private.lock_reported(jsonb) is
  'Reads what a worker reports ([{job_id, token, queue?, msg_id?, …}]) and locks its jobs, then their attempts with '
  'these tokens. Error: 422 invalid_input.';
revoke execute on function private.lock_reported(jsonb) from public;

create function private.lock_reported_tasks(p_reports private.report[], p_with_slots boolean) returns void
language plpgsql set search_path = '' set plan_cache_mode = force_generic_plan as $$
begin
  if p_with_slots then
    -- Those too of attempts that are superseded; in the order in which a change of capacity takes them.
    perform from private.slots where slot_id in (
      select a.slot_id from unnest(p_reports) r join public.job_attempts a on a.job_id = r.job_id
      union
      select c.slot_id from unnest(p_reports) r join private.cancels c on c.token = r.token)
    order by slot_id for update;
  end if;
  perform from private.cancels where token in (select token from unnest(p_reports)) order by token for update;
end
$$;
comment on function private.lock_reported_tasks(private.report[], boolean) is
  'Locks what the jobs of reports hold slots by, where those are to be freed, and then the attempts'' rows in the '
  'outbox: of jobs that are gone, nothing else is left to keep two batches in order.';
revoke execute on function private.lock_reported_tasks(private.report[], boolean) from public;

create function private.acknowledge_reports(p_reports private.report[]) returns void
language plpgsql set search_path = '' as $$
begin
  perform private.delete_messages(m.queue, m.ids) from (
    select queue, array_agg(msg_id) as ids from unnest(p_reports)
    where verdict <> 'stale_token' and queue is not null and msg_id is not null group by queue) m;
end
$$;
comment on function private.acknowledge_reports(private.report[]) is
  'Deletes the messages of reports that were dealt with.';
revoke execute on function private.acknowledge_reports(private.report[]) from public;
