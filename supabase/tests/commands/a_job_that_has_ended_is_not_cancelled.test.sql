begin;
select plan(5);

select tests.create_user('ana', 10);
select tests.enable_echo(2);
select tests.create_job('ana', 'completed'), tests.create_job('ana', 'failed');
select tests.complete('completed'), tests.fail('failed', 'never');
create temporary table before as select * from public.jobs;

select is(tests.cancel('completed'), 'completed', 'one that is completed is returned as it is');
select is(tests.cancel('failed'), 'failed', 'so is one that has failed');
select bag_eq('select * from public.jobs', 'select * from before', 'neither changes');
select is(tests.balance('ana'), 9, 'what was delivered is not refunded, what failed not twice');
select is_empty($$ select * from tests.messages('settle_queue') $$, 'nobody is asked to stop anything');

select * from finish();
rollback;
