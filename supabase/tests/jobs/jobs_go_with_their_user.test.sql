begin;
select plan(4);

select tests.create_user('ana'), tests.create_user('bo');
select tests.enable_echo(1);
select tests.create_job('ana', 'hers'), tests.create_job('bo', 'his');
delete from auth.users where id = tests.user_id('ana');

select is_empty(
  $$ select id from public.jobs where user_id = tests.user_id('ana') $$,
  'the jobs of a user who leaves go too');
select is_empty(
  $$ select job_id from public.job_attempts where user_id = tests.user_id('ana') $$,
  'with their attempts');
select is((select job_id from private.slots where lane = 'echo'), (tests.job('his')).id, 'the slot goes to the next');
select is(tests.running(), '{his}', 'who starts');

select * from finish();
rollback;
