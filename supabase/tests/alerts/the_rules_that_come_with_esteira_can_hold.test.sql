-- @acceptance 002:602
begin;
select plan(1);

-- Every count name of a rule is one that ops.counts can give: it is made up of words of the engine.
select is_empty(
  $$ select name, count_name from ops.alert_rules
     where count_name not in (
       select 'attempts ' || outcome
       from unnest(array['succeeded', 'failed', 'retried', 'waited', 'paused', 'cancelled', 'superseded', 'orphaned']) outcome
       union all select unnest(private.rate_names())
       union all select 'effects ' || outcome
       from unnest(array['applied', 'pending', 'superseded', 'project_missing', 'node_missing', 'failed']) outcome
       union all select 'esteira-reap ' || key from jsonb_object_keys(worker.reap()) key
       union all select 'esteira-retry ' || key from jsonb_object_keys(private.sweep()) key
       union all select unnest(array['schedules failed', 'broadcasts failed', 'accounts paused', 'lanes paused', 'circuits open', 'dead letters',
         'jobs quarantined', 'parts failing', 'screens in a thousand that miss changes',
         'platforms paused', 'api versions ending', 'connections to be connected anew', 'accesses that cannot be renewed',
         'token keys missing', 'accesses that cannot be given back', 'publications unknown'])) $$,
  'a mistyped name would never hold');

select * from finish();
rollback;
