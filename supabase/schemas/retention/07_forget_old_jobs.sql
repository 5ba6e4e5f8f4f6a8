create function private.first_id_at(p_at timestamptz) returns uuid
language sql immutable set search_path = '' as $$
  select (lpad(to_hex((extract(epoch from p_at) * 1000)::bigint), 12, '0') || '70008000000000000000')::uuid
$$;
comment on function private.first_id_at(timestamptz) is
  'The smallest id that private.uuid_v7 makes at a time: what was made before has smaller ones.';
revoke execute on function private.first_id_at(timestamptz) from public;

create function private.jobs_over(p_ids uuid[]) returns uuid[]
language plpgsql volatile set search_path = '' as $$
declare
  v_now timestamptz := private.now();
begin
  -- Locked in the order of ids, by whoever deletes them; what a refund, a task or an operator may still need stays.
  return array(
    select j.id from public.jobs j
    where j.id = any (p_ids) and j.status >= 'completed' and j.lane <> 'publication' and j.refund <> 'due'
      and j.completed_at < v_now - (private.retention_of(j.tool)).jobs
      and not exists (select from private.cancels c where c.job_id = j.id and c.over_at is null)
      and not exists (select from private.quarantine q where q.job_id = j.id)
      and j.id <> all (private.referred_jobs(j.user_id))
    order by j.id for update of j skip locked);
end
$$;
comment on function private.jobs_over(uuid[]) is
  'Those of some jobs whose time is over (private.retention.jobs), locked: they have ended, nothing of them is open, '
  'and no project or model of their owner refers to them.';
revoke execute on function private.jobs_over(uuid[]) from public;

create function private.forget_old_jobs(
  p_within interval default '40 milliseconds', p_qty integer default 1000, p_each integer default 25
) returns integer
language plpgsql set search_path = '' as $$
declare
  v_stop timestamptz := clock_timestamp() + p_within;
  v_keep interval := (select min((private.retention_of(t.tool)).jobs) from public.tools t);
  v_from uuid := coalesce(nullif(private.sweep_position('old jobs'), ''), '00000000-0000-0000-0000-000000000000');
  v_ids uuid[];
  v_over uuid[];
  v_last uuid;
  v_count integer := 0;
begin
  if v_keep is null then return 0; end if;
  v_ids := array(select id from public.jobs
    where id > v_from and id < private.first_id_at(private.now() - v_keep) order by id limit p_qty);
  perform set_config('esteira.deletes', 'what is old', true);
  for i in 1..cardinality(v_ids) by p_each loop
    exit when i > 1 and clock_timestamp() >= v_stop;
    v_over := private.jobs_over(v_ids[i:i + p_each - 1]);
    delete from public.jobs where id = any (v_over);
    v_last := v_ids[least(i + p_each - 1, cardinality(v_ids))];
    v_count := v_count + cardinality(v_over);
  end loop;
  perform set_config('esteira.deletes', '', true);
  perform private.go_on('old jobs', v_last::text, v_last is null
    or (cardinality(v_ids) < p_qty and v_last = v_ids[cardinality(v_ids)]));
  return v_count;
end
$$;
comment on function private.forget_old_jobs(interval, integer, integer) is
  'Among the next p_qty jobs that are old enough for some tool, deletes those whose time is over, p_each at a time '
  'until p_within is over. Their entries in the ledger stay. Returns how many.';
revoke execute on function private.forget_old_jobs(interval, integer, integer) from public;
