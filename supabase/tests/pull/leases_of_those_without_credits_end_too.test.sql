-- A free tool, and a user who never had credits: there is no account to be locked.
begin;
select plan(2);

select tests.create_user('ana', 0);
select tests.enable_pull(2);
update public.tools set credit_cost = 0, max_attempts = 1 where tool = 'echo';
select tests.freeze('2030-01-01 00:00:00Z');
select tests.create_job('ana', 'claimed'), tests.claim('w1');
select tests.create_job('ana', 'unclaimed');
delete from public.credit_accounts where user_id = tests.user_id('ana');
select tests.freeze('2030-01-01 02:00:00Z');
select worker.reap();
select is((tests.job('claimed')).error_code, 'lease_expired', 'by the lease');
select tests.freeze('2030-01-02 00:00:00Z');
select worker.reap();
select is((tests.job('unclaimed')).error_code, 'expired', 'and by the time they may wait');

select * from finish();
rollback;
