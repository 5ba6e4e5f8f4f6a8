create function private.paths_of(p_field text, p_value jsonb, p_max_count integer) returns setof text
language plpgsql immutable set search_path = '' as $$
begin
  if p_value is null or p_value = 'null' then return; end if;
  if jsonb_typeof(p_value) <> 'array' then p_value := jsonb_build_array(p_value); end if;
  if jsonb_array_length(p_value) > p_max_count then
    perform private.refuse(422, 'invalid_input',
      format('%s names %s files; this tool takes %s.', p_field, jsonb_array_length(p_value), p_max_count),
      jsonb_build_object('field', p_field, 'maximum', p_max_count)::text);
  end if;
  return query select jsonb_array_elements_text(p_value);
end
$$;
comment on function private.paths_of(text, jsonb, integer) is
  'The paths that an input field names: none, one, or those of an array. Error: 422 invalid_input when there are more '
  'than p_max_count.';
revoke execute on function private.paths_of(text, jsonb, integer) from public;

create function private.input_file(p_user_id uuid, p_path text, p_key text)
returns table (media_type text, bytes bigint, came_at timestamptz)
language plpgsql stable set search_path = '' as $$
begin
  if not private.is_file_key('inputs', p_path) or not starts_with(p_path, p_user_id || '/') then return; end if;
  if p_key is not null and not (private.is_file_key('handed', p_key) and starts_with(p_key, p_user_id || '/')) then
    return;
  end if;
  return query
    select private.media_type(o.metadata ->> 'mimetype'), (o.metadata ->> 'size')::bigint,
      coalesce((select i.created_at from storage.objects i where i.bucket_id = 'inputs' and i.name = p_path),
        o.created_at)
    from storage.objects o
    where o.bucket_id = case when p_key is null then 'inputs' else 'handed' end and o.name = coalesce(p_key, p_path);
end
$$;
comment on function private.input_file(uuid, text, text) is
  'What Storage says of a user''s file of that path: of its copy where there is one (p_key), which no user can change. '
  'No row: there is none, or it is not theirs, or the path is none.';
revoke execute on function private.input_file(uuid, text, text) from public;

create function private.check_input_files(p_user_id uuid, p_files jsonb, p_input jsonb, p_handed jsonb default '{}')
returns jsonb
language plpgsql stable set search_path = '' as $$
declare
  v_field text;
  v_rule jsonb;
  v_path text;
  v_file record;
  v_steps jsonb := '[]';
begin
  for v_field, v_rule, v_path in
    select f.key, f.value, p.path from jsonb_each(coalesce(p_files, '{}')) f,
      lateral private.paths_of(f.key, p_input -> f.key, coalesce((f.value ->> 'max_count')::integer, 1)) p (path)
  loop
    select * into v_file from private.input_file(p_user_id, v_path, p_handed ->> v_path);
    -- Somebody else's file and no file are the same answer: a user must not learn which paths exist.
    if not found then
      perform private.refuse(422, 'file_not_found',
        format('%s names no file of yours in the inputs bucket.', v_field), v_field);
    end if;
    -- What is not known is not allowed.
    if not exists (select from jsonb_array_elements_text(v_rule -> 'types') type
                   where private.media_type(type) = v_file.media_type) then
      perform private.refuse(415, 'unsupported_file_type',
        format('%s is %s, which this tool does not take.', v_field, coalesce(v_file.media_type, 'of no type')),
        jsonb_build_object('field', v_field, 'allowed', v_rule -> 'types')::text);
    end if;
    if (v_file.bytes <= (v_rule ->> 'max_bytes')::bigint) is not true then
      perform private.refuse(413, 'file_too_large',
        format('%s has %s bytes; this tool takes %s.', v_field, coalesce(v_file.bytes::text, 'unknown'),
          v_rule ->> 'max_bytes'), jsonb_build_object('field', v_field, 'limit', v_rule -> 'max_bytes')::text);
    end if;
    v_steps := v_steps || private.step('upload', v_file.came_at,
      jsonb_build_object('fileName', v_path, 'bytes', v_file.bytes));
  end loop;
  return v_steps;
end
$$;
comment on function private.check_input_files(uuid, jsonb, jsonb, jsonb) is
  'Checks that each input field in p_files (a tool''s settings.files) names a file of the user''s, of an allowed type '
  'and size, and returns the upload entries of the history. p_handed: {path: key} of the copies that are handed over '
  'instead, which are then what is looked at. Errors: 422 file_not_found, 415 unsupported_file_type, 413 '
  'file_too_large; the hint names the field, and what is allowed.';
revoke execute on function private.check_input_files(uuid, jsonb, jsonb, jsonb) from public;
