create function private.resolved_post(
  p_job public.jobs, p_publication public.publications, p_connection public.connections
) returns setof private.finding
language plpgsql stable set search_path = '' as $$
declare
  v_evidence jsonb := private.account_facts(p_publication, p_connection) || jsonb_build_object('unknown_since',
    p_publication.unknown_at, 'committed_at', p_publication.committed_at, 'permalink', p_publication.permalink,
    'refund', p_job.refund, 'resolved', p_publication.resolved, 'resolved_how', p_publication.resolved_how,
    'resolved_at', p_publication.resolved_at);
begin
  if p_publication.resolved is null then
    return next private.finding('post_unknown', 'It was sent, and nobody knows whether it is there.', v_evidence,
      p_since => p_publication.unknown_at, p_expected_at => p_publication.unknown_at + interval '7 days',
      p_subject => p_publication.platform);
    return;
  end if;
  return next private.finding(
    case p_publication.resolved when 'there' then 'post_published' else 'post_not_there' end,
    format('Nobody knew whether it was there; by the word of %s it %s.', p_publication.resolved_how,
      case p_publication.resolved when 'there' then 'is' else 'is not' end),
    v_evidence, p_since => p_publication.resolved_at, p_subject => p_publication.platform,
    -- That it is there says more than that its price is kept.
    p_level => case p_publication.resolved when 'there' then 'info' end);
end
$$;
comment on function private.resolved_post(public.jobs, public.publications, public.connections) is
  'That nobody knows, or who has said since, whether a publication is there.';
revoke execute on function private.resolved_post(
  public.jobs, public.publications, public.connections) from public;

create function private.failed_post(
  p_job public.jobs, p_publication public.publications, p_connection public.connections
) returns setof private.finding
language plpgsql stable set search_path = '' as $$
declare
  v_code text := case
    when p_job.error_code = 'connection_revoked' then 'connection_revoked'
    when p_job.error_code in ('reconnect_needed', 'missing_scope', 'access_expired') then 'post_access_lost'
    when p_job.error_code in ('expired', 'deadline_exceeded', 'lease_expired') then 'post_out_of_time'
    when exists (select from public.job_attempts a where a.job_id = p_job.id) then 'post_refused' end;
begin
  if v_code is null then return; end if;
  return next private.finding(v_code, format('%s: %s', p_job.error_code, p_job.error_message),
    private.account_facts(p_publication, p_connection) || jsonb_build_object('error_code', p_job.error_code,
      'reason', private.first_sentence(p_job.error_message), 'failed_at_step', p_job.failed_at_step,
      'last_step', p_publication.steps -> -1 ->> 'name', 'refund', p_job.refund, 'retries', p_job.retry_count),
    p_since => p_job.completed_at, p_subject => p_publication.platform);
end
$$;
comment on function private.failed_post(public.jobs, public.publications, public.connections) is
  'Why a publication has failed, in terms of what its owner can do about it.';
revoke execute on function private.failed_post(public.jobs, public.publications, public.connections) from public;

create function private.ends_of_posting(
  p_job public.jobs, p_publication public.publications, p_connection public.connections
) returns setof private.finding
language plpgsql stable set search_path = '' as $$
begin
  if p_publication.unknown_at is not null then
    return query select * from private.resolved_post(p_job, p_publication, p_connection);
  elsif p_job.status = 'failed' then
    return query select * from private.failed_post(p_job, p_publication, p_connection);
  elsif p_job.status = 'completed' then
    return next private.finding(
      case p_publication.warnings when '[]' then 'post_published' else 'post_with_warnings' end,
      format('It is at %s.', p_publication.platform),
      private.account_facts(p_publication, p_connection) || jsonb_build_object('post_id', p_publication.post_id,
        'permalink', p_publication.permalink, 'warnings', nullif(p_publication.warnings, '[]'),
        'reason', private.first_sentence(p_publication.warnings -> 0 ->> 'message')),
      p_since => p_job.completed_at, p_subject => p_publication.platform);
  end if;
end
$$;
comment on function private.ends_of_posting(public.jobs, public.publications, public.connections) is
  'How a publication has ended.';
revoke execute on function private.ends_of_posting(
  public.jobs, public.publications, public.connections) from public;
