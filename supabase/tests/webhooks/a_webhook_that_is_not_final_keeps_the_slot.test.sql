begin;
select plan(4);

select tests.create_user('ana');
select tests.enable_echo(1);
select tests.create_job('ana', 'one'), tests.create_job('ana', 'two');
select is(tests.webhook('one', 'event-1', p_word => null) ->> 'verdict', 'accepted', 'news from the provider');
select is(
  (select job_id from private.slots where lane = 'echo'), (tests.job('one')).id,
  'the provider is still at work');
select is((tests.job('two')).status, 'pending', 'so the next job waits');
select tests.webhook('one', 'event-2', p_word => 'succeeded');
select is((select job_id from private.slots where lane = 'echo'), (tests.job('two')).id, 'until it is done');

select * from finish();
rollback;
