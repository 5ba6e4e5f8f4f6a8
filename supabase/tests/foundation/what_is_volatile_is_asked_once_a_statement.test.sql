begin;
select plan(2);

-- A volatile function in a condition is called for each row that is looked at, and no index can be used: a table of a
-- million rows calls it a million times. (select private.now()) is called once. What takes a column is for each row.
create function pg_temp.asked_for_each_row() returns table (of regprocedure, asks text)
language sql as $$
  select f.oid::regprocedure, asked.names[1]
  from pg_proc f,
    regexp_matches(regexp_replace(f.prosrc, '--[^\n]*', '', 'g'),
      '\m(?:where|and|or|on)\s+(?![vp]_)[\w.]+\s*(?:=|<>|<=|>=|<|>)\s*((?:private|worker|ops|public)\.\w+)\(', 'g'
    ) asked (names)
  where f.pronamespace in ('private'::regnamespace, 'worker'::regnamespace, 'ops'::regnamespace, 'public'::regnamespace)
    and exists (
      select from pg_proc g join pg_namespace n on n.oid = g.pronamespace
      where n.nspname || '.' || g.proname = asked.names[1] and g.provolatile = 'v')
$$;

select is_empty('select * from pg_temp.asked_for_each_row()', 'what a condition compares with is asked once');

create function private.bad() returns bigint language sql as $$
  select count(*) from public.jobs j where j.deadline_at < private.now()
$$;
select results_eq('select * from pg_temp.asked_for_each_row()',
  $$ values ('private.bad()'::regprocedure, 'private.now') $$, 'and one that is not is found');

select * from finish();
rollback;
