create function private.broadcast_deleted_job(p_job public.jobs) returns void
language plpgsql set search_path = '' as $$
begin
  perform private.broadcast('jobs:' || p_job.user_id, 'DELETE', jsonb_build_object(
    'type', 'DELETE', 'table', 'jobs', 'schema', 'public', 'new', null, 'steps', '[]'::jsonb,
    'old', jsonb_build_object('id', p_job.id, 'status', p_job.status, 'current_step', p_job.current_step,
      'version', p_job.version),
    '_debug', jsonb_build_object('triggeredAt', private.now(), 'triggerName', 'jobs_are_forgotten',
      'broadcastSuccess', true)), p_job.id);
end
$$;
comment on function private.broadcast_deleted_job(public.jobs) is
  'Tells a job''s owner that it was deleted: the event DELETE on jobs:{user_id}, with old and without new.';
revoke execute on function private.broadcast_deleted_job(public.jobs) from public;

create function private.forget_jobs() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_now timestamptz := private.now();
  v_is_old boolean := coalesce(current_setting('esteira.deletes', true) = 'what is old', false);
begin
  if current_setting('esteira.deletes', true) = 'all of a user' then return null; end if;
  -- An operator's delete of a thousand is a thousand rows less, and not a thousand broadcasts: screens read anew. What
  -- has had its time is on no screen that is looked at.
  perform private.broadcast_deleted_job(g::public.jobs) from (select * from gone where not v_is_old limit 1000) g;
  update public.jobs set retried_from = null where retried_from in (select id from gone);
  delete from private.webhook_events where job_id in (select id from gone);
  delete from private.webhook_refusals where job_id in (select id from gone);
  delete from private.verdicts where job_id in (select id from gone);
  insert into private.doomed_files (bucket, prefix, due_at)
  select 'outputs', format('%s/%s/', g.user_id, g.id), v_now + delay
  from gone g, unnest(array[interval '0', interval '3 hours']) delay
  -- Nobody is at work on what has had its time: there is what it lists, or nothing.
  where case when v_is_old then g.output_bytes > 0 and delay = '0' else g.started_at is not null end;
  return null;
end
$$;
comment on function private.forget_jobs() is
  'After jobs were deleted, by retention or by hand: tells their owners, forgets them where they were done again, '
  'their webhooks and verdicts, and has their files deleted. When a user leaves, that is done for all at once.';
revoke execute on function private.forget_jobs() from public;

create trigger jobs_are_forgotten after delete on public.jobs
  referencing old table as gone for each statement execute function private.forget_jobs();
