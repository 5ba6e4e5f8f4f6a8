create function private.fault_of_reading(p_table text) returns text
language plpgsql stable set search_path = '' as $$
begin
  if not has_any_column_privilege('authenticated', p_table, 'select') then
    return 'nothing is granted to authenticated';
  end if;
  if exists (
    select from pg_catalog.pg_class c where c.oid = p_table::regclass and c.relkind = 'r' and c.relrowsecurity)
    and not exists (select from private.read_policies_of(p_table))
  then return 'no policy lets signed-in users read it'; end if;
  if exists (
    select from pg_catalog.pg_class c where c.oid = p_table::regclass and c.relkind = 'r' and not c.relrowsecurity)
  then return 'row level security is off, so everybody reads everything'; end if;
  if exists (
    select from pg_catalog.pg_class c where c.oid = p_table::regclass and c.relkind = 'v'
      and not coalesce(c.reloptions @> '{security_invoker=true}', false))
  then return 'it does not look as whoever asks (security_invoker)'; end if;
  return null;
end
$$;
comment on function private.fault_of_reading(text) is
  'Why signed-in users do not read what is theirs, and that alone, in a table or view of schema public; null: they do.';
revoke execute on function private.fault_of_reading(text) from public;

create function private.repair_of_reading(p_table text) returns text
language plpgsql stable set search_path = '' as $$
declare
  v_fault text := private.fault_of_reading(p_table);
begin
  return case
    -- Of some tables people read some columns: that is for the migrations.
    when p_table in ('public.publications', 'public.connections') then null
    when v_fault like 'nothing is granted%' then format('grant select on %s to authenticated', p_table)
    when v_fault like 'row level security%' then format('alter table %s enable row level security', p_table)
    when v_fault like 'it does not look%' then format('alter view %s set (security_invoker = true)', p_table)
    when v_fault like 'no policy%' then format(
      'create policy "users see their own rows" on %s for select to authenticated '
      'using (%s = (select private.caller()))',
      p_table, case p_table when 'public.ai_models' then '"userId"' else 'user_id' end) end;
end
$$;
comment on function private.repair_of_reading(text) is
  'The statement that mends private.fault_of_reading; null: none is needed, or can.';
revoke execute on function private.repair_of_reading(text) from public;
