create function ops_api.unknown_publications(
  p_filter jsonb default '{}', p_limit integer default 50, p_after jsonb default null
) returns jsonb
language plpgsql stable security definer set search_path = '' set plan_cache_mode = force_custom_plan as $$
declare
  v_role text := private.require_operator();
  v_filter private.publication_filter := private.read_publication_filter(p_filter,
    '{platform,option,user_id,user_email,connection_id}', '{}');
  v_after record := private.read_publication_place(p_after);
  v_now timestamptz := private.now();
  v_page private.shown_publications[];
begin
  perform private.check_entries(p_limit);
  v_page := array(
    select s from private.shown_publications s
    where s.unknown_at is not null and s.resolved is null
      and (p_after is null or (s.unknown_at, s.job_id) > (v_after.at, v_after.job_id))
      and (v_filter.platforms is null or s.platform = any (v_filter.platforms))
      and (v_filter.options is null or s.option = any (v_filter.options))
      and (v_filter.user_id is null or s.user_id = v_filter.user_id)
      and (v_filter.connection_id is null or s.connection_id = v_filter.connection_id)
    order by s.unknown_at, s.job_id limit p_limit);
  return jsonb_build_object('at', v_now,
    'publications', (select coalesce(jsonb_agg(private.publication_line(v_page[n], v_role)
        || jsonb_build_object('ends_at', v_page[n].unknown_at + interval '7 days',
          'left_ms', private.ms(v_page[n].unknown_at + interval '7 days' - v_now)) order by n), '[]')
      from generate_subscripts(v_page, 1) n),
    'total', (select count(*) from (
      select from public.publications p where p.unknown_at is not null and p.resolved is null limit 1000) counted),
    'next', case when cardinality(v_page) = p_limit then jsonb_build_object(
      'at', v_page[p_limit].unknown_at, 'job_id', v_page[p_limit].job_id) end);
end
$$;
comment on function ops_api.unknown_publications(jsonb, integer, jsonb) is
  'Publications of which nobody knows whether they are there, and nobody has looked yet, those first that have been so '
  'for longest, up to p_limit (200): {at, publications: [as of publications, and ends_at, left_ms: when it counts as '
  'not there and is paid back, and how long that is], total: of all, 1,000 at most, next}. p_filter: {platform, '
  'option: a text or an array, user_id or user_email, connection_id}; p_after: the next of the page before. Errors: '
  '403 not_an_operator, 422 invalid_input, 422 invalid_filter.';
revoke execute on function ops_api.unknown_publications(jsonb, integer, jsonb) from public;
grant execute on function ops_api.unknown_publications(jsonb, integer, jsonb) to authenticated, service_role;
