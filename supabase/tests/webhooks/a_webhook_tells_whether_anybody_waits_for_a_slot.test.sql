begin;
select plan(5);

select tests.deploy();
select tests.create_user('ana');
select tests.enable_echo(1);
select tests.create_job('ana', 'one');

select is(tests.webhook('one', 'event-1', p_word => null) -> 'waits', 'false', 'nobody waits for the only slot');
select tests.create_job('ana', 'two');
select is(tests.webhook('one', 'event-2', p_word => null) -> 'waits', 'true', 'the second job does');
select is(
  tests.webhook('one', 'event-3', p_word => 'succeeded') -> 'waits', 'true',
  'it did, and has the slot now: the lane is to be drained');
select is((tests.job('two')).status, 'processing', 'as the webhook has started it');

select tests.create_job('ana', 'later', p_run_at => private.now() + interval '1 hour');
select is(tests.webhook('two', 'event-4', p_word => null) -> 'waits', 'false', 'who is to wait until later waits for no slot');

select * from finish();
rollback;
