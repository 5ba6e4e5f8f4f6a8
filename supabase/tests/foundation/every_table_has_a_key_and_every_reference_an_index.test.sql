begin;
select plan(2);

select is_empty(
  $$ select name from tests.tables t
     where relkind in ('r', 'p') and not exists (select from pg_constraint where conrelid = t.oid and contype = 'p') $$,
  'every table has a primary key');

-- An index serves whose first columns are those of the reference, in any order, and that has all of the rows in which
-- they are not null: who deletes a row that is referred to would read the whole table otherwise.
select is_empty(
  $$ select name, conname from tests.tables t join pg_constraint c on c.conrelid = t.oid
     where c.contype = 'f' and not exists (
       select from pg_index i
       where i.indrelid = t.oid and i.indisvalid
         and (i.indkey::smallint[])[0:cardinality(c.conkey) - 1] @> c.conkey
         and (i.indpred is null or pg_get_expr(i.indpred, i.indrelid) in (
           select format('(%I IS NOT NULL)', attname) from pg_attribute
           where attrelid = t.oid and attnum = any (c.conkey)))) $$,
  'every foreign key has an index');

select * from finish();
rollback;
