begin;
select plan(11);

select tests.refuses('select worker.platform_app(''x'')', 503, 'misconfigured', null, 'before that nobody can connect');
select tests.refuses('select worker.platform_app(''myspace'')', 404, 'unknown_platform', 'platform', 'there is no such platform');
select tests.refuses('select ops.set_platform(''myspace'', ''id'', ''s'')', 404, 'unknown_platform', 'platform', 'and none is made');
select tests.refuses('select ops.set_platform(''x'', ''id'', ''no_such_secret'')', 422, 'secret_not_found', 'client_secret_name', 'its secret lies in the Vault');
select tests.refuses('select ops.set_platform(''x'', ''id'', null)', 422, 'invalid_input', 'client_id', 'an id without a secret');
select ops.set_secret('x_app', 's3cret');
select tests.refuses('select ops.set_platform(''x'', ''i d'', ''x_app'')', 422, 'invalid_input', 'client_id', 'a blank in an id');
select tests.refuses('select ops.set_platform(''x'', ''id'', ''x_app'', null, ''[]'')', 422, 'invalid_input', 'settings', 'settings that are none');
select ops.set_platform('x', E' client-1\n', 'x_app', null, '{"base_url": "http://127.0.0.1:9"}');
select is(worker.platform_app('x'), '{"platform": "x", "clientId": "client-1", "clientSecret": "s3cret", "apiVersion": null,
  "settings": {"base_url": "http://127.0.0.1:9"}}', 'all that a function needs');
select is((select outcome from ops.install() where kind = 'platform' and name = 'x'), 'unchanged', 'a release changes none of it');
select ops.set_platform('x', 'client-2', 'x_app');
select is(worker.platform_app('x') #>> '{settings,base_url}', 'http://127.0.0.1:9', 'what is not said stays');
select ops.set_platform('x', null, null);
select tests.refuses('select worker.platform_app(''x'')', 503, 'misconfigured', null, 'and it can be taken back');

select * from finish();
rollback;
