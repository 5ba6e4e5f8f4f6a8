begin;
select plan(3);

select tests.create_user('ana');
select tests.enable_echo(1);
select tests.enable_upscaler(1);
select tests.create_job('ana', 'one'), tests.create_job('ana', 'two', 'upscaler');
select tests.webhook('one', 'event-1');
select is(tests.webhook('two', 'event-1') ->> 'verdict', 'accepted', 'two providers may number alike');
select is((select count(*) from private.webhook_events), 2::bigint, 'both events are stored');
select tests.violates($$ update private.webhook_events set verdict = 'ignored' where true $$, 'verdicts_are_known');

select * from finish();
rollback;
