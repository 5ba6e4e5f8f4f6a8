begin;
select plan(13);

create function pg_temp.to_do(p_queue text, p_kind text, p_status public.job_status, p_outcome text default null) returns boolean
language sql as $$ select private.is_to_do(p_queue, p_kind, p_status, p_outcome) $$;

select is(pg_temp.to_do('echo_queue', null, 'processing'), true, 'an open attempt is to be made');
select is(pg_temp.to_do('echo_queue', null, 'pending', 'retried'), false, 'one that has ended is not');
select is(pg_temp.to_do('echo_queue', null, 'processing', 'waited'), false, 'though another of its job is going');
select is(pg_temp.to_do('echo_queue', null, 'cancelled', 'cancelled'), false, 'nor one of a job that has ended');
select is(pg_temp.to_do('settle_queue', null, 'processing'), true, 'an open attempt is to be settled');
select is(pg_temp.to_do('settle_queue', 'poll', 'processing'), true, 'asked for by a webhook or by the reaper');
select is(pg_temp.to_do('settle_queue', null, 'pending', 'retried'), true, 'an older attempt''s success still counts');
select is(pg_temp.to_do('settle_queue', null, 'completed', 'succeeded'), false, 'until its job has ended');
select is(pg_temp.to_do('settle_queue', 'poll', 'failed', 'failed'), false, 'in any way');
select is(pg_temp.to_do('settle_queue', 'cancel', 'cancelled', 'cancelled'), true, 'a cancelled attempt is to be stopped');
select is(pg_temp.to_do('settle_queue', 'cancel', 'cancelled', 'orphaned'), false, 'unless it is known to be done');
select is(pg_temp.to_do('settle_queue', 'cancel', 'completed', 'succeeded'), false, 'a successful one is not stopped');
select isnt(pg_temp.to_do('settle_queue', 'cancel', 'processing'), true, 'nor an open one');

select * from finish();
rollback;
