begin;
select plan(4);

select tests.create_user('ana');
select tests.enable_echo(0);
select tests.create_job('ana', 'job-' || n) from generate_series(1, 4) n;
select private.set_capacity(tests.account_id('echo'), 3);
create temporary table pairs as select p.* from private.lanes l, private.pair_free_slots(l, 2) p where l.lane = 'echo';

select results_eq(
  'select job_id from pairs order by slot_id', $$ select id from public.jobs order by ticket limit 2 $$,
  'no more than asked for, the first slot with the first job');
select results_eq(
  'select slot_id, account_id from pairs order by slot_id',
  $$ select slot_id, account_id from private.slots where lane = 'echo' order by slot_id limit 2 $$,
  'slots in their order');
select is((select count(*) from private.lanes l, private.pair_free_slots(l, 100) where l.lane = 'echo'), 3::bigint, 'no more than there are slots');
select private.set_capacity(tests.account_id('echo'), 9);
select is((select count(*) from private.lanes l, private.pair_free_slots(l, 100) where l.lane = 'echo'), 4::bigint, 'nor than there are jobs');

select * from finish();
rollback;
