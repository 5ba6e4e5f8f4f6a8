create function private.end_waiting(p_connection_id uuid, p_code text, p_message text, p_limit integer default 20)
returns integer
language plpgsql volatile set search_path = '' as $$
declare
  v_now timestamptz := private.now();
  v_job public.jobs;
  v_count integer := 0;
begin
  for v_job in
    select j.* from public.publications p join public.jobs j on j.id = p.job_id
    where p.connection_id = p_connection_id and p.line in ('held', 'scheduled') and j.status = 'pending'
    order by p.job_id limit p_limit for update of j skip locked
  loop
    continue when not private.can_end_at_once(null, null, v_job.user_id);
    perform private.fail_job(v_job, v_job.current_step, p_code, p_message, v_now,
      p_is_counted => private.had_task(v_job.id));
    v_count := v_count + 1;
  end loop;
  return v_count;
end
$$;
comment on function private.end_waiting(uuid, text, text, integer) is
  'Fails up to p_limit publications that wait for a connection, and pays them back; waits for nothing and leaves what '
  'others have locked. Returns how many.';
revoke execute on function private.end_waiting(uuid, text, text, integer) from public;
