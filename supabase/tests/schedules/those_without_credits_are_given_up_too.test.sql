-- A free tool, and a user who never had credits: there is no account to be locked.
begin;
select plan(1);

select tests.create_user('ana', 0);
select tests.enable_echo(1);
update public.tools set credit_cost = 0, max_attempts = 1 where tool = 'echo';
select tests.freeze('2030-01-01 00:00:00Z');
select tests.create_job('ana', 'one');
select tests.submit('one');
delete from public.credit_accounts where user_id = tests.user_id('ana');
select tests.freeze('2030-01-01 02:00:00Z');
select worker.reap();
select is((tests.job('one')).error_code, 'deadline_exceeded', 'their overdue jobs fail like any other');

select * from finish();
rollback;
