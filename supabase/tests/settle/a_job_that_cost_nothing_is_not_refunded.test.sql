begin;
select plan(3);

select tests.create_user('ana', 10);
select tests.enable_echo(1);
update public.tools set credit_cost = 0 where tool = 'echo';
select tests.create_job('ana', 'one');
select is(tests.fail('one', 'never'), 'failed', 'it fails');
select is(
  tests.entry('one', 'failed'), '{"error": "It did not work.", "error_code": "out_of_luck", "at_step": "starting"}',
  'without a word of credits');
select is(tests.balance('ana'), 10, 'or any given');

select * from finish();
rollback;
