create function private.platform_pause(
  p_publication public.publications, p_connection public.connections, p_platform private.platforms, p_at timestamptz
) returns setof private.finding
language plpgsql stable set search_path = '' as $$
declare
  v_evidence jsonb := private.account_facts(p_publication, p_connection) || jsonb_build_object('paused_until',
    p_platform.paused_until, 'reason', p_platform.pause_reason, 'down_since', p_platform.down_since, 'failures',
    nullif(p_platform.failures, 0), 'probe_id', p_platform.probe_id);
  v_is_endless boolean := not isfinite(p_platform.paused_until);
  v_code text := case
    when p_platform.probe_id is not null then 'platform_probing'
    when p_platform.down_since is not null then 'platform_down'
    when starts_with(p_platform.pause_reason, 'posting_limit') then 'platform_limited'
    else 'platform_paused' end;
begin
  if p_platform.paused_until is null or p_platform.paused_until <= p_at then
    return next private.not_so('platform_paused', format('%s is not paused.', p_platform.platform), v_evidence,
      p_platform.platform);
    return;
  end if;
  return next private.finding(v_code, case v_code
      when 'platform_probing' then format('%s was down; connection %s tries whether it answers.', p_platform.platform,
        p_platform.probe_id)
      else format('%s is paused: %s.', p_platform.platform, p_platform.pause_reason) end,
    v_evidence, p_since => p_platform.down_since, p_subject => p_platform.platform,
    p_expected_at => case when not v_is_endless and v_code <> 'platform_probing' then p_platform.paused_until end,
    p_level => case when v_code = 'platform_paused' and not v_is_endless then 'wait' end,
    p_clears => case when v_code = 'platform_paused' and not v_is_endless then 'by_itself' end,
    p_repair_sql => case when v_is_endless then format('select ops.resume_platform(%L);', p_platform.platform) end);
end
$$;
comment on function private.platform_pause(
  public.publications, public.connections, private.platforms, timestamptz) is
  'Why a platform is paused, and until when; or that it is not.';
revoke execute on function private.platform_pause(
  public.publications, public.connections, private.platforms, timestamptz) from public;

create function private.platform_app(
  p_publication public.publications, p_connection public.connections, p_platform private.platforms
) returns setof private.finding
language plpgsql stable set search_path = '' as $$
begin
  if p_platform.client_id is not null
     and exists (select from vault.secrets where name = p_platform.client_secret_name) then return; end if;
  return next private.finding('platform_app_missing', case when p_platform.client_id is null
      then format('No app is registered at %s.', p_platform.platform)
      else format('The Vault has no secret %s, which is to hold the secret of the app at %s.',
        p_platform.client_secret_name, p_platform.platform) end,
    private.account_facts(p_publication, p_connection) || jsonb_build_object('client_id', p_platform.client_id,
      'client_secret_name', p_platform.client_secret_name), p_subject => p_platform.platform);
end
$$;
comment on function private.platform_app(public.publications, public.connections, private.platforms) is
  'That there is no app at a platform, or not its secret.';
revoke execute on function private.platform_app(
  public.publications, public.connections, private.platforms) from public;

create function private.platform_version(
  p_job public.jobs, p_publication public.publications, p_connection public.connections,
  p_platform private.platforms, p_at timestamptz
) returns setof private.finding
language plpgsql stable set search_path = '' as $$
declare
  v_ends timestamptz := private.sunset_of(p_platform.platform, p_platform.api_version);
  v_evidence jsonb := private.account_facts(p_publication, p_connection)
    || jsonb_build_object('api_version', p_platform.api_version, 'sunset_at', v_ends);
  v_code text := case when v_ends <= p_at then 'api_version_ended'
    when p_publication.line = 'scheduled' and v_ends <= p_job.run_at then 'version_ends_first'
    when v_ends <= p_at + interval '60 days' then 'api_version_ending' end;
begin
  if v_code is null then
    return next private.not_so('api_version_ended', format('Version %s of %s %s.',
      coalesce(p_platform.api_version, '–'), p_platform.platform,
      coalesce('lives until ' || v_ends::date, 'is not known to end')), v_evidence, p_platform.platform);
    return;
  end if;
  return next private.finding(v_code, format('Version %s of %s %s on %s.', p_platform.api_version, p_platform.platform,
    case when v_code = 'api_version_ended' then 'ended' else 'ends' end, v_ends::date), v_evidence,
    p_since => case when v_code = 'api_version_ended' then v_ends end, p_subject => p_platform.platform);
end
$$;
comment on function private.platform_version(
  public.jobs, public.publications, public.connections, private.platforms, timestamptz) is
  'That the version by which a platform is called has ended, ends before a scheduled post, or ends within 60 days.';
revoke execute on function private.platform_version(
  public.jobs, public.publications, public.connections, private.platforms, timestamptz) from public;
