create function private.policies_of(p_tables text[]) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return coalesce((
    select jsonb_agg(jsonb_strip_nulls(jsonb_build_object('policyname', policyname, 'roles', roles, 'cmd', cmd,
        'permissive', permissive, 'qual', qual, 'with_check', with_check)) order by tablename, policyname)
    from pg_catalog.pg_policies where format('%I.%I', schemaname, tablename) = any (p_tables)), '[]');
end
$$;
comment on function private.policies_of(text[]) is 'The policies of tables (schema.table), as pg_policies has them.';
revoke execute on function private.policies_of(text[]) from public;

create function private.check_policies() returns setof private.checkup
language plpgsql stable set search_path = '' as $$
declare
  v_part private.broadcast_part;
  v_is_open boolean;
begin
  foreach v_part in array array(select p::private.broadcast_part from private.topic_policies() p) loop
    v_is_open := private.topic_is_open(v_part.marker);
    return next private.checkup(v_part.name, case when v_is_open then 'ok' else 'error' end, v_part.table_name,
      format(case when v_is_open then 'A policy lets signed-in users listen to topics %s.'
        else 'No policy lets signed-in users listen to topics %s: their clients are refused.' end,
        regexp_replace(v_part.marker, ':$', ':…')),
      '000:84-88', '{}', case when not v_is_open then v_part.statement end);
  end loop;
end
$$;
comment on function private.check_policies() is 'Whether each policy is there by which people listen.';
revoke execute on function private.check_policies() from public;

create function private.check_private_topics() returns setof private.checkup
language plpgsql stable set search_path = '' as $$
declare
  v_policies jsonb := private.policies_of('{realtime.messages}');
  v_open text;
  v_is_guarded boolean := (
    select relrowsecurity from pg_catalog.pg_class where oid = to_regclass('realtime.messages'));
begin
  -- Whose condition knows nothing of the topic, lets people listen to, or speak on, the topics of others.
  select policy ->> 'policyname' into v_open from jsonb_array_elements(v_policies) policy
  where policy ->> 'permissive' = 'PERMISSIVE'
    and policy -> 'roles' ?| array['public', 'anon', 'authenticated', 'esteira_admin']
    and concat(policy ->> 'qual', policy ->> 'with_check') !~ 'topic'
  order by 1 limit 1;
  return next private.checkup('private topics', case when v_is_guarded and v_open is null then 'ok' else 'error' end,
    'realtime.messages', case
      when not coalesce(v_is_guarded, false) then
        'Row level security is off on realtime.messages: everybody hears everything. The table is the platform''s.'
      when v_open is not null then format('The policy "%s" opens every topic to everybody it is for.', v_open)
      else 'Each policy on realtime.messages looks at the topic.' end,
    '002:434-446', jsonb_build_object('policies', v_policies),
    case when v_open is not null then format('drop policy %I on realtime.messages', v_open) end);
end
$$;
comment on function private.check_private_topics() is
  'Whether what is told of somebody''s jobs is heard by nobody else. That Realtime admits private channels alone is a '
  'setting of the project, which SQL cannot see.';
revoke execute on function private.check_private_topics() from public;

create function private.check_reading() returns setof private.checkup
language plpgsql stable set search_path = '' as $$
declare
  v_table text;
  v_fault text;
begin
  foreach v_table in array '{public.jobs,public.projects,public.ai_models,public.job_effects,public.publications,'
    'public.connections,public.upscaler_jobs,public.pose_changer_jobs,public.veste_ai_jobs,public.video_upscaler_jobs,'
    'public.fal_jobs,public.ai_jobs,public.publication_jobs,public.project}'::text[]
  loop
    v_fault := case when to_regclass(v_table) is null then 'it is missing: apply the migrations'
      else private.fault_of_reading(v_table) end;
    return next private.checkup('read ' || v_table, case when v_fault is null then 'ok' else 'error' end, v_table,
      case when v_fault is null then 'Signed-in users read what is theirs.'
        else format('Signed-in users do not read what is theirs, and that alone: %s.', v_fault) end,
      '000:84-88', jsonb_build_object('policies', private.policies_of(array[v_table])),
      case when v_fault not like 'it is missing%' then private.repair_of_reading(v_table) end);
  end loop;
end
$$;
comment on function private.check_reading() is
  'Whether owners read their rows, in tables and in the documents'' views.';
revoke execute on function private.check_reading() from public;
