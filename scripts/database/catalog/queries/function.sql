-- Functions, procedures and aggregates. The definition holds arguments, result, language, volatility, security,
-- strictness, parallelism, cost, rows, settings and source.
select
  format('%s', p.oid::regprocedure) as name,
  jsonb_build_object(
    'definition', case when p.prokind <> 'a' then pg_get_functiondef(p.oid) end,
    'aggregate', (
      select jsonb_build_array(g.aggkind, g.aggtransfn, g.aggfinalfn, g.aggcombinefn, g.aggserialfn, g.aggdeserialfn,
        g.aggmtransfn, g.aggminvtransfn, g.aggmfinalfn, g.aggsortop::regoperator, g.aggtranstype::regtype,
        g.aggmtranstype::regtype, g.agginitval, g.aggminitval)
      from pg_aggregate g where g.aggfnoid = p.oid),
    'owner', p.proowner::regrole,
    'grants', pg_temp.grants(p.proacl, 'f', p.proowner),
    'comment', obj_description(p.oid, 'pg_proc')
  ) as definition
from pg_proc p
where p.pronamespace <> all (pg_temp.not_ours())
