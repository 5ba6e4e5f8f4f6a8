begin;
select plan(11);

select tests.create_user('ana', 20);
select tests.enable_echo(1);
select tests.freeze('2030-01-01 00:00:00Z');

update private.lanes set cancel_refund = 'always' where lane = 'echo';
select tests.create_job('ana', 'always'), tests.submit('always', 't-1');
select is((tests.job('always')).refundable, true, 'always: it says so before');
select tests.cancel('always');
select is(tests.ending('always'), 'cancelled, refund paid, charge, refund (counted), slot kept, open row: cancelled',
  'always: paid back at once, and the slot is kept');
select tests.over('always', 'succeeded');
select is(tests.ending('always'), 'cancelled, refund paid, charge, refund (counted), slot free, closed row: succeeded',
  'and stays paid, whatever the task comes to');

update private.lanes set cancel_refund = 'never' where lane = 'echo';
select tests.create_job('ana', 'never');
select is((tests.job('never')).refundable, true, 'never: until the checkpoint a cancel is paid back all the same');
select tests.submit('never', 't-2');
select is((tests.job('never')).refundable, false, 'from there on it says that it will not be');
select tests.cancel('never');
select is(tests.ending('never'), 'cancelled, refund withheld, charge, slot kept, open row: cancelled',
  'never: withheld at once, and the slot is kept');
select tests.over('never', 'stopped');
select is(tests.ending('never'), 'cancelled, refund withheld, charge, slot free, closed row: stopped', 'and stays withheld');
select tests.create_job('ana', 'early'), tests.cancel('early');
select is(tests.ending('early'), 'cancelled, refund paid, charge, refund, slot free, no row',
  'never: what no task can have been made for is paid back');

update private.lanes set cancel_refund = 'confirmed' where lane = 'echo';
update public.tools set credit_cost = 0 where tool = 'echo';
select tests.create_job('ana', 'free'), tests.submit('free', 't-3'), tests.cancel('free');
select is(tests.ending('free'), 'cancelled, refund none, slot kept, open row: cancelled', 'what cost nothing has no refund');
select tests.over('free', 'stopped');
select is(tests.ending('free'), 'cancelled, refund none, slot free, closed row: stopped', 'not even later');
select is_empty('select * from tests.unrest()', 'all has ended');

select * from finish();
rollback;
