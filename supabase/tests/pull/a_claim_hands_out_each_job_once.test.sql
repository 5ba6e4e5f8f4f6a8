begin;
select plan(6);

select tests.create_user('ana');
select tests.enable_pull(3);
select tests.create_job('ana', key) from unnest(array['1', '2', '3', '4']) key;
select is(tests.claim('w1', 2), '{1,2}', 'no more than asked for, in order');
select is(tests.claim('w2', 10), '{3}', 'the next worker gets the rest of what may run at once');
select is(tests.claim('w3', 10), '{}', 'a third gets nothing');
select is((tests.job('4')).status, 'pending', 'for the last one waits for a slot');
select tests.complete('2');
select is(tests.claim('w3', 10), '{4}', 'which comes free with a result');
select is(tests.claim('w1', 10), '{}', 'what is leased is not handed out again');

select * from finish();
rollback;
