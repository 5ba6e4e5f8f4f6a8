create type private.publication_filter as (
  platforms text[], options text[], states text[], user_id uuid, connection_id uuid);
comment on type private.publication_filter is
  'A filter of operators'' lists of publications and connections, read. Null: it says nothing of it.';

create function private.one_or_more(p_filter jsonb, p_key text) returns text[]
language plpgsql immutable set search_path = '' as $$
begin
  return case jsonb_typeof(p_filter -> p_key)
    when 'string' then array[p_filter ->> p_key]
    when 'array' then array(select jsonb_array_elements_text(p_filter -> p_key)) end;
end
$$;
comment on function private.one_or_more(jsonb, text) is
  'What a filter says of a key: a text, or an array of them. Null: nothing.';
revoke execute on function private.one_or_more(jsonb, text) from public;

create function private.read_publication_filter(p_filter jsonb, p_keys text[], p_states text[])
returns private.publication_filter
language plpgsql stable set search_path = '' as $$
declare
  v private.publication_filter;
  v_unknown text;
begin
  if jsonb_typeof(p_filter) is distinct from 'object' then
    perform private.refuse_filter('A filter is a JSON object.', 'filter');
  end if;
  select key into v_unknown from jsonb_object_keys(p_filter) key where key <> all (p_keys) order by key limit 1;
  if found then
    perform private.refuse_filter(format('This filter has no %L; it may have %s.', v_unknown,
      array_to_string(p_keys, ', ')), v_unknown);
  end if;
  v.platforms := private.one_or_more(p_filter, 'platform');
  v.options := private.one_or_more(p_filter, 'option');
  v.states := private.one_or_more(p_filter, 'state');
  v.user_id := p_filter ->> 'user_id';
  if v.user_id is null and p_filter ? 'user_email' then
    -- Nobody has this id: who is not there has published nothing.
    v.user_id := coalesce((select u.id from auth.users u where u.email = lower(btrim(p_filter ->> 'user_email'))
      order by u.id limit 1), '00000000-0000-0000-0000-000000000000');
  end if;
  v.connection_id := p_filter ->> 'connection_id';
  if not v.states <@ p_states then
    perform private.refuse_filter(format('A state is one of %s.', array_to_string(p_states, ', ')), 'state');
  end if;
  return v;
exception when data_exception then
  perform private.refuse_filter(sqlerrm, 'filter');
  return null;
end
$$;
comment on function private.read_publication_filter(jsonb, text[], text[]) is
  'Reads a filter: {platform, option, state: a text or an array of them, user_id, user_email, connection_id}, of which '
  'p_keys are allowed and p_states are the states that there are. Error: 422 invalid_filter.';
revoke execute on function private.read_publication_filter(jsonb, text[], text[]) from public;

create function private.publications_asked(p_filter jsonb) returns private.publication_filter
language plpgsql stable set search_path = '' as $$
begin
  return private.read_publication_filter(p_filter, '{platform,option,state,user_id,user_email,connection_id}',
    '{scheduled,waiting,publishing,published,failed,cancelled,unknown}');
end
$$;
comment on function private.publications_asked(jsonb) is
  'Reads a filter of publications. Error: 422 invalid_filter.';
revoke execute on function private.publications_asked(jsonb) from public;

create function private.check_entries(p_limit integer) returns void
language plpgsql immutable set search_path = '' as $$
begin
  if p_limit is null or p_limit not between 1 and 200 then
    perform private.refuse(422, 'invalid_input', 'A page has 1 to 200 entries.', 'limit');
  end if;
end
$$;
comment on function private.check_entries(integer) is 'Error 422 invalid_input unless a page is of 1 to 200 entries.';
revoke execute on function private.check_entries(integer) from public;

create function private.read_publication_place(p_after jsonb, out at timestamptz, out job_id uuid)
language plpgsql immutable set search_path = '' as $$
begin
  at := p_after ->> 'at';
  job_id := p_after ->> 'job_id';
  if p_after is not null and (at is null or job_id is null) then
    perform private.refuse(422, 'invalid_input', 'after is the next of the page before.', 'after');
  end if;
exception when data_exception then
  perform private.refuse(422, 'invalid_input', 'after is the next of the page before.', 'after');
end
$$;
comment on function private.read_publication_place(jsonb) is
  'Reads where a page of publications goes on: {at, job_id}; null: at the beginning. Error: 422 invalid_input.';
revoke execute on function private.read_publication_place(jsonb) from public;
