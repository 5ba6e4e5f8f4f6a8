create function private.platform_name(p_platform text) returns text
language sql immutable set search_path = '' as $$
  select coalesce('{"tiktok": "TikTok", "facebook": "Facebook", "instagram": "Instagram", "youtube": "YouTube",
    "threads": "Threads", "x": "X", "linkedin": "LinkedIn"}'::jsonb ->> p_platform, p_platform)
$$;
comment on function private.platform_name(text) is 'A social platform''s name as it writes it itself.';
revoke execute on function private.platform_name(text) from public;

create function private.account_facts(p_publication public.publications, p_connection public.connections) returns jsonb
language sql immutable set search_path = '' as $$
  select jsonb_build_object('platform', p_publication.platform,
    'platform_name', private.platform_name(p_publication.platform), 'connection_id', p_publication.connection_id,
    'account', coalesce(nullif(p_connection.display_name, ''), p_connection.external_id, '?'))
$$;
comment on function private.account_facts(public.publications, public.connections) is
  'Where a publication goes, as evidence: {platform, platform_name, connection_id, account}.';
revoke execute on function private.account_facts(public.publications, public.connections) from public;

create function private.first_sentence(p_text text) returns text
language sql immutable set search_path = '' as $$
  select rtrim(private.cut(split_part(regexp_replace(p_text, '\s+', ' ', 'g'), '. ', 1), 200), ' .') || '.'
$$;
comment on function private.first_sentence(text) is
  'The first sentence of what somebody has said, to be told within three of ours. Null of null.';
revoke execute on function private.first_sentence(text) from public;

create function private.post_pace(p_tool text, p_at timestamptz) returns private.tool_paces
language plpgsql stable set search_path = '' as $$
declare
  v_pace private.tool_paces := private.pace_of(p_tool);
begin
  if v_pace.samples < 5 or not private.is_fresh(v_pace.measured_at, p_at) then return null; end if;
  return v_pace;
end
$$;
comment on function private.post_pace(text, timestamptz) is
  'How long posts of an option take, where five and more were measured and may be gone by; else null.';
revoke execute on function private.post_pace(text, timestamptz) from public;

create function private.ahead_of(p_publication public.publications) returns bigint
language plpgsql stable set search_path = '' as $$
begin
  return (
    select count(*) from (
      select from public.publications f where f.connection_id = p_publication.connection_id and f.line = 'front'
        and f.job_id <> p_publication.job_id) front) + (
    -- Along the index, from the first of the line: however long it is, a thousand are looked at.
    select count(*) from (
      select h.priority, h.ticket, h.job_id from public.publications h
      where p_publication.line = 'held' and h.connection_id = p_publication.connection_id and h.line = 'held'
      order by h.priority desc, h.ticket, h.job_id limit 1000) held
    where held.priority > p_publication.priority or (held.priority = p_publication.priority
      and (held.ticket, held.job_id) < (p_publication.ticket, p_publication.job_id)));
end
$$;
comment on function private.ahead_of(public.publications) is
  'How many publications of the same connection go before one that is held: the front, and those that are held and '
  'come first, counted up to 1,000.';
revoke execute on function private.ahead_of(public.publications) from public;
