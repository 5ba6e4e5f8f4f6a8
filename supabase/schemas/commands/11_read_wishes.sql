create function private.hash_of(p_wish jsonb, p_refusal private.refusal) returns bytea
language plpgsql stable set search_path = '' as $$
begin
  -- What is not of its type cannot be read; it is refused in any case.
  if p_wish ->> 'idempotency_key' is null or p_refusal.code <> 'invalid_priority' then return null; end if;
  return private.idempotency_hash(p_wish ->> 'tool', p_wish -> 'input',
    coalesce(nullif(p_wish -> 'metadata', 'null'), '{}'), (p_wish ->> 'run_at')::timestamptz,
    (p_wish ->> 'priority')::integer);
end
$$;
comment on function private.hash_of(jsonb, private.refusal) is
  'The idempotency hash of what is asked for in a batch; null without a key, and for what is not of its type. '
  'p_refusal: what is wrong with it in itself.';
revoke execute on function private.hash_of(jsonb, private.refusal) from public;

create function private.read_wishes(p_user_id uuid, p_jobs jsonb, p_by_user boolean) returns private.wish[]
language plpgsql set search_path = '' as $$
begin
  return (
    with read as materialized (
      select w.n, w.wish, t.lane, t.priority, t.credit_cost, private.refusal_of(w.wish, t, p_by_user) as refusal,
        private.uuid_v7() as id, w.wish ->> 'idempotency_key' as key
      from jsonb_array_elements(p_jobs) with ordinality w (wish, n)
      left join public.tools t on t.tool = w.wish ->> 'tool'
    ), hashed as materialized (
      select r.*, private.hash_of(r.wish, r.refusal) as hash from read r
    ), first as ( -- one key, one job, also within the batch
      select h.*,
        case when h.key is null then h.id else first_value(h.id) over same end as first_id,
        first_value(h.hash) over same as first_hash, first_value(h.n) over same as first_n
      from hashed h window same as (partition by h.key order by h.n)
    ), known as ( -- the job of a key that was used before
      select f.*, j.id as job_id, case
        when j.idempotency_hash <> f.hash then private.key_refusal(f.key, j.id)
        -- Who asked for a priority while it was allowed is answered with that job still.
        when j.id is not null and (f.refusal).code = 'invalid_priority' then null
        when (f.refusal).code is not null then f.refusal
        when j.id is null and f.first_hash <> f.hash then (409, 'idempotency_conflict',
          format('The jobs %s and %s have one idempotency key, and ask for different things.', f.first_n, f.n),
          'idempotency_key')::private.refusal end as problem
      from first f left join public.jobs j on j.user_id = p_user_id and j.idempotency_key = f.key
    )
    select array_agg(case
      when (k.problem).code is not null then
        (k.n, k.wish ->> 'tool', null, null, null, null, null, null, null, k.problem, null, false, null)::private.wish
      else
        (k.n, k.wish ->> 'tool', k.lane, k.wish -> 'input', coalesce((k.wish ->> 'priority')::smallint, k.priority),
          (k.wish ->> 'run_at')::timestamptz, k.key, k.hash, coalesce(nullif(k.wish -> 'metadata', 'null'), '{}'),
          null, coalesce(k.job_id, k.first_id), k.job_id is null and k.id = k.first_id,
          case when k.job_id is null and k.id = k.first_id then k.credit_cost end)::private.wish
      end order by k.n)
    from known k);
end
$$;
comment on function private.read_wishes(uuid, jsonb, boolean) is
  'Reads a batch (the argument of create_jobs) of a user whose creates the caller has locked.';
revoke execute on function private.read_wishes(uuid, jsonb, boolean) from public;
