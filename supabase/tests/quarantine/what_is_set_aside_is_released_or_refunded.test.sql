begin;
select plan(19);

select tests.freeze('2030-01-01 00:00:00Z');
select tests.create_user('ana', 100), tests.create_user('rich', 100);
select tests.enable_echo(10);
select tests.create_job('rich', 'overflows'), tests.create_job('ana', 'fine'), tests.create_job('rich', 'overflows later');
select tests.submit('overflows'), tests.submit('fine'), tests.submit('overflows later');
select tests.cancel('overflows later');
update public.credit_accounts set balance = 9223372036854775807 where user_id = tests.user_id('rich');

-- A refund that overflows stops nobody.
select tests.later('36 minutes');
select is(worker.reap() ->> 'given_up', '1', 'of two jobs past their deadlines one ends');
select is((tests.job('fine')).error_code, 'deadline_exceeded', 'the one whose refund goes through');
select results_eq(
  'select j.idempotency_key, q.part, q.sqlstate, q.status, q.times from ops.quarantine q join public.jobs j on j.id = q.job_id',
  $$ values ('overflows', 'esteira-overdue', '22003', 'processing'::public.job_status, 1) $$, 'the other is set aside');
select is(worker.reap() ->> 'given_up', '0', 'and left alone from then on');
select is((select times from private.quarantine), 1, 'so that nobody tries again and again');

-- The operator, too, is told what is wrong, and nothing is half done.
select throws_ok($$ select ops.refund((tests.job('overflows')).id) $$, '22003', null, 'a refund that cannot be paid is not paid');
select is((tests.job('overflows')).status, 'processing', 'and the job stays as it is');
select isnt_empty('select * from ops.quarantine', 'set aside');

-- Of a job that has ended, only its task and price are open.
select tests.later('5 hours');
select worker.reap();
select is((tests.job('overflows later')).refund, 'withheld', 'a task that is known and not heard of: nothing is given back');
update public.credit_accounts set balance = 98 where user_id = tests.user_id('rich');
select private.set_aside('esteira-outbox', (tests.job('overflows later')).id, 'P0001', 'for a test');
select is(ops.refund((tests.job('overflows later')).id), 'paid', 'unless an operator does');
select is(tests.balance('rich'), 99, 'once');
select tests.refuses($$ select ops.refund((tests.job('overflows later')).id) $$, 404, 'not_found', 'job_id', 'then it is not set aside any more');

-- Mended and released.
select is(ops.release(p_part => 'dispatch'), 0, 'a release may be of one part');
select is(ops.release((tests.job('overflows')).id), 2, 'or of one job, from every part that has tried it since');
select is(worker.reap() ->> 'given_up', '1', 'it ends as it would have');
select is(tests.balance('rich'), 100, 'and its price is paid back');
select is_empty('select * from ops.quarantine', 'nothing is set aside any more');

-- What ends by itself leaves by itself; what passes by itself sets nobody aside.
select tests.create_job('ana', 'ends');
select private.set_aside('esteira-ask', (tests.job('ends')).id, 'P0001', 'for a test');
select tests.cancel('ends'), worker.reap();
select is_empty('select * from ops.quarantine', 'a job that has ended leaves the quarantine');
select tests.create_job('ana', 'unlucky');
select private.set_aside('esteira-ask', (tests.job('unlucky')).id, state, 'for a test')
from unnest(array['40P01', '55P03', '53100', '57014']) state;
select results_eq(
  'select (select count(*) from ops.quarantine), part, lane, times from ops.faults', $$ values (0::bigint, 'esteira-ask', 'echo', 4::bigint) $$,
  'an error that passes by itself is told, and no more');

select * from finish();
rollback;
