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

create function private.check_input_files(p_user_id uuid, p_files jsonb, p_input jsonb) returns jsonb
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
    select metadata ->> 'mimetype' as type, (metadata ->> 'size')::bigint as bytes, created_at into v_file
    from storage.objects where bucket_id = 'inputs' and name = v_path;
    -- Somebody else's file and no file are the same answer: a user must not learn which paths exist.
    if not found or not private.is_file_key('inputs', v_path) or not starts_with(v_path, p_user_id || '/') then
      perform private.refuse(422, 'file_not_found',
        format('%s names no file of yours in the inputs bucket.', v_field), v_field);
    end if;
    -- What is not known is not allowed.
    if (v_rule -> 'types' ? v_file.type) is not true then
      perform private.refuse(415, 'unsupported_file_type',
        format('%s is %s, which this tool does not take.', v_field, coalesce(v_file.type, 'of no type')),
        jsonb_build_object('field', v_field, 'allowed', v_rule -> 'types')::text);
    end if;
    if (v_file.bytes <= (v_rule ->> 'max_bytes')::bigint) is not true then
      perform private.refuse(413, 'file_too_large',
        format('%s has %s bytes; this tool takes %s.', v_field, coalesce(v_file.bytes::text, 'unknown'),
          v_rule ->> 'max_bytes'), jsonb_build_object('field', v_field, 'limit', v_rule -> 'max_bytes')::text);
    end if;
    v_steps := v_steps || private.step('upload', v_file.created_at,
      jsonb_build_object('fileName', v_path, 'bytes', v_file.bytes));
  end loop;
  return v_steps;
end
$$;
comment on function private.check_input_files(uuid, jsonb, jsonb) is
  'Checks that each input field in p_files (a tool''s settings.files) names a file of the user''s, of an allowed type '
  'and size, and returns the upload entries of the history. Errors: 422 file_not_found, 415 unsupported_file_type, '
  '413 file_too_large; the hint names the field, and what is allowed.';
revoke execute on function private.check_input_files(uuid, jsonb, jsonb) from public;
