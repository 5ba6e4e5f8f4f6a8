begin;
select plan(4);

select tests.create_user('ana');
select tests.enable_pull(3);
select tests.create_job('ana', key) from unnest(array['cancelled', 'given up', 'good']) key;
select tests.cancel('cancelled');
update public.jobs set deadline_at = private.now() - interval '6 minutes' where idempotency_key = 'given up';
update public.tools set max_attempts = 1 where true;
update public.jobs set max_attempts = 1 where idempotency_key = 'given up';
select private.give_up_overdue_jobs();
select is(tests.claim(p_qty => 1), '{good}', 'a worker that asks for one gets one, whatever lies before it');
select is((select count(*) from tests.archived('echo_queue')), 2::bigint, 'what points at nothing is put away');
select is((select count(*) from tests.messages('echo_queue')), 0::bigint, 'and is in the queue no longer');
select is((tests.attempt('cancelled')).leased_until, null, 'nobody holds what has ended');

select * from finish();
rollback;
