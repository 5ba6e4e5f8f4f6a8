create function ops_api.runs(
  p_limit integer default 50, p_before timestamptz default null, p_before_id uuid default null)
returns setof ops.bulk_runs
language plpgsql stable security definer set search_path = '' as $$
begin
  perform private.require_operator();
  return query
    select * from ops.bulk_runs r
    where p_before is null or r.begun_at < p_before or (r.begun_at = p_before and r.run_id < p_before_id)
    order by r.begun_at desc, r.run_id desc limit least(greatest(p_limit, 1), 200);
end
$$;
comment on function ops_api.runs(integer, timestamptz, uuid) is
  'Acts on jobs, the newest first: how far each is. p_before, p_before_id: when the last one of the page before was '
  'begun, and its run_id, for several may begin at one moment.';
revoke execute on function ops_api.runs(integer, timestamptz, uuid) from public;
grant execute on function ops_api.runs(integer, timestamptz, uuid) to authenticated, service_role;

create function ops_api.run(p_run_id uuid) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_run jsonb;
begin
  perform private.require_operator();
  v_run := (select to_jsonb(r) from ops.bulk_runs r where r.run_id = p_run_id) || private.run_result(p_run_id);
  if v_run is null then perform private.refuse(404, 'not_found', 'There is no such run.', 'run_id'); end if;
  return v_run || jsonb_build_object('not_done', (
    select coalesce(jsonb_agg(to_jsonb(i) - 'run_id' order by i.n), '[]') from (
      select * from private.bulk_items b
      where b.run_id = p_run_id and (b.outcome <> 'done' or b.tries > 0) order by b.n limit 100) i));
end
$$;
comment on function ops_api.run(uuid) is
  'How far a run is, and why jobs of it were not done (not_done: the first hundred). Errors: 403 not_an_operator, 404 '
  'not_found.';
revoke execute on function ops_api.run(uuid) from public;
grant execute on function ops_api.run(uuid) to authenticated, service_role;

create function ops_api.abort_run(p_run_id uuid, p_reason text default null) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
begin
  perform private.require_operator();
  return ops.abort_run(p_run_id, p_reason);
end
$$;
comment on function ops_api.abort_run(uuid, text) is 'ops.abort_run for operators.';
revoke execute on function ops_api.abort_run(uuid, text) from public;
grant execute on function ops_api.abort_run(uuid, text) to authenticated, service_role;

create function ops_api.resume_run(p_run_id uuid, p_reason text default null) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
begin
  perform private.require_operator();
  return ops.resume_run(p_run_id, p_reason);
end
$$;
comment on function ops_api.resume_run(uuid, text) is 'ops.resume_run for operators.';
revoke execute on function ops_api.resume_run(uuid, text) from public;
grant execute on function ops_api.resume_run(uuid, text) to authenticated, service_role;

create function ops_api.audit(p_limit integer default 50, p_before bigint default null, p_actor uuid default null)
returns setof ops.audit
language plpgsql stable security definer set search_path = '' as $$
begin
  -- Support sees what they have done themselves.
  if private.require_operator() = 'support' then p_actor := auth.uid(); end if;
  return query
    select * from ops.audit a
    where coalesce(a.audit_id < p_before, true) and (p_actor is null or a.actor = p_actor)
    order by a.audit_id desc limit least(greatest(p_limit, 1), 200);
end
$$;
comment on function ops_api.audit(integer, bigint, uuid) is
  'What operators have done, the last first; p_before: before that audit_id; p_actor: by whom. Support sees its own '
  'acts.';
revoke execute on function ops_api.audit(integer, bigint, uuid) from public;
grant execute on function ops_api.audit(integer, bigint, uuid) to authenticated, service_role;
