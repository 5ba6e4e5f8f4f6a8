create function private.merge_shipped(p_was jsonb, p_is jsonb, p_new jsonb) returns jsonb
language plpgsql immutable set search_path = '' as $$
declare
  v_was jsonb := case jsonb_typeof(p_was) when 'object' then p_was else '{}' end;
begin
  if jsonb_typeof(p_is) <> 'object' or jsonb_typeof(p_new) <> 'object' then
    return case when p_is is not distinct from p_was then p_new else p_is end;
  end if;
  -- No value is a value here: a key that was never shipped is added, one that an operator has taken away stays away,
  -- and one that is shipped no longer goes, unless an operator has changed it.
  return (
    select coalesce(jsonb_object_agg(key, value) filter (where value is not null), '{}') from (
      select key, case when p_is -> key is not distinct from v_was -> key then p_new -> key else p_is -> key end
      from (select jsonb_object_keys(p_is) union select jsonb_object_keys(p_new)) keys (key)) merged (key, value));
end
$$;
comment on function private.merge_shipped(jsonb, jsonb, jsonb) is
  'What a column is after a release: p_new if it is (p_is) what was shipped last (p_was), else what it is. Objects are '
  'merged key by key.';
revoke execute on function private.merge_shipped(jsonb, jsonb, jsonb) from public;
