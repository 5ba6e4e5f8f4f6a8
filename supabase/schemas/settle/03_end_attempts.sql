create function private.end_attempts(
  p_job_id uuid, p_outcome text, p_at timestamptz, p_except uuid default null
) returns void
language plpgsql volatile set search_path = '' as $$
begin
  -- finished_at is as good as outcome here, and leads the planner to the job's attempts rather than through all open
  -- ones.
  update public.job_attempts set outcome = p_outcome, phase = 'finished', finished_at = p_at
  where job_id = p_job_id and finished_at is null and token is distinct from p_except;
end
$$;
comment on function private.end_attempts(uuid, text, timestamptz, uuid) is
  'Ends the open attempts of a job but the one with token p_except.';
revoke execute on function private.end_attempts(uuid, text, timestamptz, uuid) from public;
