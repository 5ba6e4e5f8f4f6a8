create function worker.cost_noted(p_job_id uuid, p_token uuid, p_cost numeric, p_currency text) returns void
language plpgsql security definer set search_path = '' set plan_cache_mode = force_generic_plan
  set enable_seqscan = off set jit = off as $$
begin
  update public.job_attempts set cost = p_cost, cost_currency = p_currency
  where job_id = p_job_id and token = p_token and p_cost is not null and p_currency is not null;
end
$$;
comment on function worker.cost_noted(uuid, uuid, numeric, text) is
  'What the provider says that the task of an attempt has cost, in its currency or unit; for tasks that came to '
  'nothing, which may cost all the same. worker.produced takes it for those that succeeded.';
revoke execute on function worker.cost_noted(uuid, uuid, numeric, text) from public;
grant execute on function worker.cost_noted(uuid, uuid, numeric, text) to service_role;
