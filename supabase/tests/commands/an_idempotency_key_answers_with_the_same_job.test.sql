begin;
select plan(9);

select tests.create_user('ana', 2), tests.create_user('bo');
select tests.enable_echo(1);
create temporary table answers as
select * from public.create_job(tests.user_id('ana'), 'echo', '{"n": 1}', p_idempotency_key => 'again');
insert into answers
select * from public.create_job(tests.user_id('ana'), 'echo', '{"n": 1}', p_idempotency_key => 'again');
select is((select count(distinct id) from answers), 1::bigint, 'the second call answers with the first job');
select is((select input from answers limit 1 offset 1), '{"n": 1}', 'as it was made');
select is((tests.job('again')).version, (select min(version) from answers), 'which it does not touch');
select is(tests.balance('ana'), 1, 'it is paid for once');

update private.lanes set max_waiting_per_user = 1 where lane = 'echo';
select tests.create_job('ana', 'other');
select is(
  (public.create_job(tests.user_id('ana'), 'echo', '{"n": 1}', p_idempotency_key => 'again')).id,
  (select id from answers limit 1),
  'it answers though there is nothing left to spend and no place left to wait');
select tests.complete('again');
select is(
  (public.create_job(tests.user_id('ana'), 'echo', '{"n": 1}', p_idempotency_key => 'again')).id,
  (select id from answers limit 1),
  'it answers though the job has ended');

select isnt(
  (public.create_job(tests.user_id('bo'), 'echo', '{}', p_idempotency_key => 'again')).id,
  (select id from answers limit 1),
  'a key is the user''s own');
update private.lanes set max_waiting_per_user = null where lane = 'echo';
select isnt(
  (public.create_job(tests.user_id('bo'), 'echo', '{}')).id, (public.create_job(tests.user_id('bo'), 'echo', '{}')).id,
  'without a key each call makes a job');
select is((select count(*) from public.jobs), 5::bigint, 'and no call made one unasked');

select * from finish();
rollback;
