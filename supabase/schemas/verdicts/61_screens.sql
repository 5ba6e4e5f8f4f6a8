-- The last link: what screens stand on (62), whether the job's last changes were broadcast (63, 64), and how its
-- owner's screens say that they learn (65). The rows are the truth all the while: whatever is found here costs time
-- alone.

create function private.findings_of_screens(p_job public.jobs, p_attempt public.job_attempts, p_at timestamptz)
returns setof private.finding
language plpgsql stable set search_path = '' as $$
begin
  -- What has not changed for a day stands on every screen that was opened since.
  if p_job.status in ('completed', 'failed', 'cancelled') and p_job.updated_at < p_at - interval '1 day' then
    return;
  end if;
  return query select * from private.findings_of_triggers(p_job);
  return query select * from private.findings_of_rights(p_job);
  return query select * from private.findings_of_changes(p_job, p_at);
  return query select * from private.findings_of_delivery(p_job, p_at);
end
$$;
comment on function private.findings_of_screens(public.jobs, public.job_attempts, timestamptz) is
  'Whether the job''s last change could reach its owner''s screens, and did.';
revoke execute on function private.findings_of_screens(public.jobs, public.job_attempts, timestamptz) from public;
