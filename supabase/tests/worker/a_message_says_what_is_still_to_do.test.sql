begin;
select plan(9);

create function pg_temp.to_do(p_queue text, p_status public.job_status, p_outcome text default null) returns boolean
language sql as $$ select private.is_to_do(p_queue, p_status, p_outcome) $$;

select is(pg_temp.to_do('echo_queue', 'processing'), true, 'an open attempt is to be made');
select is(pg_temp.to_do('echo_queue', 'pending', 'retried'), false, 'one that has ended is not');
select is(pg_temp.to_do('echo_queue', 'processing', 'waited'), false, 'though another of its job is going');
select is(pg_temp.to_do('echo_queue', 'cancelled', 'cancelled'), false, 'nor one of a job that has ended');
select is(pg_temp.to_do('settle_queue', 'processing'), true, 'an open attempt is to be settled');
select is(pg_temp.to_do('settle_queue', 'pending', 'retried'), true, 'an older attempt''s success still counts');
select is(pg_temp.to_do('settle_queue', 'completed', 'succeeded'), false, 'until its job has ended');
select is(pg_temp.to_do('settle_queue', 'failed', 'failed'), false, 'in any way');
select is(pg_temp.to_do('settle_queue', 'cancelled', 'cancelled'), false, 'what is to be stopped is in the outbox');

select * from finish();
rollback;
