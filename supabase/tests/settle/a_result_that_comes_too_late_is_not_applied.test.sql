begin;
select plan(10);

select tests.create_user('ana', 10);
select tests.enable_echo(2);
select tests.create_job('ana', 'failed'), tests.create_job('ana', 'cancelled');
select tests.fail('failed', 'never');
select tests.cancel('cancelled');
create temporary table before as select * from public.jobs;

select is(tests.complete('failed'), 'late', 'for a job that has failed');
select is(tests.complete('cancelled'), 'late', 'for a job that was cancelled');
select results_eq('select * from public.jobs order by id', 'select * from before order by id', 'neither changes');
select is((tests.attempt('failed')).outcome, 'orphaned', 'that there is a result nobody has');
select is((tests.attempt('cancelled')).outcome, 'orphaned', 'is noted on the attempt');
select is((tests.attempt('cancelled')).phase, 'finished', 'which is over');
select is(tests.balance('ana'), 10, 'a refund that was paid is not taken back');
select is(
  worker.complete((tests.job('failed')).id, (tests.attempt('failed')).token, '{}', 'x', '{"late": true}'), 'late', 'again');
select is((tests.attempt('failed')).raw_api_response, '{"late": true}', 'the evidence is kept');
select is((tests.job('failed')).output_url, null, 'and nothing else');

select * from finish();
rollback;
