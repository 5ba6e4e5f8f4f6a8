create function ops_api.repair(p_check text) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
begin
  perform private.require_operator(true);
  return to_jsonb(ops.repair(p_check));
end
$$;
comment on function ops_api.repair(text) is
  'ops.repair for admins: mends what a check of ops_api.report(''realtime_doctor'') has found, and returns what it '
  'finds then. Errors: 401 unauthenticated, 403 not_an_operator, 404 not_found.';
revoke execute on function ops_api.repair(text) from public;
grant execute on function ops_api.repair(text) to authenticated, service_role;
