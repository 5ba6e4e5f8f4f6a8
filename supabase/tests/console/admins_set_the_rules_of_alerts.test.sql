begin;
select plan(34);

select tests.create_user('ana'), tests.create_user('sue', 0), tests.create_user('root', 0);
select tests.make_operator('sue', 'support'), tests.make_operator('root', 'admin');
select tests.freeze('2030-01-01 00:00:00Z');
create function pg_temp.rule(p_name text default 'Many attempts fail') returns jsonb language sql as $$
  select r from jsonb_array_elements(ops_api.alert_rules()) r where r ->> 'name' = p_name
$$;
create function pg_temp.set(p_changes jsonb, p_name text default 'Many attempts fail') returns text language sql as $$
  select format('select ops_api.set_alert_rule(%L, %L, %L)', p_name, p_changes, 'for a test')
$$;

select is(jsonb_array_length(ops_api.alert_rules()), (select count(*)::integer from ops.alert_rules), 'all rules are listed');
select is(pg_temp.rule(), '{"name": "Many attempts fail", "count_name": "attempts in a thousand that fail", "threshold": 500, "close_below": 250,
  "is_enabled": true, "look_back_ms": 900000, "opens_after_ms": 300000, "closes_after_ms": 300000, "is_shipped": true, "is_changed": false,
  "count": null, "subject": null, "above_ms": null, "open_alert": null, "opened_in_a_week": 0}', 'with their times in milliseconds');
select is_empty($$ select r ->> 'name' from jsonb_array_elements(ops_api.alert_rules()) r where (r ->> 'is_changed')::boolean $$,
  'as they were shipped, none is changed');

-- By whom -------------------------------------------------------------------------------------------------------------
select tests.as_anon();
select throws_ok(pg_temp.set('{"threshold": 1}'), '42501', null, 'not by who is not signed in');
select tests.as_gone('ana');
select tests.refuses(pg_temp.set('{"threshold": 1}'), 403, 'not_an_operator', null, 'not by a user');
select tests.refuses('select ops_api.alert_rules()', 403, 'not_an_operator', null, 'who does not read them either');
select tests.as_gone('ana', 'admin');
select tests.refuses(pg_temp.set('{"threshold": 1}'), 403, 'not_an_operator', null, 'not by who says to be an admin');
select tests.as_gone('sue', 'support');
select isnt(pg_temp.rule(), null, 'support reads them');
select tests.refuses(pg_temp.set('{"threshold": 1}'), 403, 'not_an_operator', null, 'and sets none');
select tests.as_gone('root', 'admin');
select throws_ok($$ select ops.set_alert_rule('Many jobs fail', '{"threshold": 1}') $$, '42501', null, 'there is one door for signed-in users');
select is((ops_api.set_alert_rule('Many attempts fail', '{"threshold": 700}', 'Fewer calls at night') ->> 'threshold'), '700', 'an admin does');
select tests.reset();
select results_eq('select actor, actor_role, action, filter, counts, reason from ops.audit', $$ values (tests.user_id('root'), 'admin', 'set_alert_rule',
  '{"rule": "Many attempts fail", "threshold": 700}'::jsonb, '{"was": {"is_enabled": true, "threshold": 500, "close_below": 250,
    "look_back": "00:15:00", "opens_after": "00:05:00", "closes_after": "00:05:00"}}'::jsonb, 'Fewer calls at night') $$, 'and the audit tells');
select is(pg_temp.rule() -> 'is_changed', 'true', 'it is not as it was shipped any more');
select ops.install();
select is(pg_temp.rule() ->> 'threshold', '700', 'a release leaves it');

-- What ----------------------------------------------------------------------------------------------------------------
select is(ops_api.set_alert_rule('Many attempts fail', '{"is_enabled": false, "close_below": null, "look_back_ms": 60000, "opens_after_ms": 0,
  "closes_after_ms": 1500}') - array['count', 'subject', 'above_ms', 'open_alert', 'opened_in_a_week'],
  '{"name": "Many attempts fail", "count_name": "attempts in a thousand that fail", "threshold": 700, "close_below": null, "is_enabled": false,
    "look_back_ms": 60000, "opens_after_ms": 0, "closes_after_ms": 1500, "is_shipped": true, "is_changed": true}', 'everything of a rule but its name and what it counts');
select ops_api.set_alert_rule('Many attempts fail', '{"is_enabled": false}');
select is((select count(*) from ops.audit), 2::bigint, 'what changes nothing is no act');
select tests.refuses(pg_temp.set('{}'), 422, 'invalid_input', 'changes', 'something is to be changed');
select tests.refuses(pg_temp.set('[]'), 422, 'invalid_input', 'changes', 'told in an object');
select tests.refuses('select ops_api.set_alert_rule(''Many attempts fail'', null)', 422, 'invalid_input', 'changes', 'at all');
select tests.refuses(pg_temp.set(changes), 422, 'invalid_input', (select min(key) from jsonb_object_keys(changes) key), 'refused: ' || changes::text)
from (values ('{"threshold": 0}'::jsonb), ('{"threshold": 1.5}'), ('{"threshold": "1"}'), ('{"threshold": null}'), ('{"is_enabled": 1}'),
  ('{"is_enabled": null}'), ('{"look_back_ms": 0}'), ('{"opens_after_ms": -1}'), ('{"closes_after_ms": 1e12}'), ('{"count_name": "x"}')) bad (changes);
select tests.refuses(pg_temp.set('{"close_below": 701}'), 422, 'invalid_input', 'close_below', 'a rule closes no higher than it opens');
select tests.refuses(pg_temp.set('{"threshold": 1}', 'no such rule'), 404, 'not_found', 'name', 'a rule that is not there is set by nobody');

-- What it says of now ----------------------------------------------------------------------------------------------------
select ops_api.set_alert_rule('Screens learn late', '{"threshold": 2, "closes_after_ms": 0}');
insert into private.broadcast_failures (minute, cause, count, heard, topic, event, failed_at) values (private.now(), 'x', 3, 3, 't', 'e', private.now());
select private.alerts_tick();
select tests.freeze('2030-01-01 00:01:00Z');
select is(pg_temp.rule('Screens learn late') - array['name', 'count_name', 'close_below', 'is_enabled', 'look_back_ms', 'opens_after_ms', 'closes_after_ms'],
  jsonb_build_object('threshold', 2, 'is_shipped', true, 'is_changed', true, 'count', 3, 'subject', null, 'above_ms', 60000,
    'open_alert', (select alert_id from ops.alerts), 'opened_in_a_week', 1), 'what was counted last, for how long it holds, its open alert');
select ops_api.set_alert_rule('Screens learn late', '{"threshold": 4}');
select private.alerts_tick();
select is(pg_temp.rule('Screens learn late') -> 'open_alert', 'null', 'with a higher threshold the alert closes at the next look');
insert into ops.alert_rules (name, count_name, threshold) values ('one''s own', 'attempts failed', 3);
select is(pg_temp.rule('one''s own') @> '{"is_shipped": false, "is_changed": false}', true, 'a rule of one''s own was not shipped');

select * from finish();
rollback;
