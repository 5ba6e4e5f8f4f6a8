begin;
select plan(3);

select tests.create_user('ana');
select tests.enable_echo(2);
select tests.create_job('ana', 'failed');
select tests.fail('failed', 'never');
-- Keys are the clients' to choose, also one that looks like ours.
select tests.create_job('ana', 'retry:' || (tests.job('failed')).id);
create temporary table own as select * from tests.job('retry:' || (tests.job('failed')).id);
select tests.complete((select idempotency_key from own));

select isnt((public.retry_job((tests.job('failed')).id)).id, (select id from own), 'the job of that key is not the retry');
select is(
  (select retried_from from public.jobs where id = (select id from own)), null, 'and does not become one, having ended');
select is(
  (select count(*) from public.jobs where retried_from = (tests.job('failed')).id), 1::bigint, 'there is a new job that is');

select * from finish();
rollback;
