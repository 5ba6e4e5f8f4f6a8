-- The attempt ended, or seemed never to have begun, while its job waits for another: what its provider says then.
begin;
select plan(13);

select tests.freeze('2030-01-01 00:00:00Z');
select tests.create_user('ana', 20);
select tests.enable_echo(5);

-- It failed, and its retry waits.
select tests.create_job('ana', 'retried'), tests.submit('retried'), tests.fail('retried', 'backoff', interval '1 minute');
create temporary table before as select * from tests.job('retried');
select is(tests.webhook('retried', 'e-1', null, 1) ->> 'verdict', 'stale_attempt', 'an attempt that has ended is stale, though there is no newer one');
select results_eq($$ select * from tests.job('retried') $$, 'select * from before', 'and the job waits on as it did');

-- Its task goes on beside the newer attempt's.
select tests.create_job('ana', 'older'), tests.submit('older', 't-1'), tests.fail('older', 'backoff', interval '1 minute');
insert into private.cancels (token, job_id, user_id, attempt, tool, lane, account_id, reason, external_id, resubmit, submits,
  submit_until, started_at, made_at, next_at, ends_at)
select token, job_id, user_id, attempt, 'echo', 'echo', account_id, 'superseded', 't-1', resubmit, 1, started_at, started_at, private.now(), private.now(), private.now() + interval '1 day'
from tests.attempt('older', 1);
select tests.webhook('older', 'e-o', 'failed', 1, 't-1');
select is((select how from private.cancels), 'failed', 'its last word is heard by the outbox');

-- Its submit was refused.
select tests.create_job('ana', 'refused'), tests.pass('refused'), tests.refuse_submit('refused', 'wait');
select is((tests.attempt('refused', 1)).never_existed, true, 'a refused submit made no task');
select tests.webhook('refused', 'e-2', null, 1, 't-2');
select is((tests.job('refused')).attempt, 0, 'a word that is not final takes no number');
select is((tests.attempt('refused', 1)).never_existed, true, 'and proves nothing');
select tests.webhook('refused', 'e-3', 'failed', 1, 't-2');
select is((tests.job('refused')).attempt, 1, 'a final word does: there was a task');
select is((tests.attempt('refused', 1)).never_existed, false, 'so it existed');

-- Its result is being copied.
select tests.create_job('ana', 'produced'), tests.submit('produced'), tests.produce('produced');
select tests.webhook('produced', 'e-4', 'succeeded');
select is((tests.attempt('produced')).phase, 'produced', 'what is produced stays so, whatever comes again');
select tests.webhook('produced', 'e-5', null);
select is((tests.attempt('produced')).phase, 'produced', 'or comes late');
select is(tests.complete('produced'), 'completed', 'and is completed');
select is_empty('select * from ops.credit_drift()', 'nothing is wrong');

-- Its user is gone: only the outbox knows of it, and of whose it is.
select tests.create_user('bo', 20), tests.enable_tool('other', 'other', 1);
select tests.create_job('bo', 'gone'), tests.submit('gone');
create temporary table gone as select job_id, token from tests.attempt('gone');
delete from auth.users where id = tests.user_id('bo');
select is(
  array(select worker.webhook(provider, 'g-' || provider, job_id, token, 'token', '{}', '{}', null) ->> 'verdict' from gone, unnest(array['other', 'echo']) provider),
  '{unknown,late}', 'another provider has no part in it');

select * from finish();
rollback;
