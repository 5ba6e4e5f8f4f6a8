begin;
select plan(2);

select tests.create_user('ana');
select tests.enable_effect('project_node');
select tests.create_project('ana', 'canvas');
select tests.create_node_job('ana', 'one', 'canvas', 'n1'), tests.complete('one'), tests.commit();
select is(
  (select content->'nodes'->0->'data'->'generated'->>'url' from public.projects order by updated_at desc limit 1),
  'https://example.test/a.png', 'the image of a node');
select ok(
  (select array_agg(tgname::text) from pg_trigger where tgname like '%broadcast%')
    @> '{jobs_broadcast_trigger,projects_broadcast_trigger,ai_models_broadcast_trigger}', 'the triggers that tell of results are named for it');

select * from finish();
rollback;
