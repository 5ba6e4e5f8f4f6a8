begin;
select plan(23);
select tests.freeze('2030-01-01 00:00:00Z');
select tests.create_user('ana', 100);
select tests.enable_echo(2), tests.enable_lane('fal', 1);
select tests.create_job('ana', 'one'), tests.submit('one');
select tests.later('90 seconds');
select tests.create_job('ana', 'two'), tests.create_job('ana', 'three');
create function pg_temp.line(p_lane text) returns jsonb language sql as $$
  select a from jsonb_array_elements(ops_api.accounts() -> 'accounts') a where a ->> 'lane' = p_lane and a ->> 'name' = 'tests'
$$;

select tests.as_admin();
select is(pg_temp.line('echo') ->> 'capacity', '2', 'how many tasks it may have at once');
select is(pg_temp.line('echo') ->> 'running', '2', 'how many hold its slots');
select is(pg_temp.line('echo') ->> 'key', 'present', 'its key is there');
select is(pg_temp.line('echo') ->> 'webhook_secret', 'not_needed', 'its provider does not sign');
select ok(ops_api.accounts()::text !~ 'the-api-key', 'but the key is not told');
select is(pg_temp.line('fal') ->> 'running', '0', 'nothing holds the slot of another');
select is(ops_api.accounts() -> 'next', 'null', 'those are all');
select is(jsonb_array_length(ops_api.accounts(1) -> 'accounts'), 1, 'they come by pages');
select is((select count(distinct line ->> 'account_id') from (
  with recursive pages as (
    select ops_api.accounts(1) as page union all
    select ops_api.accounts(1, (page ->> 'next')::integer) from pages where page ->> 'next' is not null)
  select page #> '{accounts,0}' as line from pages) lines)::integer, jsonb_array_length(ops_api.accounts() -> 'accounts'), 'each once');

-- Who holds its slots.
select tests.reset();
select set_config('tests.echo', tests.account_id('echo')::text, true), set_config('tests.one', (tests.job('one')).id::text, true);
select tests.as_admin();
select is(ops_api.account(current_setting('tests.echo')::integer) #>> '{holders,0,job_id}', current_setting('tests.one'), 'the one that has had it longest comes first');
select is(ops_api.account(current_setting('tests.echo')::integer) #>> '{holders,0,held_ms}', '90000', 'for how long, in milliseconds');
select is(ops_api.account(current_setting('tests.echo')::integer) #>> '{holders,0,user_email}', 'ana@example.test', 'whose it is');
select ok(ops_api.account(current_setting('tests.echo')::integer)::text !~ '"token":', 'but no token');
select tests.reset();
select tests.cancel('one');
select tests.as_admin();
select is(ops_api.account(current_setting('tests.echo')::integer) #> '{holders,0}' ->> 'stopped_for', 'cancelled', 'of a job that is over, whose task may live, why it is to be stopped');
select is(ops_api.account(current_setting('tests.echo')::integer) #> '{holders,0}' ->> 'is_job_over', 'true', 'and that it is');
select tests.refuses('select ops_api.account(0)', 404, 'account_not_found', 'account_id', 'there is no such account');

-- A pause, a capacity that is lowered, a key that is gone.
select ops_api.act('pause', jsonb_build_object('account_id', current_setting('tests.echo')::integer, 'for', '30 minutes'), false, 'No balance');
select is(pg_temp.line('echo') ->> 'pause_left_ms', '1800000', 'a pause says how long it lasts yet');
select is(pg_temp.line('echo') ->> 'pause_reason', 'No balance', 'and why');
select ops_api.act('pause', jsonb_build_object('account_id', current_setting('tests.echo')::integer), false, 'No balance');
select is(pg_temp.line('echo') - array['account_id'] @> '{"is_paused": true, "paused_until": "infinity", "pause_left_ms": null}', true, 'one without end has no end');
select ops_api.act('set_capacity', jsonb_build_object('account_id', current_setting('tests.echo')::integer, 'capacity', 1), false);
select is(pg_temp.line('echo') @> '{"capacity": 1, "running": 2, "retiring": 1}', true, 'a slot too many goes when it is let go of');
select tests.reset();
delete from vault.secrets where name = 'tests_api_key';
select tests.later('31 minutes');
select tests.as_admin();
select is(pg_temp.line('echo') ->> 'key', 'missing', 'a key that is gone is missed');
select tests.reset();
select vault.create_secret('  ', 'tests_api_key');
select tests.as_admin();
select is(pg_temp.line('echo') ->> 'key', 'missing', 'and so is one that is empty');
select tests.refuses('select ops_api.accounts(201)', 422, 'invalid_input', 'limit', 'a page has an end');
select * from finish();
rollback;
