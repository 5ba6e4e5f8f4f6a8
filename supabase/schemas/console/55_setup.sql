-- The deployment for admins, line by line, and when the functions may be asked again.

create function ops_api.setup() returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_lines jsonb;
  v_asked_at timestamptz;
begin
  perform private.require_operator(p_only_admin => true);
  v_lines := (select coalesce(jsonb_agg(to_jsonb(c) order by c.line), '[]') from ops.setup_check() c);
  select passed_at into v_asked_at from private.throttles where name = 'setup';
  return jsonb_build_object('version', public.esteira_version(), 'lines', v_lines, 'asked_at', v_asked_at,
    'ask_again_in_ms', private.ms(v_asked_at + interval '1 minute' - clock_timestamp()));
end
$$;
comment on function ops_api.setup() is
  'ops.setup_check() for admins: {version: of the schema, lines: [{line, area, name, verdict, detail, repair}], '
  'asked_at: when the functions were last asked, ask_again_in_ms: in which time the next call asks them again}. '
  'Errors: 401 unauthenticated, 403 not_an_operator.';
revoke execute on function ops_api.setup() from public;
grant execute on function ops_api.setup() to authenticated, service_role;
