create function public.create_jobs(
  p_user_id uuid, p_jobs jsonb, p_caller_drains boolean default false, p_by_user boolean default false,
  p_handed jsonb default '{}'
)
returns setof public.jobs
language plpgsql security definer set search_path = '' set plan_cache_mode = force_generic_plan
  set enable_seqscan = off set jit = off as $$
declare
  v_wishes private.wish[];
  v_balance bigint;
  v_uploads jsonb[];
  v_ids uuid[];
  v_is_many boolean;
  v_lane text;
begin
  if jsonb_typeof(p_jobs) is distinct from 'array' or jsonb_array_length(p_jobs) not between 1 and 1000 then
    perform private.refuse(422, 'invalid_input', 'The jobs are an array of 1 to 1,000.', 'jobs');
  end if;
  perform private.lock_creates(p_user_id);
  v_wishes := private.read_wishes(p_user_id, p_jobs, p_by_user);
  select balance into v_balance from public.credit_accounts where user_id = p_user_id for update;
  v_balance := coalesce(v_balance, 0);
  v_uploads := private.refuse_first(p_user_id, v_wishes, v_balance, p_handed);
  -- Many are told of together: more than a screen shows, and than a client could follow one by one.
  v_ids := array(select id from unnest(v_wishes) where is_new order by n);
  if v_ids = '{}' then perform private.already(); end if;
  perform private.check_creates_limit(p_user_id, cardinality(v_ids), p_by_user);
  perform private.check_refund_limit(l, p_user_id) from private.lanes l
  where l.lane in (select lane from unnest(v_wishes) where is_new);
  perform private.check_storage_limit(p_user_id, (
    select sum(t.max_output_bytes) from unnest(v_wishes) w join public.tools t on t.tool = w.tool where w.is_new));
  perform private.charge(p_user_id, v_ids, array(select price from unnest(v_wishes) where is_new order by n));
  v_is_many := cardinality(v_ids) > 20;
  if v_is_many then perform set_config('esteira.broadcast', 'together', true); end if;
  perform private.insert_wishes(p_user_id, v_wishes, v_uploads, v_balance, private.now(), p_by_user);
  if p_handed <> '{}' then perform private.keep_handed(v_ids, p_handed); end if;
  if v_is_many then
    perform set_config('esteira.broadcast', '', true);
    perform private.broadcast('jobs:' || p_user_id, 'jobs_created', jsonb_build_object(
      'count', cardinality(v_ids), 'ids', to_jsonb(v_ids[:100]), 'at', clock_timestamp()), null);
  end if;

  -- Dispatched together: what starts is the whole batch's first. What then still waits is what counts as waiting.
  for v_lane in select distinct lane from unnest(v_wishes) where is_new order by lane loop
    while private.dispatch(v_lane, p_poke => not p_caller_drains) = 100 loop null; end loop;
    perform private.check_waiting_limit(v_lane, p_user_id, p_more => 0);
  end loop;
  return query select j.* from unnest(v_wishes) w join public.jobs j on j.id = w.id order by w.n;
end
$$;
comment on function public.create_jobs(uuid, jsonb, boolean, boolean, jsonb) is
  'Creates up to 1,000 jobs of a user, all or none. p_jobs: [{tool, input, priority?, run_at?, idempotency_key?, '
  'metadata?}]. p_by_user, p_handed: as in create_job. Returns them in that order, with status 208 when none of them '
  'is new. Errors: as create_job, and 422 invalid_input for whatever is not of its type; the first one is raised and '
  'nothing is written or charged. max_waiting_per_user counts what has not started with the batch.';
revoke execute on function public.create_jobs(uuid, jsonb, boolean, boolean, jsonb) from public, anon, authenticated;
grant execute on function public.create_jobs(uuid, jsonb, boolean, boolean, jsonb) to service_role;
