create function private.apply_effect(p_job public.jobs, p_may_wait boolean, p_is_new boolean default false) returns text
language plpgsql set search_path = '' set lock_timeout = '2s' as $$
declare
  v_outcome text;
  v_message text;
begin
  begin
    v_outcome := case p_job.effect
      when 'project_node' then private.apply_to_node(p_job, p_may_wait)
      when 'model' then private.apply_to_model(p_job, p_may_wait, p_is_new) end;
  exception
    when lock_not_available or deadlock_detected or serialization_failure then v_outcome := 'busy';
    when others then -- an effect never fails the job
      v_outcome := 'failed';
      v_message := sqlerrm;
  end;
  if p_job.status in ('completed', 'failed', 'cancelled') then
    perform private.note_effect(p_job, case v_outcome when 'busy' then 'pending' else v_outcome end, v_message);
  end if;
  return v_outcome;
end
$$;
comment on function private.apply_effect(public.jobs, boolean, boolean) is
  'Brings what a job changes besides itself to where the job stands, and once it has ended writes down in job_effects '
  'what became of that. Raises nothing. Returns an outcome, or busy.';
revoke execute on function private.apply_effect(public.jobs, boolean, boolean) from public;
