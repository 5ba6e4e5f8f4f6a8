begin;
select plan(17);

-- Greater than any 32 bits, in each place where credits are added up.
select tests.create_user('ana', 3), tests.create_user('bo', 0), tests.create_user('cy', 0);
select tests.enable_echo(1);
update public.tools set credit_cost = 3 where tool = 'echo';
select tests.create_job('ana', 'running');
select is(ops.grant_credits(tests.user_id('ana'), 2147483647), 2147483647::bigint, 'all that 32 bits hold, after a charge');
select is(tests.cancel('running'), 'cancelled', 'the job can be cancelled all the same');
select is(
  (select balance from public.credit_accounts where user_id = tests.user_id('ana')), 2147483650::bigint,
  'and its refund goes beyond');

update public.tools set credit_cost = 2147483647 where tool = 'echo';
select ops.grant_credits(tests.user_id('bo'), 7000000000);
select lives_ok(
  $$ select public.create_jobs(tests.user_id('bo'), '[
    {"tool": "echo", "input": {}, "idempotency_key": "b1"}, {"tool": "echo", "input": {}, "idempotency_key": "b2"},
    {"tool": "echo", "input": {}, "idempotency_key": "b3"}]') $$,
  'a batch whose prices add up to more');
select results_eq(
  $$ select balance_after from public.credit_entries where user_id = tests.user_id('bo') and kind = 'charge' order by entry_id $$,
  array[4852516353, 2705032706, 557549059],
  'its statement');
select is(tests.entry('b1', 'credits') ->> 'newBalance', '4852516353', 'its history');
select tests.refuses(
  format('select public.create_jobs(%L, ''[{"tool": "echo", "input": {}}, {"tool": "echo", "input": {}}]'')', tests.user_id('bo')),
  402, 'insufficient_credits', '{"price": 4294967294, "balance": 557549059}', 'a price of two that is refused');
select tests.cancel('b1'), tests.cancel('b2');
select is(tests.fail('b3', 'never'), 'failed', 'refunds of cancelled and of failed jobs');
select is(
  (select balance from public.credit_accounts where user_id = tests.user_id('bo')), 7000000000::bigint,
  'give all of it back');
select is(tests.entry('b3', 'failed') ->> 'newBalance', '7000000000', 'which the history tells');
select tests.refuses(
  format('select public.create_job(%L, ''echo'', ''{}'')', tests.user_id('cy')),
  402, 'insufficient_credits', '{"price": 2147483647, "balance": 0}', 'the highest price of one');

-- As much as JSON counts without a gap, and no more: spent or not.
select tests.refuses(
  $$ select ops.grant_credits(tests.user_id('cy'), 9007199254740992) $$, 422, 'invalid_amount',
  '{"field": "amount", "maximum": 9007199254740991}', 'more than 2^53 - 1');
select is(
  ops.grant_credits(tests.user_id('cy'), 9007199254740990, 'nearly all', 'order-1'), 9007199254740990,
  'nearly as much');
select tests.create_job('cy', 'last');
select tests.refuses(
  $$ select ops.grant_credits(tests.user_id('cy'), 2) $$, 422, 'invalid_amount',
  '{"field": "amount", "maximum": 1}', 'what was spent makes no room, for it may come back');
select is(
  ops.grant_credits(tests.user_id('cy'), 9007199254740990, 'nearly all', 'order-1'), 9007199254740990 - 2147483647,
  'a grant that was made is not refused when it is repeated');
select is(tests.cancel('last'), 'cancelled', 'it comes back');
select is_empty('select * from ops.credit_drift()', 'and the ledger is right');

select * from finish();
rollback;
