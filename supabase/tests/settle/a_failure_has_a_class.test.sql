begin;
select plan(4);

select tests.create_user('ana');
select tests.enable_echo(1);
select tests.create_job('ana', 'one');
select tests.refuses($$ select tests.fail('one', 'maybe') $$, 422, 'invalid_retry_class', 'retry_class', 'one of four');
select tests.refuses($$ select tests.fail('one', null) $$, 422, 'invalid_retry_class', 'retry_class', 'and not none');
select tests.refuses(
  $$ select tests.fail('one', 'NEVER') $$, 422, 'invalid_retry_class', 'retry_class',
  'in this spelling');
select is(tests.running(), '{one}', 'the job runs on');

select * from finish();
rollback;
