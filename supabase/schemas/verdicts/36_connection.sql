create function private.connection_stops(
  p_job public.jobs, p_publication public.publications, p_connection public.connections, p_at timestamptz
) returns setof private.finding
language plpgsql stable set search_path = '' as $$
declare
  v_evidence jsonb := private.account_facts(p_publication, p_connection) || jsonb_build_object('state',
    p_connection.state, 'code', p_connection.state_code, 'message', p_connection.state_message, 'ends_at',
    case when p_job.status = 'pending' then p_job.expires_at end);
  v_code text := case
    when p_connection.id is null or p_connection.state = 'revoked' then 'connection_revoked'
    when p_connection.state = 'reconnect_needed' then 'connection_reconnect_needed'
    when p_connection.held_until is null or p_connection.held_until <= p_at then null
    when p_connection.state_code = 'refresh_failed' then 'access_renewal'
    when p_connection.state_code = 'posting_limit' then 'posting_limit' else 'connection_limited' end;
begin
  if v_code is null then
    return next private.not_so('connection_reconnect_needed',
      format('The connection is %s.', p_connection.state), v_evidence || jsonb_build_object('checked_at',
      p_connection.checked_at), p_publication.platform);
    return;
  end if;
  if v_code = 'posting_limit' then
    v_evidence := v_evidence || coalesce(private.posting_limit(p_connection, p_at), '{}');
  elsif v_code = 'access_renewal' then
    v_evidence := v_evidence || jsonb_build_object('failures', (
      select t.failures from private.connection_tokens t where t.connection_id = p_connection.id));
  end if;
  return next private.finding(v_code, format('Nothing may be published with %s at %s: %s.', v_evidence ->> 'account',
      p_publication.platform, coalesce(p_connection.state_code, p_connection.state, 'it is gone')),
    v_evidence, p_since => p_connection.updated_at, p_expected_at => case when v_code not in ('connection_revoked',
      'connection_reconnect_needed') then p_connection.held_until end, p_subject => p_publication.platform);
end
$$;
comment on function private.connection_stops(
  public.jobs, public.publications, public.connections, timestamptz) is
  'What stops everything that is published with a connection, or that nothing does.';
revoke execute on function private.connection_stops(
  public.jobs, public.publications, public.connections, timestamptz) from public;

create function private.posts_left(
  p_publication public.publications, p_connection public.connections, p_at timestamptz
) returns setof private.finding
language plpgsql stable set search_path = '' as $$
declare
  v_limit jsonb := private.posting_limit(p_connection, p_at);
begin
  if v_limit is null or (v_limit ->> 'used')::bigint >= (v_limit ->> 'total')::bigint then return; end if;
  return next private.not_so('posting_limit', format('%s of %s posts have been made.', v_limit -> 'used',
    v_limit -> 'total'), private.account_facts(p_publication, p_connection) || v_limit, p_publication.platform);
end
$$;
comment on function private.posts_left(public.publications, public.connections, timestamptz) is
  'That the account may still post, where there is a limit and it may.';
revoke execute on function private.posts_left(public.publications, public.connections, timestamptz) from public;

create function private.access_ends(
  p_job public.jobs, p_publication public.publications, p_connection public.connections, p_at timestamptz
) returns setof private.finding
language plpgsql stable set search_path = '' as $$
declare
  v_is_first boolean := p_publication.line = 'scheduled' and p_connection.expires_at <= p_job.run_at;
begin
  if p_connection.state not in ('live', 'expiring') or p_connection.expires_at is null then return; end if;
  -- One that is renewed ahead does not end.
  if p_connection.state = 'live' and (not v_is_first or exists (
    select from private.platforms f where f.platform = p_connection.platform and f.renew_ahead is not null)) then
    return;
  end if;
  return next private.finding(case when v_is_first then 'access_ends_first' else 'access_ending' end,
    format('The access to %s at %s ends at %s.', coalesce(p_connection.display_name, p_connection.external_id),
      p_connection.platform, p_connection.expires_at),
    private.account_facts(p_publication, p_connection) || jsonb_build_object('state', p_connection.state,
      'access_ends_at', p_connection.expires_at, 'run_at', case when v_is_first then p_job.run_at end),
    p_subject => p_publication.platform);
end
$$;
comment on function private.access_ends(
  public.jobs, public.publications, public.connections, timestamptz) is
  'That the access which was given ends soon and cannot be renewed, or ends before a scheduled post goes out.';
revoke execute on function private.access_ends(
  public.jobs, public.publications, public.connections, timestamptz) from public;
