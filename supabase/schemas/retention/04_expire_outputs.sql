create function private.expire_outputs(p_qty integer default 2000) returns integer
language plpgsql set search_path = '' as $$
declare
  v_now timestamptz := private.now();
  v_from uuid := coalesce(nullif(private.sweep_position('outputs'), ''), '00000000-0000-0000-0000-000000000000');
  v_seen uuid[];
  v_count integer;
begin
  if not exists (select from private.retention where outputs is not null) then return 0; end if;
  v_seen := array(select id from public.jobs where id > v_from order by id limit p_qty);
  with due as materialized (
    select j.id, j.user_id from public.jobs j, lateral private.retention_of(j.tool) r
    where j.id = any (v_seen) and j.status = 'completed' and j.output_bytes > 0 and j.completed_at < v_now - r.outputs
    order by j.id for update of j skip locked
  ), referred as materialized (
    select u.user_id, private.referred_jobs(u.user_id) as ids from (select distinct user_id from due) u
  ), expired as (
    update public.jobs j set output_url = null, output_bytes = 0,
      output = j.output || jsonb_build_object('files', '[]'::jsonb, 'expired_at', to_jsonb(v_now))
    from due join referred using (user_id)
    where j.id = due.id and not due.id = any (referred.ids)
    returning j.id, j.user_id
  )
  insert into private.doomed_files (bucket, prefix, due_at)
  select 'outputs', format('%s/%s/', user_id, id), v_now from expired;
  get diagnostics v_count = row_count;
  perform private.go_on('outputs', v_seen[cardinality(v_seen)]::text, cardinality(v_seen) < p_qty);
  return v_count;
end
$$;
comment on function private.expire_outputs(integer) is
  'Among the next p_qty jobs, has the files deleted of results whose time is over, but of what projects and models '
  'refer to. The job says since when (output.expired_at). Returns of how many.';
revoke execute on function private.expire_outputs(integer) from public;
