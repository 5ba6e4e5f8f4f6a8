-- Nothing in the engine leaves such a slot; a row changed by hand does.
begin;
select plan(6);

select tests.create_user('ana');
select tests.enable_echo(4);
select tests.create_job('ana', 'running'), tests.create_job('ana', 'completed'), tests.create_job('ana', 'cancelled'), tests.create_job('ana', 'failed');
select tests.complete('completed'), tests.fail('failed', 'never'), tests.cancel('cancelled');
select is(worker.reap() -> 'slots_freed', '0', 'none, as a rule');

create temporary table free as select slot_id, row_number() over () as n from private.slots where lane = 'echo' and job_id is null;
update private.slots s set job_id = j.id, token = gen_random_uuid(), is_retiring = j.status = 'failed'
from free, (select id, status, row_number() over () as n from public.jobs where status <> 'processing') j
where s.slot_id = free.slot_id and j.n = free.n;
select tests.create_job('ana', 'waiting');
select is((tests.job('waiting')).status, 'pending', 'a slot that a finished job holds is no use to others');
select is(worker.reap() -> 'slots_freed', '3', 'the reaper frees it');
select is(tests.running(), '{running,waiting}', 'and has it used at once');
select is((select count(*) from private.slots where lane = 'echo'), 3::bigint, 'one that was retiring is gone');
select is((select count(*) from private.slots where lane = 'echo' and job_id is null), 1::bigint, 'the rest is free');

select * from finish();
rollback;
