begin;
select plan(9);

-- A provider says busy, and has taken the task all the same: its webhook comes while the job waits to be submitted again.
select tests.create_user('ana', 20);
select tests.enable_echo(2);
select tests.freeze('2030-01-01 00:00:00Z');
select tests.create_job('ana', 'produced'), tests.create_job('ana', 'word');
select tests.pass('produced'), tests.refuse_submit('produced', 'wait'), tests.pass('word'), tests.refuse_submit('word', 'wait');
select is((tests.job('word')).attempt, 0, 'a refused submit was no attempt');
select is(tests.webhook('produced', 'e-1', 'succeeded', 1, 't-1') ->> 'verdict', 'stale_attempt', 'it was one after all');
select lives_ok($$ select tests.produce('produced', 1) $$, 'its result can be taken');
select is((tests.job('produced')).status, 'processing', 'the job has it');
select is(tests.complete('produced', 1), 'completed', 'and is completed');

select tests.webhook('word', 'e-2', 'succeeded', 1, 't-2'), tests.later('1 hour'), private.dispatch('echo');
select is((tests.attempt('word', 1)).word, 'succeeded', 'the word of a success is not forgotten by the next dispatch');
select is(tests.pass('word', 'idempotent'), false, 'and nothing more is bought');
select is(tests.produce('word', 1), 'produced', 'its result can be taken as well');
select is_empty('select * from ops.credit_drift()', 'nothing is wrong');

select * from finish();
rollback;
