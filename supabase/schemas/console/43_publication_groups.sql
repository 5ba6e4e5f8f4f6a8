create function private.group_has(p_group_id uuid, p_user_id uuid, p_filter private.publication_filter) returns boolean
language plpgsql stable set search_path = '' set plan_cache_mode = force_generic_plan as $$
begin
  return exists (
    select from private.shown_publications s
    where s.group_id = p_group_id and s.user_id = p_user_id
      and (p_filter.platforms is null or s.platform = any (p_filter.platforms))
      and (p_filter.options is null or s.option = any (p_filter.options))
      and (p_filter.states is null or s.state = any (p_filter.states))
      and (p_filter.connection_id is null or s.connection_id = p_filter.connection_id));
end
$$;
comment on function private.group_has(uuid, uuid, private.publication_filter) is
  'Whether one of what a user has enqueued together is what a filter asks for.';
revoke execute on function private.group_has(uuid, uuid, private.publication_filter) from public;

create function private.newest_publications(p_user_id uuid, p_after uuid)
returns table (job_id uuid, group_id uuid, user_id uuid)
language plpgsql stable set search_path = '' set plan_cache_mode = force_custom_plan as $$
declare
  v_before timestamptz := (select p.created_at from public.publications p where p.job_id = p_after);
begin
  return query
    select p.job_id, p.group_id, p.user_id from public.publications p
    where (p_user_id is null or p.user_id = p_user_id)
      and (p_after is null or case when p_user_id is null then p.job_id < p_after
        else (p.created_at, p.job_id) < (v_before, p_after) end)
    -- One user's by the index that has them in order; everybody's by their ids, which begin with the time.
    order by case when p_user_id is not null then p.created_at end desc, p.job_id desc limit 2000;
end
$$;
comment on function private.newest_publications(uuid, uuid) is
  'The 2,000 newest publications after p_after, of a user or (null) of all.';
revoke execute on function private.newest_publications(uuid, uuid) from public;

create function private.newest_groups(
  p_filter private.publication_filter, p_after uuid, p_limit integer,
  out heads uuid[], out looked_at integer, out next uuid
) language plpgsql stable set search_path = '' set plan_cache_mode = force_generic_plan as $$
declare
  v_one record;
begin
  heads := '{}';
  looked_at := 0;
  -- One by one, for a page is nearly always full long before the last.
  for v_one in select * from private.newest_publications(p_filter.user_id, p_after) loop
    looked_at := looked_at + 1;
    continue when exists (
        select from public.publications newer
        where newer.group_id = v_one.group_id and newer.user_id = v_one.user_id and newer.job_id > v_one.job_id)
      or not private.group_has(v_one.group_id, v_one.user_id, p_filter);
    heads := heads || v_one.job_id;
    exit when cardinality(heads) = p_limit;
  end loop;
  next := case when cardinality(heads) = p_limit or looked_at = 2000 then v_one.job_id end;
end
$$;
comment on function private.newest_groups(private.publication_filter, uuid, integer) is
  'Of what was enqueued together, the newest p_limit after p_after, each by its newest job, among 2,000 publications; '
  'next: where to look on, null: there is nothing more.';
revoke execute on function private.newest_groups(private.publication_filter, uuid, integer) from public;

create function private.group_state(p_states text[]) returns text
language sql immutable set search_path = '' as $$
  select case
    when open > 0 and (open < total or under_way > 0) then 'publishing' when open > 0 then 'pending'
    when there = total then 'published' when there = 0 then 'failed' else 'partial' end
  from (
    select count(*) as total, count(*) filter (where state = 'published') as there,
      count(*) filter (where state = 'publishing') as under_way,
      count(*) filter (where state in ('scheduled', 'waiting', 'publishing')) as open
    from unnest(p_states) state) counted
$$;
comment on function private.group_state(text[]) is
  'How publications that were enqueued together stand, by the states of all: pending, publishing, published, partial '
  'or failed (shared/publishing/group_state.ts).';
revoke execute on function private.group_state(text[]) from public;

create function private.group_line(p_head uuid, p_role text) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return (
    with head as (
      select p.group_id, p.user_id from public.publications p where p.job_id = p_head
    ), members as materialized (
      select s.* from head h join private.shown_publications s on s.group_id = h.group_id and s.user_id = h.user_id
      order by s.job_id limit 100
    )
    select jsonb_build_object('group_id', min(m.group_id::text), 'user_id', min(m.user_id::text),
      'user_email', (select u.email from head h join auth.users u on u.id = h.user_id),
      'created_at', min(m.created_at), 'total', count(*), 'state', private.group_state(array_agg(m.state)),
      'publications', jsonb_agg(private.publication_line(m, p_role) - array['group_id', 'user_id', 'user_email']
        order by m.platform, m.option, m.job_id))
    from members m);
end
$$;
comment on function private.group_line(uuid, text) is
  'What was enqueued together with a job, in a list of operators, the first hundred.';
revoke execute on function private.group_line(uuid, text) from public;

create function ops_api.publication_groups(
  p_filter jsonb default '{}', p_limit integer default 20, p_after uuid default null
) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  v_role text := private.require_operator();
  v_filter private.publication_filter := private.publications_asked(p_filter);
  v_found record;
begin
  perform private.check_entries(p_limit);
  v_found := private.newest_groups(v_filter, p_after, p_limit);
  return jsonb_build_object('groups', (
      select coalesce(jsonb_agg(private.group_line(head, v_role) order by n), '[]')
      from unnest(v_found.heads) with ordinality heads (head, n)),
    'next', v_found.next, 'looked_at', v_found.looked_at);
end
$$;
comment on function ops_api.publication_groups(jsonb, integer, uuid) is
  'What was enqueued together, the newest first, up to p_limit (200): {groups: [{group_id, user_id, user_email, '
  'created_at, total, state: pending, publishing, published, partial or failed, publications: the first hundred, as of '
  'publications}], next, looked_at}. p_filter: as of publication_calendar, of any publication in it. A page looks at '
  '2,000 publications: it may have fewer groups, and a next. p_after: the next of the page before. Errors: 403 '
  'not_an_operator, 422 invalid_input, 422 invalid_filter.';
revoke execute on function ops_api.publication_groups(jsonb, integer, uuid) from public;
grant execute on function ops_api.publication_groups(jsonb, integer, uuid) to authenticated, service_role;
