create view ops.dead_letters with (security_invoker = true) as
select j.id as job_id, j.user_id, j.tool, j.lane, j.error_code, j.error_message, j.failed_at_step, j.created_at,
  j.completed_at as failed_at
from public.jobs j
where j.status = 'failed' and not exists (select from public.jobs again where again.retried_from = j.id);
comment on view ops.dead_letters is
  'Jobs that have failed, and that nobody has done again: neither their user nor an operator (ops.redrive).';
revoke all on ops.dead_letters from anon, authenticated, service_role;
grant select on ops.dead_letters to service_role;

create function ops.redrive(
  p_tool text default null, p_error_code text default null, p_user_id uuid default null, p_limit integer default 100
) returns table (job_id uuid, new_job_id uuid, error text)
language plpgsql security definer set search_path = '' as $$
declare
  v_count integer := 0;
begin
  -- In their order, and as far as it takes: letters whose retry is refused keep nobody behind them waiting.
  for job_id in
    select d.job_id from ops.dead_letters d
    where (p_tool is null or d.tool = p_tool) and (p_error_code is null or d.error_code = p_error_code)
      and (p_user_id is null or d.user_id = p_user_id)
    order by d.failed_at, d.job_id
  loop
    exit when v_count >= p_limit;
    new_job_id := null;
    error := null;
    begin
      new_job_id := (public.retry_job(job_id)).id;
      v_count := v_count + 1;
    exception when others then
      error := sqlerrm; -- the letter stays: a user without credits, a tool that is switched off
    end;
    return next;
  end loop;
end
$$;
comment on function ops.redrive(text, text, uuid, integer) is
  'Puts dead letters back: each failed job that fits is done again as a new job, charged anew, the oldest first, '
  'until p_limit are. Those whose retry is refused stay, and are no part of the limit. Returns a row for each that '
  'was tried: the new job, or why there is none.';
revoke execute on function ops.redrive(text, text, uuid, integer) from public;
