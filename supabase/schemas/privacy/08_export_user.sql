create function private.files_of(p_user_id uuid) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return (
    select coalesce(jsonb_agg(jsonb_build_object('bucket', o.bucket_id, 'path', o.name, 'bytes', o.metadata -> 'size',
      'content_type', o.metadata -> 'mimetype', 'created_at', o.created_at) order by o.bucket_id, o.name), '[]')
    from storage.objects o
    where starts_with(o.name, p_user_id || '/') or o.owner_id = p_user_id::text);
end
$$;
comment on function private.files_of(uuid) is
  'The files in a user''s folder of any bucket, and those that the user has put anywhere else: [{bucket, path, bytes, '
  'content_type, created_at}].';
revoke execute on function private.files_of(uuid) from public;

create function private.jobs_of(p_user_id uuid) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return (
    select coalesce(jsonb_agg(to_jsonb(j) - array['ticket', 'idempotency_hash', 'user_id'] || jsonb_build_object(
      'publication', (select to_jsonb(p) - array['job_id', 'user_id', 'ticket', 'priority', 'fingerprint']
        from public.publications p where p.job_id = j.id),
      'attempts', (select coalesce(jsonb_agg(to_jsonb(a)
          - array['token', 'user_id', 'question_id', 'account_id', 'job_id'] order by a.attempt), '[]')
        from public.job_attempts a where a.job_id = j.id),
      'webhooks', (select coalesce(jsonb_agg(jsonb_build_object('received_at', e.received_at, 'provider', e.provider,
          'payload', e.payload) order by e.event_id), '[]')
        from private.webhook_events e where e.job_id = j.id),
      'refused_webhooks', (select coalesce(jsonb_agg(to_jsonb(r) - array['job_id', 'user_id'] order by r.reason), '[]')
        from private.webhook_refusals r where r.job_id = j.id),
      'verdicts', private.verdicts_noted_of(j.id)) order by j.id), '[]')
    from public.jobs j where j.user_id = p_user_id);
end
$$;
comment on function private.jobs_of(uuid) is
  'A user''s jobs as they were asked for and what came of them, each with its publication, attempts, webhooks, how '
  'many of those were refused, and what was noted of where it stood; no tokens.';
revoke execute on function private.jobs_of(uuid) from public;

create function ops.export_user(p_user_id uuid) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  v_user jsonb := (
    select jsonb_build_object('id', u.id, 'email', u.email, 'phone', to_jsonb(u) -> 'phone', 'created_at', u.created_at,
      'user_metadata', to_jsonb(u) -> 'raw_user_meta_data', 'app_metadata', to_jsonb(u) -> 'raw_app_meta_data')
    from auth.users u where u.id = p_user_id);
begin
  if v_user is null then perform private.refuse(404, 'user_not_found', 'There is no such user.'); end if;
  return jsonb_build_object('user', v_user, 'exported_at', private.now(), 'jobs', private.jobs_of(p_user_id),
    'balance', coalesce((select balance from public.credit_accounts where user_id = p_user_id), 0),
    'credits', (select coalesce(jsonb_agg(to_jsonb(e) - 'user_id' order by e.entry_id), '[]')
      from public.credit_entries e where e.user_id = p_user_id),
    'models', (select coalesce(jsonb_agg(to_jsonb(m) - 'userId' order by m.id), '[]')
      from public.ai_models m where m."userId" = p_user_id),
    'projects', (select coalesce(jsonb_agg(to_jsonb(p) - 'user_id' order by p.created_at, p.id), '[]')
      from public.projects p where p.user_id = p_user_id),
    'connections', (select coalesce(jsonb_agg(to_jsonb(c) - 'user_id' order by c.id), '[]')
      from public.connections c where c.user_id = p_user_id),
    'effects', (select coalesce(jsonb_agg(to_jsonb(f) - 'user_id' order by f.job_id), '[]')
      from public.job_effects f where f.user_id = p_user_id),
    'limits', (select coalesce(jsonb_object_agg(l.limit_name, l.maximum), '{}')
      from private.limits_of_users l where l.user_id = p_user_id),
    'pause', (select jsonb_build_object('paused_until', paused_until, 'reason', reason)
      from private.user_pauses s where s.user_id = p_user_id),
    'acts', (select coalesce(jsonb_agg(to_jsonb(a) - array['actor', 'filter', 'run_id'] order by a.audit_id), '[]')
      from private.audit a where a.actor = p_user_id),
    'deliveries', (select coalesce(jsonb_agg(to_jsonb(d) - 'user_id' order by d.hour, d.channel), '[]')
      from private.deliveries d where d.user_id = p_user_id),
    'files', private.files_of(p_user_id));
end
$$;
comment on function ops.export_user(uuid) is
  'All that is kept of one user, to be handed to them: {user, exported_at, balance, credits, jobs (each with its '
  'publication, attempts, webhooks and verdicts), models, projects, connections, effects, limits, pause, acts (as an '
  'operator, not on whom), deliveries, files (their names; what is in them Storage has)}. No tokens and '
  'no keys. Error: 404 user_not_found.';
revoke execute on function ops.export_user(uuid) from public;
grant execute on function ops.export_user(uuid) to service_role;
