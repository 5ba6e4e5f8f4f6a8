-- What others send (providers, workers outside) is kept as evidence and shown to people, and may be of any size. What
-- is kept of it is bounded, and says where something was cut and how much there was.
create function private.cut(p_text text, p_most integer default 2000) returns text
language plpgsql immutable set search_path = '' as $$
declare
  v_mark text;
begin
  if char_length(p_text) <= p_most then return p_text; end if;
  v_mark := format(' … [cut: %s characters in all] … ', char_length(p_text));
  -- How it begins says what it is, how it ends says what went wrong.
  return left(p_text, p_most - p_most / 4 - char_length(v_mark)) || v_mark || right(p_text, p_most / 4);
end
$$;
comment on function private.cut(text, integer) is
  'A text of at most p_most characters (100 or more): itself, or its beginning and its end with a mark between them '
  'that says how long it was.';
revoke execute on function private.cut(text, integer) from public;

create function private.cut_parts(p_value jsonb, p_most integer, p_depth integer) returns jsonb
language plpgsql immutable set search_path = '' as $$
begin
  if octet_length(p_value::text) <= 100 then return p_value; end if;
  if jsonb_typeof(p_value) = 'string' then return to_jsonb(private.cut(p_value #>> '{}', p_most)); end if;
  if p_depth = 0 or jsonb_typeof(p_value) not in ('object', 'array') then
    return case when octet_length(p_value::text) <= p_most then p_value
      else to_jsonb(private.cut(p_value::text, p_most)) end;
  end if;
  if jsonb_typeof(p_value) = 'array' then
    return (
      select coalesce(jsonb_agg(private.cut_parts(item, p_most, p_depth - 1) order by n), '[]')
      from jsonb_array_elements(p_value) with ordinality items (item, n) where n <= 30
    ) || case when jsonb_array_length(p_value) > 30
      then jsonb_build_array(format('… [cut: %s items in all]', jsonb_array_length(p_value))) else '[]' end;
  end if;
  return (
    select jsonb_object_agg(private.cut(key, 200), private.cut_parts(value, p_most, p_depth - 1)) filter (where n <= 30)
      || case when count(*) > 30 then jsonb_build_object('… [cut]', format('%s keys in all', count(*))) else '{}' end
    from jsonb_each(p_value) with ordinality entries (key, value, n));
end
$$;
comment on function private.cut_parts(jsonb, integer, integer) is
  'A JSON value whose texts have at most p_most characters and whose arrays and objects at most 30 entries, down to '
  'p_depth; what lies deeper is text if it is longer. Marks say what was cut.';
revoke execute on function private.cut_parts(jsonb, integer, integer) from public;

create function private.cut_json(p_value jsonb, p_most integer default 65536) returns jsonb
language plpgsql stable set search_path = '' as $$
declare
  v_bytes integer := octet_length(p_value::text);
  v_mark jsonb := jsonb_build_object('… [cut]', format('%s bytes in all', v_bytes));
  v_cut jsonb;
  v_length integer;
begin
  if v_bytes is null or v_bytes <= p_most then return p_value; end if;
  foreach v_length in array array[4000, 1000, 200] loop
    v_cut := private.cut_parts(p_value, v_length, 3);
    if jsonb_typeof(v_cut) = 'object' then v_cut := v_cut || v_mark; end if;
    if octet_length(v_cut::text) <= p_most then return v_cut; end if;
  end loop;
  -- A character of JSON may take four bytes, and six in a string of it.
  return v_mark || jsonb_build_object('text', private.cut(p_value::text, p_most / 8));
end
$$;
comment on function private.cut_json(jsonb, integer) is
  'A JSON value that is at most p_most bytes of text (4,096 or more): itself, or what there is room for of its parts, '
  'with marks that say what was cut.';
revoke execute on function private.cut_json(jsonb, integer) from public;
