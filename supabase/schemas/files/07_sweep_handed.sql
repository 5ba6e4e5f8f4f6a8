create function private.sweep_handed(p_keep interval default '30 days', p_limit integer default 10000) returns integer
language plpgsql set search_path = '' as $$
declare
  v_now timestamptz := private.now();
  v_doomed integer;
begin
  -- A completed job is never done again. Others may be, within p_keep with the copies that they had; no copy is kept
  -- for longer than its tool's inputs.
  delete from private.handed_files f using (
    select h.job_id from private.handed_files h join public.jobs j on j.id = h.job_id
    where j.completed_at < v_now - case when j.status = 'completed' then interval '1 hour'
      else least(p_keep, (private.retention_of(j.tool)).inputs) end
    limit p_limit for update of j skip locked -- whoever does it again holds its job
  ) over where f.job_id = over.job_id;
  insert into private.doomed_files (bucket, prefix, due_at)
  select o.bucket_id, o.name, v_now from storage.objects o
  -- Younger ones may be of a job that is just being created.
  where o.bucket_id = 'handed' and o.created_at < v_now - interval '1 hour'
    and not exists (select from private.handed_files f where f.key = o.name)
    and not exists (select from private.group_media m where m.key = o.name)
    and not exists (select from private.doomed_files d where d.bucket = 'handed' and d.prefix = o.name)
  limit p_limit;
  get diagnostics v_doomed = row_count;
  return v_doomed;
end
$$;
comment on function private.sweep_handed(interval, integer) is
  'Has the copies deleted that no job refers to any more: of completed jobs, of others that ended longer than p_keep, '
  'or their tool''s retention of inputs, ago, and those whose job was never created. Up to p_limit at a time; returns '
  'how many.';
revoke execute on function private.sweep_handed(interval, integer) from public;
