begin;
select plan(1);

select private.create_lane('echo', 'echoes'), private.create_lane('direct', 'directs', 'sync'),
  private.create_lane('outside', 'outsiders', 'pull');
select tests.as_service();
select results_eq(
  $$ select lane from worker.lanes() lane where lane in ('direct', 'echo', 'outside', 'runninghub') $$, array['direct', 'echo', 'runninghub'],
  'in order of their names');
select tests.reset();

select * from finish();
rollback;
