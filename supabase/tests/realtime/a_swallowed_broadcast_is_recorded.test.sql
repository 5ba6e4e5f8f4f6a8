-- @acceptance 001:147-156, 002:139-140
-- realtime.send turns every error into a warning. It cannot store a payload that is no object: that is the error here.
begin;
select plan(5);

set local client_min_messages = error;
select private.broadcast('jobs:somebody', 'UPDATE', '{"fine": true}', tests.user_id('row'));
select is_empty('select * from private.broadcast_failures', 'a broadcast that was sent is not recorded');
select private.broadcast('jobs:somebody', 'UPDATE', '7', tests.user_id('row'));
select results_eq(
  'select topic, event, row_id from private.broadcast_failures', $$ values ('jobs:somebody', 'UPDATE', tests.user_id('row')) $$,
  'one that was not is, also on a topic that has just been sent to');
select private.broadcast('jobs:somebody', 'UPDATE', '{"fine": true}', tests.user_id('row'));
select is((select count(*) from private.broadcast_failures), 1::bigint, 'the next one is sent');
select is((select count(*) from realtime.messages where topic = 'jobs:somebody'), 2::bigint, 'two of three arrived');
select cmp_ok((select failed_at from private.broadcast_failures), '<=', clock_timestamp(), 'it is known when');

select * from finish();
rollback;
