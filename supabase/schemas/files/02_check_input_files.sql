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

create function private.input_facts(p_user_id uuid, p_paths text[], p_handed jsonb) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return (
    with named as materialized (
      select path, p_handed ->> path as key from (select distinct unnest(p_paths) as path) p
    ), own as materialized (
      select path, key from named
      where private.is_file_key('inputs', path) and starts_with(path, p_user_id || '/')
        and (key is null or (private.is_file_key('handed', key) and starts_with(key, p_user_id || '/')))
    )
    select coalesce(jsonb_object_agg(own.path, jsonb_build_object(
      'type', private.media_type(o.metadata ->> 'mimetype'), 'bytes', (o.metadata ->> 'size')::bigint,
      'at', coalesce(i.created_at, o.created_at))), '{}')
    from own
    join storage.objects o on o.bucket_id = case when own.key is null then 'inputs' else 'handed' end
      and o.name = coalesce(own.key, own.path)
    left join storage.objects i on i.bucket_id = 'inputs' and i.name = own.path);
end
$$;
comment on function private.input_facts(uuid, text[], jsonb) is
  'What Storage says of a user''s files of these paths, {path: {type, bytes, at: when it came}}: of the copy where '
  'there is one (p_handed: {path: key}), which no user can change. Not in it: those that are not there or not theirs, '
  'and what is no path.';
revoke execute on function private.input_facts(uuid, text[], jsonb) from public;

create function private.all_paths(p_files jsonb, p_input jsonb) returns text[]
language plpgsql immutable set search_path = '' as $$
begin
  return array(
    select path from jsonb_object_keys(coalesce(p_files, '{}')) field,
      lateral private.paths_of(field, p_input -> field, 2147483647) path);
end
$$;
comment on function private.all_paths(jsonb, jsonb) is
  'The paths that an input names in the fields of p_files (a tool''s settings.files), however many.';
revoke execute on function private.all_paths(jsonb, jsonb) from public;

create function private.check_files(p_files jsonb, p_input jsonb, p_facts jsonb) returns jsonb
language plpgsql stable set search_path = '' as $$
declare
  v_field text;
  v_rule jsonb;
  v_path text;
  v_file jsonb;
  v_steps jsonb := '[]';
begin
  for v_field, v_rule, v_path in
    select f.key, f.value, p.path from jsonb_each(coalesce(p_files, '{}')) f,
      lateral private.paths_of(f.key, p_input -> f.key, coalesce((f.value ->> 'max_count')::integer, 1)) p (path)
  loop
    v_file := p_facts -> v_path;
    -- Somebody else's file and no file are the same answer: a user must not learn which paths exist.
    if v_file is null then
      perform private.refuse(422, 'file_not_found',
        format('%s names no file of yours in the inputs bucket.', v_field), v_field);
    end if;
    -- What is not known is not allowed.
    if (v_rule -> 'types' ? (v_file ->> 'type')) is not true
       and not exists (select from jsonb_array_elements_text(v_rule -> 'types') type
                       where private.media_type(type) = v_file ->> 'type') then
      perform private.refuse(415, 'unsupported_file_type',
        format('%s is %s, which this tool does not take.', v_field, coalesce(v_file ->> 'type', 'of no type')),
        jsonb_build_object('field', v_field, 'allowed', v_rule -> 'types')::text);
    end if;
    if ((v_file ->> 'bytes')::bigint <= (v_rule ->> 'max_bytes')::bigint) is not true then
      perform private.refuse(413, 'file_too_large',
        format('%s has %s bytes; this tool takes %s.', v_field, coalesce(v_file ->> 'bytes', 'unknown'),
          v_rule ->> 'max_bytes'), jsonb_build_object('field', v_field, 'limit', v_rule -> 'max_bytes')::text);
    end if;
    v_steps := v_steps || private.step('upload', (v_file ->> 'at')::timestamptz,
      jsonb_build_object('fileName', v_path, 'bytes', v_file -> 'bytes'));
  end loop;
  return v_steps;
end
$$;
comment on function private.check_files(jsonb, jsonb, jsonb) is
  'Checks that each input field in p_files (a tool''s settings.files) names a file of the user''s, of an allowed type '
  'and size, and returns the upload entries of the history. p_facts: see private.input_facts. Errors: 422 '
  'file_not_found, 415 unsupported_file_type, 413 file_too_large; the hint names the field, and what is allowed.';
revoke execute on function private.check_files(jsonb, jsonb, jsonb) from public;

create function private.check_input_files(p_user_id uuid, p_files jsonb, p_input jsonb, p_handed jsonb default '{}')
returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return private.check_files(p_files, p_input,
    private.input_facts(p_user_id, private.all_paths(p_files, p_input), p_handed));
end
$$;
comment on function private.check_input_files(uuid, jsonb, jsonb, jsonb) is
  'The same for one job of a user. p_handed: {path: key} of the copies that are handed over instead of the files.';
revoke execute on function private.check_input_files(uuid, jsonb, jsonb, jsonb) from public;
