begin;
select plan(36);

select private.create_lane('echo', 'echoes');
insert into public.tools (tool, lane, titles) values ('echo', 'echo', '{"en": "Echo"}');
select vault.create_secret('key', 'secret');
select ops.add_account('echo', 'one', 'secret', 1);

-- Lanes
select tests.violates(
  $$ insert into private.lanes (lane, provider, queue_name) values ('Echo', 'p', 'q') $$,
  'lanes_are_named_in_snake_case');
select tests.violates(
  $$ insert into private.lanes (lane, provider, queue_name) values ('e', 'p', 'drop table') $$,
  'queues_are_named_in_snake_case');
select tests.violates(
  $$ insert into private.lanes (lane, provider, queue_name, delivery) values ('e', 'p', 'q', 'pigeon') $$,
  'delivery_is_webhook_poll_sync_or_pull');
select tests.violates($$ update private.lanes set lease = '0' where true $$, 'durations_are_positive');
select tests.violates(
  $$ update private.lanes set backoff_max = backoff_base - interval '1 second' where true $$,
  'durations_are_positive');
select tests.violates($$ update private.lanes set rate_limit = 5 where true $$, 'a_rate_has_a_limit_and_a_window');
select tests.violates($$ update private.lanes set rate_window = '1 second' where true $$, 'a_rate_has_a_limit_and_a_window');
select tests.violates(
  $$ update private.lanes set rate_limit = 0, rate_window = '1 second' where true $$,
  'a_rate_has_a_limit_and_a_window');
select tests.violates($$ update private.lanes set max_waiting_per_user = 0 where true $$, 'user_limits_are_positive');
select tests.violates($$ update private.lanes set max_active_per_user = 0 where true $$, 'user_limits_are_positive');
select tests.violates($$ update private.lanes set max_refunds_per_user = 0 where true $$, 'user_limits_are_positive');
select tests.violates($$ update private.lanes set refund_window = '0' where true $$, 'durations_are_positive');
select tests.violates($$ update private.lanes set paused_until = 'infinity' where true $$, 'a_pause_has_a_reason');

-- Tools
select tests.violates(
  $$ insert into public.tools (tool, lane, titles) values ('my tool', 'echo', '{"en": "x"}') $$,
  'tools_are_named_in_snake_case');
select tests.violates(
  $$ update public.tools set titles = '{"pt-BR": "Eco"}' where tool = 'echo' $$,
  'titles_are_by_language');
select tests.violates($$ update public.tools set titles = '["en"]' where tool = 'echo' $$, 'titles_are_by_language');
select tests.violates($$ update public.tools set settings = '[]' where tool = 'echo' $$, 'settings_are_an_object');
select tests.violates(
  $$ update public.tools set settings = '{"input_schema": true}' where tool = 'echo' $$, 'input_schemas_describe_objects');
select tests.violates(
  $$ update public.tools set settings = '{"input_schema": {"properties": {}}}' where tool = 'echo' $$, 'input_schemas_describe_objects');
select tests.violates($$ update public.tools set credit_cost = -1 where tool = 'echo' $$, 'costs_are_not_negative');
select tests.violates($$ update public.tools set max_attempts = 0 where tool = 'echo' $$, 'at_least_one_attempt');
select tests.violates($$ update public.tools set max_output_bytes = 0 where tool = 'echo' $$, 'outputs_may_have_bytes');
select tests.violates($$ update public.tools set timeout = '0' where tool = 'echo' $$, 'timeouts_are_positive');
select tests.violates($$ update public.tools set effect = 'fireworks' where tool = 'echo' $$, 'effects_are_known');
select tests.violates($$ update public.tools set priority = 101 where tool = 'echo' $$, 'priorities_are_in_order');
select tests.violates($$ update public.tools set min_priority = 1 where tool = 'echo' $$, 'priorities_are_in_order');
select tests.violates($$ update public.tools set lane = 'publication' where tool = 'echo' $$, 'publications_name_their_platform');
select tests.violates($$ update public.tools set lane = 'nowhere' where tool = 'echo' $$, 'tools_lane_fkey');

-- Accounts
select tests.violates(
  $$ insert into private.accounts (lane, name, secret_name) values ('echo', 'one', 's') $$,
  'account_names_are_unique_in_a_lane');
select tests.violates($$ update private.accounts set settings = '[]' where true $$, 'settings_are_an_object');
select tests.violates($$ update private.accounts set paused_until = 'infinity' where true $$, 'a_pause_has_a_reason');
select tests.violates($$ update private.lanes set queue_name = 'settle_queue' where true $$, 'queues_of_the_engine_are_no_lanes');
select tests.violates($$ update private.lanes set cancel_refund = 'perhaps' where true $$, 'cancel_refund_is_known');
select tests.violates($$ update private.lanes set circuit_opened_at = now() where true $$, 'an_open_circuit_has_a_reason_and_a_probe');

select lives_ok(
  $$ update public.tools set credit_cost = 0, effect = 'model' where tool = 'echo' $$,
  'a tool may be free and have an effect');

-- A constraint that is not tried above must be.
select set_eq(
  $$ select conname::text from pg_constraint
     where conrelid in ('private.lanes'::regclass, 'public.tools'::regclass, 'private.accounts'::regclass) and contype = 'c' $$,
  array[
    'lanes_are_named_in_snake_case', 'queues_are_named_in_snake_case', 'queues_of_the_engine_are_no_lanes', 'delivery_is_webhook_poll_sync_or_pull', 'durations_are_positive',
    'a_rate_has_a_limit_and_a_window', 'user_limits_are_positive', 'a_pause_has_a_reason', 'tools_are_named_in_snake_case',
    'titles_are_by_language', 'settings_are_an_object', 'costs_are_not_negative', 'at_least_one_attempt', 'timeouts_are_positive',
    'outputs_may_have_bytes',
    'effects_are_known', 'input_schemas_describe_objects', 'priorities_are_in_order', 'cancel_refund_is_known',
    'an_open_circuit_has_a_reason_and_a_probe', 'publications_name_their_platform'],
  'these are all');

select * from finish();
rollback;
