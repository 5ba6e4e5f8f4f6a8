begin;
select plan(2);

select tests.create_user('ana');
select tests.enable_echo(2);
select tests.create_job('ana', 'one'), tests.create_job('ana', 'two'), tests.create_job('ana', 'three');
select private.set_capacity(tests.account_id('echo'), 1);
select tests.cancel(idempotency_key)
from private.slots s join public.jobs j on j.id = s.job_id where s.lane = 'echo' and s.is_retiring;
select is((select count(*) from private.slots where lane = 'echo'), 1::bigint, 'it is a slot no more');
select is((tests.job('three')).status, 'pending', 'and nobody starts in its place');

select * from finish();
rollback;
