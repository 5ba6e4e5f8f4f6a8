begin;
select plan(3);

select tests.create_user('ana');
select tests.enable_echo(1);
select tests.create_job('ana', 'one');
update private.accounts set paused_until = 'infinity', pause_reason = 'key revoked by Maria' where account_id = tests.account_id('echo');
select tests.fail('one', 'pause');
select is(
  (select paused_until from private.accounts where account_id = tests.account_id('echo')), 'infinity',
  'a pause is never made shorter');
select is(
  (select pause_reason from private.accounts where account_id = tests.account_id('echo')), 'key revoked by Maria',
  'and keeps its reason');

update private.accounts set paused_until = '2000-01-01', pause_reason = 'long ago' where account_id = tests.account_id('echo');
select private.pause_account(tests.account_id('echo'), '1 minute', 'again');
select is(
  (select pause_reason from private.accounts where account_id = tests.account_id('echo')), 'again',
  'one that has passed is replaced');

select * from finish();
rollback;
