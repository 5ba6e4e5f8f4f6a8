-- The tick leaves pull lanes alone, so whatever has become ready waits for a claim.
begin;
select plan(3);

select tests.create_user('ana');
select tests.enable_pull(0);
select tests.create_job('ana', 'one');
select private.set_capacity(tests.account_id('echo'), 1);
select is((tests.job('one')).status, 'pending', 'a slot has come free, and nobody has looked');
select is(tests.claim(), '{one}', 'a claim does');
select tests.fail('one', 'wait', interval '0');
select is(tests.claim(), '{one}', 'also for a retry that has come due');

select * from finish();
rollback;
