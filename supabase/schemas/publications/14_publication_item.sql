create function private.media_of(p_job public.jobs, p_group_id uuid) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return (
    select coalesce(jsonb_agg(jsonb_build_object('url', f.url, 'key', m.key, 'bytes', m.bytes,
      'content_type', m.content_type, 'probe', m.probe) order by f.n), '[]')
    from (
      select file ->> 'url' as url, min(n) as n
      from jsonb_array_elements(case jsonb_typeof(p_job.input -> 'mediaFiles') when 'array'
        then p_job.input -> 'mediaFiles' else '[]' end) with ordinality files (file, n)
      where file ? 'url' group by file ->> 'url') f
    left join private.group_media m on m.group_id = p_group_id and m.url = f.url);
end
$$;
comment on function private.media_of(public.jobs, uuid) is
  'The files that a publication names by address, and their copies in the bucket handed: [{url, key, bytes, '
  'content_type, probe}], all but url null until it was fetched.';
revoke execute on function private.media_of(public.jobs, uuid) from public;

create function private.known_posts(p_publication public.publications) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return (
    select coalesce(jsonb_agg(k.post_id order by k.created_at), '[]') from (
      select o.post_id, o.created_at from public.publications o
      where o.connection_id = p_publication.connection_id and o.job_id <> p_publication.job_id
        and o.created_at > p_publication.created_at - interval '2 days' and o.post_id is not null
      order by o.created_at desc limit 200) k);
end
$$;
comment on function private.known_posts(public.publications) is
  'The ids of what other publications of the same connection have become, of two days before it and later, at most '
  '200: posts that are not this one''s, however alike.';
revoke execute on function private.known_posts(public.publications) from public;

create function private.publication_item(p_job public.jobs) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  if not private.is_publication(p_job) then return '{}'; end if;
  return coalesce((
    select jsonb_build_object('publication', jsonb_build_object('group_id', p.group_id, 'line', p.line,
        'facts', p.facts, 'facts_until', p.facts_until, 'committed_at', p.committed_at, 'created_at', p.created_at,
        'post_id', p.post_id, 'permalink', p.permalink, 'warnings', p.warnings,
        'connection', jsonb_build_object('id', c.id, 'platform', c.platform, 'external_id', c.external_id,
          'display_name', c.display_name, 'settings', c.settings, 'scopes', to_jsonb(c.scopes), 'state', c.state,
          'expires_at', c.expires_at),
        'app', jsonb_build_object('platform', f.platform, 'client_id', f.client_id, 'api_version', f.api_version,
          'settings', f.settings),
        'media', private.media_of(p_job, p.group_id), 'known_post_ids', private.known_posts(p)),
      'lane_circuit', jsonb_build_object('failures', f.failures, 'opened_at', f.down_since,
        'probe_at', case when f.down_since is not null then f.paused_until end))
    from public.publications p join public.connections c on c.id = p.connection_id
    join private.platforms f on f.platform = p.platform where p.job_id = p_job.id), '{}');
end
$$;
comment on function private.publication_item(public.jobs) is
  'What a worker needs to publish, beside its job and attempt: {publication: {group_id, line, facts, facts_until, '
  'committed_at, created_at, post_id, permalink, warnings, connection, app, media, known_post_ids}, lane_circuit: of '
  'the platform}. No tokens and no secrets. {} for any other job.';
revoke execute on function private.publication_item(public.jobs) from public;
