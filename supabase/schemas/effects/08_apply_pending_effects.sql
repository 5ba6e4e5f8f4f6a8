create function private.apply_pending_effects() returns integer
language plpgsql set search_path = '' as $$
declare
  v_job public.jobs;
  v_count integer := 0;
begin
  perform set_config('esteira.effect', 'holds', true);
  for v_job in
    select j.* from public.job_effects e join public.jobs j on j.id = e.job_id
    where e.outcome = 'pending' order by e.updated_at limit 100 for update of e skip locked
  loop
    v_count := v_count + (private.apply_effect(v_job, p_may_wait => false) <> 'busy')::integer;
  end loop;
  perform private.beat('esteira-effects', jsonb_build_object('applied', v_count));
  return v_count;
end
$$;
comment on function private.apply_pending_effects() is
  'Applies effects whose project or model was in use when their job ended, at most 100; waits for none. Returns how '
  'many are settled.';
revoke execute on function private.apply_pending_effects() from public;
