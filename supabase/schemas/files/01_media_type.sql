create function private.media_type(p_type text) returns text
language sql immutable set search_path = '' as $$
  select case bare when 'image/jpg' then 'image/jpeg' when 'image/pjpeg' then 'image/jpeg'
    when 'video/x-quicktime' then 'video/quicktime' else nullif(bare, '') end
  from lower(btrim(split_part(p_type, ';', 1), E' \t\r\n') collate "C") bare
$$;
comment on function private.media_type(text) is
  'A media type as Esteira writes it: small letters, no parameters, one name where there are several (image/jpg is '
  'image/jpeg). Null for none. shared/words/media_types.ts says the same in TypeScript.';
revoke execute on function private.media_type(text) from public;
