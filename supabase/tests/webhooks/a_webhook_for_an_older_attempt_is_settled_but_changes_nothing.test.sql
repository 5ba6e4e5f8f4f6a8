-- It may be a success after all; settling finds out. Until then the newer attempt has the job.
begin;
select plan(7);

select tests.create_user('ana');
select tests.enable_echo(1);
select tests.create_job('ana', 'one');
select tests.submit('one', 'task-1');
select tests.fail('one', 'wait', interval '0');
create temporary table before as select * from tests.job('one');

create temporary table answers as select tests.webhook('one', 'event-1', p_attempt => 1) as answer;
select is((select answer ->> 'verdict' from answers), 'stale_attempt', 'a newer attempt is running');
select results_eq($$ select * from tests.job('one') $$, 'select * from before', 'the job does not change');
select is((select job_id from private.slots where lane = 'echo'), (tests.job('one')).id, 'and keeps its slot');
select is((select verdict from private.webhook_events), 'stale_attempt', 'what came is stored');
select is((tests.attempt('one', 1)).phase, 'finished', 'the older attempt stays finished');
select is((select answer #>> '{message,item,attempt,attempt}' from answers), '1', 'and is to be settled');
select is(tests.complete('one', 1), 'completed', 'which may complete the job');

select * from finish();
rollback;
