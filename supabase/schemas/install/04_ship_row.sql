create function private.ship_row(p_kind text, p_table regclass, p_key text, p_name text, p_columns jsonb)
returns private.shipment
language plpgsql set search_path = '' as $$
declare
  v_columns text := (select string_agg(quote_ident(key), ', ' order by key) from jsonb_object_keys(p_columns) key);
  v_new jsonb;
  v_is jsonb;
  v_plan record;
begin
  -- As the table writes it, so that 20 seconds are 00:00:20 on both sides.
  execute format('select to_jsonb(r) from jsonb_populate_record(null::%s, $1) r', p_table) into v_new using p_columns;
  v_new := (select jsonb_object_agg(key, value) from jsonb_each(v_new) where p_columns ? key);
  execute format('select to_jsonb(t) from %s t where %I = $1 for no key update', p_table, p_key)
  into v_is using p_name;
  v_plan := private.plan_shipment(p_kind, p_name, v_is, v_new);

  if v_plan.outcome = 'inserted' then
    execute format('insert into %1$s as t (%2$I, %3$s) select %2$I, %3$s from jsonb_populate_record(null::%1$s, $1)
      returning to_jsonb(t)', p_table, p_key, v_columns)
    into v_new using v_new || jsonb_build_object(p_key, p_name);
  elsif v_plan.outcome = 'updated' then
    execute format('update %1$s set (%2$s) = (select %2$s from jsonb_populate_record(null::%1$s, $1)) where %3$I = $2',
      p_table, v_columns, p_key)
    using v_is || v_plan.changes, p_name;
  end if;
  if v_plan.outcome <> 'deleted' then
    perform private.note_shipped(p_kind, p_name, case when v_plan.outcome <> 'own' then v_new end);
  end if;
  return (p_kind, p_name, v_plan.outcome, v_plan.note)::private.shipment;
exception when integrity_constraint_violation or data_exception then
  return (p_kind, p_name, 'refused', sqlerrm)::private.shipment;
end
$$;
comment on function private.ship_row(text, regclass, text, text, jsonb) is
  'Ships a row of a table: p_key is the column that holds its name, p_columns the others that a release decides about. '
  'A row that is inserted is remembered whole, the defaults of its other columns included.';
revoke execute on function private.ship_row(text, regclass, text, text, jsonb) from public;
