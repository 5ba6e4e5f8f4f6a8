create function private.give_up_copies() returns integer
language plpgsql set search_path = '' as $$
declare
  v_now timestamptz := private.now();
  v_old public.job_attempts;
  v_attempt public.job_attempts;
  v_job public.jobs;
  v_count integer := 0;
  v_aside uuid[] := private.quarantined('esteira-copies');
begin
  perform set_config('esteira.dispatch', 'later', true);
  for v_old in
    select a.* from public.jobs j join public.job_attempts a on a.job_id = j.id
    where j.status = 'processing' and a.word = 'succeeded' and a.word_at < v_now - interval '24 hours'
      and j.id <> all (v_aside)
    order by a.word_at limit 100
  loop
    begin
      select * into v_job from public.jobs where id = v_old.job_id and status = 'processing' for update skip locked;
      continue when not found;
      select * into v_attempt from public.job_attempts
      where job_id = v_old.job_id and token = v_old.token for update skip locked;
      continue when not found or not private.can_supersede(v_job.id)
        or not private.can_end_at_once(v_attempt.slot_id, v_attempt.token, v_job.user_id);
      perform private.give_up_output(v_job, v_attempt, 'output_unavailable',
        'The result could not be fetched for a day', v_now);
      v_count := v_count + 1;
    exception when others then
      perform private.set_aside('esteira-copies', v_old.job_id, sqlstate, sqlerrm);
    end;
  end loop;
  perform set_config('esteira.dispatch', '', true);
  return v_count;
end
$$;
comment on function private.give_up_copies() is
  'Fails jobs whose provider reported success a day ago, and whose result could not be copied since. Returns how many.';
revoke execute on function private.give_up_copies() from public;
