create type private.shipment as (kind text, name text, outcome text, note text);
comment on type private.shipment is
  'What became of a row that is shipped: inserted, updated, unchanged, deleted (by an operator, and so not brought '
  'back), own (somebody''s, left alone) or refused (it cannot be written); note says why, or which columns stayed as '
  'an operator has set them.';

create function private.plan_shipment(
  p_kind text, p_name text, p_is jsonb, p_new jsonb, out outcome text, out changes jsonb, out note text
) language plpgsql stable set search_path = '' as $$
declare
  v_known private.shipped_rows;
begin
  select * into v_known from private.shipped_rows where kind = p_kind and name = p_name;
  outcome := case
    when not found and p_is is null then 'inserted'
    when v_known.shipped is null then 'own'
    when p_is is null then 'deleted' end;
  if outcome is not null then return; end if;

  -- A column that was not shipped before is a new one: nobody but its default has said anything about it.
  select jsonb_object_agg(key, merged) filter (where merged is distinct from p_is -> key),
    string_agg(key, ', ' order by key) filter (where merged is distinct from new)
  into changes, note from (
    select key, value as new, case
      when v_known.shipped ? key then private.merge_shipped(v_known.shipped -> key, p_is -> key, value)
      else value end as merged
    from jsonb_each(p_new)) columns;
  outcome := case when changes is null then 'unchanged' else 'updated' end;
  note := 'as an operator has set it: ' || note;
end
$$;
comment on function private.plan_shipment(text, text, jsonb, jsonb) is
  'What is to become of a row that a release ships as p_new and that is p_is, null if it is not there: the outcome, '
  'and for updated the columns to write. Writes nothing.';
revoke execute on function private.plan_shipment(text, text, jsonb, jsonb) from public;
