create function private.upload_steps(p_files jsonb, p_at timestamptz) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return coalesce((
    select jsonb_agg(private.step('upload', p_at, jsonb_build_object('field', field, 'fileName', name))
      order by field, nth)
    from jsonb_each(case jsonb_typeof(p_files) when 'object' then p_files else '{}' end) files (field, names),
      jsonb_array_elements_text(case jsonb_typeof(names) when 'array' then names else jsonb_build_array(names) end)
        with ordinality list (name, nth)
    where name !~ '^([A-Za-z][A-Za-z0-9+.-]*:|$)'
  ), '[]');
end
$$;
comment on function private.upload_steps(jsonb, timestamptz) is
  'The entries of the history that name a job''s input files as its provider does, to be appended with ||: {step: '
  'upload, field, fileName}. p_files: {field: [name…]}, the files of an attempt''s checkpoint. An address is no name: '
  'whoever has a signed one can read the file, so it is in no history; nor is an empty one, which a file has that went '
  'under its address.';
revoke execute on function private.upload_steps(jsonb, timestamptz) from public;
