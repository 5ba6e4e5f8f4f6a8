create function private.read_wishes(p_user_id uuid, p_jobs jsonb, p_by_user boolean) returns private.wish[]
language plpgsql set search_path = '' as $$
begin
  return (
    with read as materialized (
      select w.n, w.wish, t.lane, t.priority, t.credit_cost, private.refusal_of(w.wish, t, p_by_user) as refusal,
        private.uuid_v7() as id, w.wish ->> 'idempotency_key' as key
      from jsonb_array_elements(p_jobs) with ordinality w (wish, n)
      left join public.tools t on t.tool = w.wish ->> 'tool'
    ), first as ( -- one key, one job, also within the batch
      select r.*,
        case when r.key is null then r.id else first_value(r.id) over (partition by r.key order by r.n) end as first_id
      from read r
    )
    select array_agg(case
      -- Who asked for a priority while it was allowed is answered with that job still.
      when (f.refusal).code is not null and not (j.id is not null and (f.refusal).code = 'invalid_priority') then
        (f.n, f.wish ->> 'tool', null, null, null, null, null, null, f.refusal, null, false, null)::private.wish
      else
        (f.n, f.wish ->> 'tool', f.lane, f.wish -> 'input', coalesce((f.wish ->> 'priority')::smallint, f.priority),
          (f.wish ->> 'run_at')::timestamptz, f.key, coalesce(nullif(f.wish -> 'metadata', 'null'), '{}'), null,
          coalesce(j.id, f.first_id), j.id is null and f.id = f.first_id,
          case when j.id is null and f.id = f.first_id then f.credit_cost end)::private.wish
      end order by f.n)
    from first f left join public.jobs j on j.user_id = p_user_id and j.idempotency_key = f.key);
end
$$;
comment on function private.read_wishes(uuid, jsonb, boolean) is
  'Reads a batch (the argument of create_jobs) of a user whose creates the caller has locked.';
revoke execute on function private.read_wishes(uuid, jsonb, boolean) from public;
