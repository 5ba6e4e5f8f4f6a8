-- A job goes with its user. The slot that it held is then free but still retiring: no use to anybody, and it must not
-- be counted as one when the capacity is set again.
begin;
select plan(2);

select tests.create_user('ana'), tests.create_user('bo');
select tests.enable_echo(1);
select tests.create_job('ana', 'gone');
select private.set_capacity(tests.account_id('echo'), 0);
delete from auth.users where id = tests.user_id('ana');

select private.set_capacity(tests.account_id('echo'), 1);
select is(
  (select count(*) from private.slots where lane = 'echo' and job_id is null and not is_retiring), 1::bigint,
  'a capacity of one is one slot that can be used');
select tests.create_job('bo', 'next');
select is(tests.running(), '{next}', 'and is');

select * from finish();
rollback;
