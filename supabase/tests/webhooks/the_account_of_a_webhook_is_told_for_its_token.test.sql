begin;
select plan(8);

select tests.create_user('ana');
select tests.enable_echo(2);
select vault.create_secret('whsec_tests', 'tests_webhook_secret');
select ops.add_account('echo', 'tests', 'tests_api_key', 2, '{"user_id": "user_abc"}', 'tests_webhook_secret');
select tests.create_job('ana', 'one'), tests.create_job('ana', 'two');
create function pg_temp.ask(p_provider text, p_job_id uuid, p_token uuid) returns jsonb language sql as $$
  select worker.webhook_account(p_provider, p_job_id, p_token)
$$;

select is(
  pg_temp.ask('echo', (tests.job('one')).id, (tests.attempt('one')).token),
  '{"settings": {"user_id": "user_abc"}, "webhook_secret": "whsec_tests"}',
  'settings and secret of the account that runs the attempt');
select is(pg_temp.ask('echo', (tests.job('one')).id, (tests.attempt('two')).token), null, 'not for another job''s token');
select is(pg_temp.ask('echo', (tests.job('one')).id, null), null, 'not for none');
select is(pg_temp.ask('runninghub', (tests.job('one')).id, (tests.attempt('one')).token), null, 'not for another provider');

delete from vault.secrets where name = 'tests_webhook_secret';
select is(
  pg_temp.ask('echo', (tests.job('one')).id, (tests.attempt('one')).token) -> 'webhook_secret', 'null',
  'a secret that the Vault has no more is null');
select ops.add_account('echo', 'tests', 'tests_api_key', 2);
select is(
  pg_temp.ask('echo', (tests.job('one')).id, (tests.attempt('one')).token) -> 'webhook_secret', 'null',
  'and so is one that the account does not name');

select tests.complete('one');
select isnt(pg_temp.ask('echo', (tests.job('one')).id, (tests.attempt('one', 1)).token), null, 'an attempt that has ended has one too');
select is(
  worker.webhook('echo', 'event', (tests.job('two')).id, (tests.attempt('two')).token, 'hmac', '{}', '{}', null) ->> 'verdict', 'accepted',
  'asking uses nothing up');

select * from finish();
rollback;
