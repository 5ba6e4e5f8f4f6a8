begin;
select plan(7);

select tests.create_user('ana', 10);
select tests.enable_pull(1);
select tests.freeze('2030-01-01 00:00:00Z');
select tests.create_job('ana', 'one');
select tests.claim('w1');
select tests.freeze('2030-01-01 00:03:00Z');
select tests.claim('w2');
select is(tests.complete('one', 2), 'completed', 'the second worker has done it');
create temporary table before as select * from tests.job('one');
select is(
  worker.complete((tests.job('one')).id, (tests.attempt('one', 1)).token, '{"files": []}', null, '{"data": "mine"}'), 'late',
  'the first comes too late');
select results_eq($$ select * from tests.job('one') $$, 'select * from before', 'which changes nothing');
select results_eq(
  $$ select outcome, raw_api_response from tests.attempt('one', 1) $$, $$ values ('orphaned', '{"data": "mine"}'::jsonb) $$,
  'what it brought is kept');
select is(tests.complete('one', 2), 'duplicate', 'the second may say it twice');
select is(tests.balance('ana'), 9, 'the user has paid once');
select is_empty('select * from ops.credit_drift()', 'exactly');

select * from finish();
rollback;
