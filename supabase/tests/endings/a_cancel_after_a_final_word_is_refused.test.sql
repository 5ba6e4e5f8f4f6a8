begin;
select plan(12);

select tests.create_user('ana', 20);
select tests.enable_echo(5);
select tests.freeze('2030-01-01 00:00:00Z');
select tests.create_job('ana', 'succeeded'), tests.create_job('ana', 'failed'), tests.create_job('ana', 'produced'),
  tests.create_job('ana', 'older'), tests.create_job('ana', 'progress');
select tests.submit('succeeded', 't-1'), tests.webhook('succeeded', 'e-1', p_external_id => 't-1');
select tests.submit('failed', 't-2'), tests.webhook('failed', 'e-2', 'failed', p_external_id => 't-2');
select tests.submit('produced', 't-3'), tests.produce('produced');
select tests.submit('older', 't-4'), tests.fail_task('older', 'backoff');
select tests.webhook('older', 'e-4', 'succeeded', 1, 't-4');
select tests.submit('progress', 't-5'), tests.webhook('progress', 'e-5', null, p_external_id => 't-5');
create temporary table ids on commit drop as select idempotency_key as key, id from public.jobs;
grant select on ids to public;

select tests.as_user('ana');
select tests.refuses($$ select public.cancel_job((select id from ids where key = 'succeeded')) $$, 409, 'job_finishing', null,
  'the owner: not after the provider''s success');
select tests.refuses($$ select public.cancel_job((select id from ids where key = 'failed')) $$, 409, 'job_finishing', null,
  'nor after its failure');
select tests.refuses($$ select public.cancel_job((select id from ids where key = 'produced')) $$, 409, 'job_finishing', null,
  'nor once the result is being copied');
select tests.refuses($$ select public.cancel_job((select id from ids where key = 'older')) $$, 409, 'job_finishing', null,
  'nor when an older attempt has succeeded after all');
select is((public.cancel_job((select id from ids where key = 'progress'))).refund, 'due',
  'a webhook that is not final is no word');
select tests.as_service();
select tests.refuses($$ select public.cancel_job((select id from ids where key = 'produced')) $$, 409, 'job_finishing', null,
  'a server is refused too');
select tests.as_user('stranger');
select tests.refuses($$ select public.cancel_job((select id from ids where key = 'produced')) $$, 404, 'not_found', null,
  'a stranger does not even learn that');
select tests.reset();

select is(tests.ending('succeeded'), 'processing, refund none, charge, slot free, no row', 'nothing has changed: succeeded');
select is(tests.ending('failed'), 'processing, refund none, charge, slot free, no row', 'nothing has changed: failed');
select is(tests.ending('produced'), 'processing, refund none, charge, slot free, no row', 'nothing has changed: produced');
select is(tests.ending('older'), 'pending, refund none, charge, slot free, no row', 'nothing has changed: older');
select is(tests.balance('ana'), 15, 'nothing was paid back');

select * from finish();
rollback;
