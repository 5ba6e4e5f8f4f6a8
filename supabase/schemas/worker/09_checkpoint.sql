create function worker.checkpoint(p_job_id uuid, p_token uuid, p_checkpoint jsonb) returns boolean
language plpgsql security definer set search_path = '' as $$
begin
  -- Passed by one worker alone: one whose lease ran out while it prepared may find another here before it. Leave to
  -- submit again (resubmit_at) is good for one as well; whoever uses it takes it back in p_checkpoint.
  update public.job_attempts a set phase = 'submitting', checkpoint = a.checkpoint || p_checkpoint
  from public.jobs j
  where a.job_id = p_job_id and a.token = p_token and a.outcome is null
    and (a.phase in ('dispatched', 'preparing')
      or (a.phase = 'submitting' and a.checkpoint ->> 'resubmit_at' is not null))
    and j.id = a.job_id and j.attempt = a.attempt and j.status = 'processing';
  return found;
end
$$;
comment on function worker.checkpoint(uuid, uuid, jsonb) is
  'Called just before the submit: keeps what need not be done again after a crash (p_checkpoint, merged) and notes '
  'that from here on the provider may have the task. Returns false when the attempt is no longer current or another '
  'worker has passed: do not submit.';
revoke execute on function worker.checkpoint(uuid, uuid, jsonb) from public;
grant execute on function worker.checkpoint(uuid, uuid, jsonb) to service_role;
