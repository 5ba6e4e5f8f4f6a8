create function worker.other_task(p_job_id uuid, p_token uuid, p_external_id text) returns text
language plpgsql security definer set search_path = '' set plan_cache_mode = force_generic_plan
  set enable_seqscan = off set jit = off as $$
declare
  v_attempt public.job_attempts;
  v_other text;
begin
  perform private.lock_job(p_job_id, p_token);
  select * into v_attempt from public.job_attempts where job_id = p_job_id and token = p_token for update;
  if v_attempt.outcome is not null or v_attempt.phase = 'produced' or v_attempt.word is null then
    return null;
  end if;
  -- Somebody else has just found that out.
  if v_attempt.external_id is distinct from p_external_id then return v_attempt.external_id; end if;
  v_other := coalesce(v_attempt.checkpoint ->> 'other_id', (
    select e.external_id from private.webhook_events e
    where e.job_id = p_job_id and e.attempt = v_attempt.attempt and e.verdict = 'other_task'
      and e.external_id <> p_external_id
    order by e.event_id desc limit 1));
  if v_other is null then return null; end if;
  update public.job_attempts set external_id = v_other,
    checkpoint = checkpoint || jsonb_build_object('other_id', p_external_id)
  where job_id = p_job_id and token = p_token;
  update public.jobs set request_id = v_other where id = p_job_id;
  return v_other;
end
$$;
comment on function worker.other_task(uuid, uuid, text) is
  'The provider knows of no task p_external_id, whose end a webhook has told. If the attempt''s task was given '
  'another name, by the answer to a submit or by another webhook, the attempt goes by that from now on; asked '
  'again, by the first once more. Returns the task to ask about; null: there is none but that. Error: 409 '
  'stale_token.';
revoke execute on function worker.other_task(uuid, uuid, text) from public;
grant execute on function worker.other_task(uuid, uuid, text) to service_role;
