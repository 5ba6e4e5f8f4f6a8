begin;
select plan(2);

-- A volatile function sees what was committed since the statement began: two links of the chain would look at two moments.
create temporary view reached as
with recursive routines as (
  select p.oid, n.nspname || '.' || p.proname as name, p.provolatile,
    regexp_replace(regexp_replace(p.prosrc, '--[^\n]*', '', 'g'), '''[^'']*''', '', 'g') as source
  from pg_proc p join pg_namespace n on n.oid = p.pronamespace
  where n.nspname in ('private', 'ops', 'public', 'worker') and p.prorettype <> 'trigger'::regtype
), calls as (
  select r.oid, callee.oid as callee
  from routines r join routines callee on strpos(r.source, callee.name || '(') > 0
), chain as (
  select oid from routines where name in ('ops.diagnose', 'public.why')
  union
  select c.callee from chain join calls c on c.oid = chain.oid
)
select r.name, r.provolatile from routines r join chain using (oid);

select cmp_ok((select count(*) from reached), '>', 100::bigint, 'the chain is followed');
select is((select array_agg(distinct name order by name) from reached where provolatile = 'v'
  and name not in ('private.now', 'private.refuse')), null,
  'nothing that a diagnosis calls looks at another moment than the rest of it');

select * from finish();
rollback;
