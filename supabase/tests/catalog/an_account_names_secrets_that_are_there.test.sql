begin;
select plan(7);

select private.create_lane('echo', 'echoes');
select tests.refuses(
  $$ select ops.add_account('echo', 'one', 'api_key', 1) $$, 422, 'secret_not_found', 'secret_name',
  'a name that the Vault does not know is refused');
select throws_like(
  $$ select ops.add_account('echo', 'one', 'api_key', 1) $$, '%named api_key%ops.set_secret(''api_key'',%',
  'and the operator told what to do');
select vault.create_secret('key', 'api_key');
select tests.refuses(
  $$ select ops.add_account('echo', 'one', 'api_key', 1, p_webhook_secret_name => 'signs') $$, 422, 'secret_not_found',
  'webhook_secret_name', 'the same goes for the secret that signs its webhooks');
select is_empty(
  $$ select from private.accounts where lane = 'echo' $$, 'what is refused leaves no account');

select vault.create_secret('whsec', 'signs');
select lives_ok(
  $$ select ops.add_account('echo', 'one', 'api_key', 1, p_webhook_secret_name => 'signs') $$, 'with both it is added');
select tests.refuses(
  $$ select ops.add_account('echo', 'one', 'misspelt', 1) $$, 422, 'secret_not_found', 'secret_name',
  'an account that is there does not lose its secret by a slip');
select lives_ok(
  $$ select ops.add_account('echo', 'two', null, 1) $$, 'an account whose workers bring their own key names none');

select * from finish();
rollback;
