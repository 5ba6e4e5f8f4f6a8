begin;
select plan(5);

select tests.create_user('ana');
select tests.enable_echo(1);
select tests.create_job('ana', 'one');
create temporary table received as select * from worker.receive('echo');
create function pg_temp.checkpoint() returns boolean language sql as $$
  select worker.checkpoint((tests.job('one')).id, (tests.attempt('one')).token, '{"resubmit_at": null}')
$$;

select is((tests.attempt('one')).phase, 'submitting', 'the provider may have the task');
select is(pg_temp.checkpoint(), false, 'nobody submits it again without leave');
select worker.defer(queue, msg_id, '1 minute', (tests.job('one')).id, (tests.attempt('one')).token, '{"resubmit_at": "2026-11-20T12:00:00Z", "resubmits": 1}')
from received;
select is(pg_temp.checkpoint(), true, 'with leave one does');
select is(pg_temp.checkpoint(), false, 'and no second one');
select is((tests.attempt('one')).checkpoint, '{"resubmit_at": null, "resubmits": 1}', 'how often it was done stays known');

select * from finish();
rollback;
