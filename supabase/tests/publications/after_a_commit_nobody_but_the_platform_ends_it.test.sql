begin;
select plan(30);

select tests.create_user('ana', 1000), tests.enable_publishing(20);
select tests.connect('ana', n) from unnest(array['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']) n;
select tests.freeze('2030-01-01 00:00:00Z');
select tests.publish('ana', 'cancelled', 'a'), tests.publish('ana', 'overdue', 'b'), tests.publish('ana', 'doubted', 'c'),
  tests.publish('ana', 'old', 'd'), tests.publish('ana', 'aside', 'e'), tests.publish('ana', 'asked', 'f'),
  tests.publish('ana', 'uncommitted', 'g'), tests.publish('ana', 'taken', 'h');

-- Before: as anywhere.
select is((tests.job('uncommitted')).deadline_at, '2030-01-01 00:30:00Z', 'it has thirty minutes from its start, preparing included');
select is((tests.job('uncommitted')).refundable, true, 'before its commit it can be cancelled');
select tests.freeze('2030-01-01 00:29:00Z');
select tests.commit(k) from unnest(array['cancelled', 'overdue', 'doubted', 'old', 'aside', 'asked', 'taken']) k;
select tests.freeze('2030-01-01 00:30:01Z');
select is(tests.commit('uncommitted'), 'superseded', 'when they are over it is not committed any more');
select private.run_part('esteira-overdue');
select is(tests.ending('uncommitted'), 'failed, deadline_exceeded, refund paid, charge, refund, slot free, no row', 'and the reaper fails and refunds it at once: nobody needs to be asked');
select is(tests.is_counted('uncommitted'), false, 'that is not counted: nothing was sent');

-- Who has committed has as long again.
select is((tests.publication('cancelled')).committed_at, '2030-01-01 00:29:00Z', 'the commit is noted');
select is((tests.job('overdue')).deadline_at, '2030-01-01 00:59:00Z', 'from its first commit on it has as long again, to find out what became of it');
select is((tests.job('cancelled')).refundable, false, 'a cancel would give nothing back');
select tests.refuses(format('select public.cancel_job(%L)', (tests.job('cancelled')).id), 409, 'job_finishing', null, 'and there is none');
select is((tests.job('cancelled')).status, 'processing', 'it goes on');
select is(tests.fail_publication('cancelled', 'wait', 'publication'), 'retried', 'a refusal of the only commit is none: nothing is there');
select is(tests.cancel('cancelled'), 'cancelled', 'so that it can be cancelled again');
select is(tests.ending('cancelled'), 'cancelled, refund paid, charge, refund, slot free, no row', 'and is paid back');

select is(worker.submit_unknown((tests.job('doubted')).id, (tests.attempt('doubted')).token), 'failed', 'nobody will know what became of a commit');
select is(tests.ending('doubted'), 'failed, outcome_unknown, refund due, charge, slot free, no row', 'then that is what is said: nothing is paid yet, no slot is held, nothing is to be stopped');
select is((tests.publication('doubted')).unknown_at, private.now(), 'since when, is noted');

select tests.take('taken');
select is(tests.fail_publication('taken', 'never'), 'in_doubt', 'a failure after the platform has taken it says nothing of the post');
select is((tests.job('taken')).status, 'processing', 'and changes nothing');
select is(tests.fail_publication('taken', 'reconnect', 'connection'), 'in_doubt', 'be it that the access is gone');
select is((select state from public.connections where id = tests.connection_id('h')), 'reconnect_needed', 'which holds what comes after it');
select is(tests.fail_publication('taken', 'never', p_all_over => true), 'failed', 'only the platform''s word that nothing came of it ends it');
select is(tests.ending('taken'), 'failed, out_of_luck, refund paid, charge, refund (counted), slot free, no row', 'as failed, and paid back');
select is(tests.is_counted('taken'), true, 'counted');

select tests.freeze('2030-01-01 00:59:30Z');
select is(worker.deadline_passed((tests.job('asked')).id, (tests.attempt('asked')).token, 'No answer'), 'failed', 'a deadline after the commit');
select is(tests.ending('asked'), 'failed, outcome_unknown, refund due, charge, slot free, no row', 'says that nobody knows');
select private.run_part('esteira-overdue');
select is((tests.job('overdue')).status, 'processing', 'whom nobody works on has five minutes more');
select tests.freeze('2030-01-01 01:04:30Z');
select private.run_part('esteira-overdue');
select is(tests.ending('overdue'), 'failed, outcome_unknown, refund due, charge, slot free, no row', 'the reaper says so too');

select private.set_aside('esteira-tasks', (tests.job('aside')).id, 'XX000', 'boom');
select ops.refund((tests.job('aside')).id);
select is(tests.ending('aside'), 'failed, outcome_unknown, refund due, charge, slot free, no row', 'and an operator who ends what is set aside');
update public.jobs set deadline_at = null where id = (tests.job('old')).id;
select tests.freeze('2030-01-02 01:04:30Z');
select private.run_part('esteira-tasks');
select is((tests.job('old')).error_code, 'outcome_unknown', 'and the end of a task''s life');
select is_empty('select * from ops.credit_drift()', 'the ledger is right, with all of these');

select * from finish();
rollback;
