begin;
select plan(9);

select tests.create_user('ana'), tests.create_user('bo');
select tests.enable_echo(1);
select tests.create_job('ana', 'hers'), tests.create_job('bo', 'his');

select tests.as_user('ana');
select results_eq('select idempotency_key from public.jobs', array['hers'], 'an owner sees their jobs');
select isnt_empty('select input, output, step_history, metadata from public.jobs', 'all of them');
select tests.as_user('stranger');
select is_empty('select * from public.jobs', 'a stranger sees none');
select tests.as_admin();
select bag_eq('select idempotency_key from public.jobs', array['hers', 'his'], 'an admin sees everybody''s');
select throws_ok('update public.jobs set priority = 1 where true', '42501', null, 'and changes none');
select is_empty('select * from public.credit_accounts', 'nor is shown their credits');
select tests.become('authenticated', null);
select is_empty('select * from public.jobs', 'a session without a token sees none');
select tests.as_anon();
select throws_ok('select * from public.jobs', '42501', null, 'somebody who is not signed in may not look');
select tests.as_service();
select bag_eq($$ select idempotency_key from public.jobs where idempotency_key in ('hers', 'his') $$, array['hers', 'his'],
  'functions with a secret key see all');
select tests.reset();

select * from finish();
rollback;
