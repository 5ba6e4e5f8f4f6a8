-- Files: what users hand in and what they get back, in Storage.
--
-- Three private buckets. The first folder of every path is the owner's id: `inputs/<user>/<name>` is written by its
-- owner (or through a signed upload URL), `outputs/<user>/<job>/<n>…` by the worker alone, and read only once a
-- completed job lists it: what came of a job that was paid back is nobody's. `handed/<user>/<uuid>` has copies of
-- inputs on their way to a provider; no user reads or writes there. Nothing is created in schema storage but rows and
-- policies.
--
-- Storage takes more for a path than that: `..`, `.`, `?`, an empty folder. Each part that reads such a path reads it
-- in its own way, and between two readings lies somebody else's file. So there is one grammar a bucket, which has none
-- of it. It is asked before a row is made, before a file is used, and by the functions before each call of Storage
-- (shared/words/file_keys.ts says the same in TypeScript; a test has both judge the same paths).

create function private.is_file_key(p_bucket text, p_key text) returns boolean
language sql immutable set search_path = '' as $$
  select coalesce(p_key ~ case p_bucket
    when 'inputs' then '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/[A-Za-z0-9_-][A-Za-z0-9_.-]*$'
    when 'outputs' then '^([0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/){2}[0-9][A-Za-z0-9_.-]*$'
    when 'handed' then '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}'
      || '(\.[a-z0-9]{1,8})?$'
  end, false)
$$;
comment on function private.is_file_key(text, text) is
  'Whether a path is one that files of Esteira have in this bucket: <user>/<name> in inputs, <user>/<job>/<n>… in '
  'outputs, <user>/<uuid> and perhaps an ending in handed. Whose it is, and whether it is there, is another question.';
revoke execute on function private.is_file_key(text, text) from public;
grant execute on function private.is_file_key(text, text) to authenticated; -- for policies
