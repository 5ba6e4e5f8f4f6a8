-- The door of the Data API for operators. Exposed beside `worker` (docs/deploying.md); signed-in users may call
-- everything here, and each function asks first whether they are operators (private.require_operator).
create schema if not exists ops_api;
comment on schema ops_api is
  'What operators call through the Data API: admins and support. Exposed; each function checks who calls.';
revoke all on schema ops_api from public;
grant usage on schema ops_api to authenticated, service_role;

create function ops_api.me() returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_role text := private.require_operator();
begin
  return jsonb_build_object('user_id', auth.uid(), 'role', v_role, 'left',
    case when v_role = 'support' then private.support_left(auth.uid()) end, 'actions',
    case when v_role = 'support' then '["retry", "refund"]'::jsonb else '["retry", "cancel", "redrive", "refund",
      "resolve", "set_priority", "replay_webhook", "quarantine", "release", "delete", "pause", "resume",
      "set_capacity"]' end,
    'lanes', (select jsonb_agg(lane order by lane) from private.lanes));
end
$$;
comment on function ops_api.me() is
  'Who the caller is as an operator: {user_id, role: admin or support, actions: what they may do with ops_api.act, '
  'left: what support may do yet today, lanes: the names of all lanes}. Errors: 401 unauthenticated, 403 '
  'not_an_operator.';
revoke execute on function ops_api.me() from public;
grant execute on function ops_api.me() to authenticated, service_role;

create function ops_api.act(p_action text, p_filter jsonb, p_dry_run boolean default true, p_reason text default null)
returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
begin
  perform private.require_operator();
  return ops.act(p_action, p_filter, p_dry_run, p_reason);
end
$$;
comment on function ops_api.act(text, jsonb, boolean, text) is
  'ops.act for operators: retry, cancel, redrive, refund, resolve, set_priority, replay_webhook, quarantine, release, '
  'delete, pause, resume, set_capacity. Support may retry and refund jobs of single users, so many a day.';
revoke execute on function ops_api.act(text, jsonb, boolean, text) from public;
grant execute on function ops_api.act(text, jsonb, boolean, text) to authenticated, service_role;

create function ops_api.diagnose(p_job_id uuid, p_as_of timestamptz default null) returns setof private.verdict
language plpgsql stable security definer set search_path = '' as $$
begin
  perform private.require_operator();
  return query select * from ops.diagnose(p_job_id, p_as_of);
end
$$;
comment on function ops_api.diagnose(uuid, timestamptz) is 'ops.diagnose for operators.';
revoke execute on function ops_api.diagnose(uuid, timestamptz) from public;
grant execute on function ops_api.diagnose(uuid, timestamptz) to authenticated, service_role;

create function ops_api.set_operator(p_user_id uuid, p_role text, p_reason text default null) returns text
language plpgsql volatile security definer set search_path = '' as $$
begin
  perform private.require_operator(p_only_admin => true);
  return ops.set_operator(p_user_id, p_role, p_reason);
end
$$;
comment on function ops_api.set_operator(uuid, text, text) is 'ops.set_operator for admins.';
revoke execute on function ops_api.set_operator(uuid, text, text) from public;
grant execute on function ops_api.set_operator(uuid, text, text) to authenticated, service_role;

create function ops_api.operators() returns table (user_id uuid, email text, role text, last_sign_in_at timestamptz)
language plpgsql stable security definer set search_path = '' as $$
begin
  perform private.require_operator(p_only_admin => true);
  return query
    select u.id, u.email::text, u.raw_app_meta_data ->> 'role', u.last_sign_in_at from auth.users u
    where u.raw_app_meta_data ->> 'role' in ('admin', 'support') order by 3, 2 limit 1000;
end
$$;
comment on function ops_api.operators() is 'Who is an operator. For admins.';
revoke execute on function ops_api.operators() from public;
grant execute on function ops_api.operators() to authenticated, service_role;
