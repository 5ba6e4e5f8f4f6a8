begin;
select plan(15);

select tests.create_user('ana', 20);
select tests.enable_echo(4);
select tests.freeze('2030-01-01 00:00:00Z');
select tests.create_job('ana', 'repeated'), tests.create_job('ana', 'known'), tests.create_job('ana', 'word'),
  tests.create_job('ana', 'early word');

-- A second worker submits again; what it hears speaks of its own submit
select tests.pass('repeated', 'idempotent'), tests.later('3 minutes');
select is(tests.pass('repeated', 'idempotent'), true, 'when its lease is over, another may submit again');
select is(tests.refuse_submit('repeated', 'wait'), 'in_doubt', 'busy says nothing of the first submit');
select is(tests.refuse_submit('repeated', 'never'), 'in_doubt', 'nor does a refusal for good');
select is(tests.refuse_submit('repeated', 'pause'), 'in_doubt', 'nor does a key that is not valid any more');
select is(tests.ending('repeated'), 'processing, refund none, charge, slot kept, no row', 'nothing has changed');
select is((tests.attempt('repeated')).phase, 'submitting', 'it is as much in doubt as before');
select is((select paused_until from private.accounts where account_id = tests.account_id('echo')), null,
  'and no account is paused for it');

select tests.submit('known', 't-1');
select is(tests.refuse_submit('known', 'wait'), 'in_doubt', 'nor does busy end an attempt whose task is known');
select is((tests.attempt('known')).external_id, 't-1', 'which stays known');

select tests.pass('word'), tests.webhook('word', 'e-1', 'succeeded', 1, 't-2');
select is(tests.refuse_submit('word', 'never'), 'in_doubt', 'nor one whose success is stored');
select tests.pass('early word'), tests.webhook('early word', 'e-2', 'failed', 1, null);
select is(tests.refuse_submit('early word', 'never'), 'in_doubt', 'nor one whose failure is stored');
select is(tests.fail_task('early word', 'never'), 'failed', 'whoever settles may end it');

-- What was heard of the first submit later ends it
select is((select worker.submitted((tests.job('repeated')).id, (tests.attempt('repeated')).token, 't-3', null)), 'processing',
  'the answer to the first submit still counts');
select is(tests.ending('repeated'), 'processing, refund none, charge, slot kept, no row', 'the job runs');
select is_empty('select * from ops.credit_drift()', 'nothing is wrong');

select * from finish();
rollback;
