create function private.expire_output(p_job public.jobs, p_at timestamptz) returns void
language plpgsql set search_path = '' as $$
begin
  update public.jobs set output_url = null, output_bytes = 0,
    output = output || jsonb_build_object('files', '[]'::jsonb, 'expired_at', to_jsonb(p_at))
  where id = p_job.id;
  insert into private.doomed_files (bucket, prefix, due_at)
  values ('outputs', format('%s/%s/', p_job.user_id, p_job.id), p_at);
end
$$;
comment on function private.expire_output(public.jobs, timestamptz) is
  'Has the files of a locked job''s result deleted. The job says since when: output.expired_at.';
revoke execute on function private.expire_output(public.jobs, timestamptz) from public;

create function private.expire_outputs(p_qty integer default 2000) returns integer
language plpgsql set search_path = '' as $$
declare
  v_now timestamptz := private.now();
  v_from uuid := coalesce(nullif(private.sweep_position('outputs'), ''), '00000000-0000-0000-0000-000000000000');
  v_seen uuid[];
  v_job public.jobs;
  v_owner uuid;
  v_referred uuid[];
  v_count integer := 0;
begin
  if not exists (select from private.retention where outputs is not null) then return 0; end if;
  v_seen := array(select id from public.jobs where id > v_from order by id limit p_qty);
  for v_job in
    select j.* from public.jobs j, lateral private.retention_of(j.tool) r
    where j.id = any (v_seen) and j.status = 'completed' and j.output_bytes > 0 and j.completed_at < v_now - r.outputs
    order by j.user_id, j.id for update of j skip locked
  loop
    begin
      if v_job.user_id is distinct from v_owner then
        v_referred := private.referred_jobs(v_job.user_id);
        v_owner := v_job.user_id;
      end if;
      continue when v_job.id = any (v_referred);
      perform private.expire_output(v_job, v_now);
      v_count := v_count + 1;
    exception when others then -- its turn comes again with the next pass
      perform private.note_fault('esteira-outputs', v_job.lane, sqlstate, format('job %s: %s', v_job.id, sqlerrm));
    end;
  end loop;
  perform private.go_on('outputs', v_seen[cardinality(v_seen)]::text, cardinality(v_seen) < p_qty);
  return v_count;
end
$$;
comment on function private.expire_outputs(integer) is
  'Among the next p_qty jobs, has the files deleted of results whose time is over, but of what projects and models '
  'refer to. Returns of how many.';
revoke execute on function private.expire_outputs(integer) from public;
