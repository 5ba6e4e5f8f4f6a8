create function ops.redrive(
  p_tool text default null, p_error_code text default null, p_user_id uuid default null, p_limit integer default 100
) returns table (job_id uuid, new_job_id uuid, error text)
language plpgsql security definer set search_path = '' as $$
declare
  v_letter record;
begin
  for v_letter in
    select m.msg_id, j.id from pgmq.read('dead_letters', 60, p_limit) m
    join public.jobs j on j.id = (m.message ->> 'job_id')::uuid
    where (p_tool is null or j.tool = p_tool) and (p_error_code is null or j.error_code = p_error_code)
      and (p_user_id is null or j.user_id = p_user_id)
    order by m.msg_id
  loop
    job_id := v_letter.id;
    new_job_id := null;
    error := null;
    begin
      new_job_id := (public.retry_job(v_letter.id)).id;
      perform pgmq.delete('dead_letters', v_letter.msg_id);
    exception when others then
      error := sqlerrm; -- the letter stays: a user without credits, a tool that is switched off
    end;
    return next;
  end loop;
end
$$;
comment on function ops.redrive(text, text, uuid, integer) is
  'Puts dead letters back: each failed job that fits is done again as a new job, charged anew. Looks at up to p_limit '
  'letters at a time; those that do not fit, or whose retry is refused, stay and come up again after a minute. '
  'Returns a row for each that fits: the new job, or why there is none.';
revoke execute on function ops.redrive(text, text, uuid, integer) from public;
