begin;
select plan(10);

delete from ops.alert_rules where true;
insert into ops.alert_rules (name, count_name, look_back, threshold) values
  ('many', 'broadcasts failed', '15 minutes', 3), ('few', 'broadcasts failed', '1 hour', 1),
  ('off', 'broadcasts failed', '1 hour', 1), ('mistyped', 'no such thing', '1 hour', 1);
update ops.alert_rules set is_enabled = false where name = 'off';
select tests.freeze('2030-01-01 00:00:00Z');

select is(private.alerts_tick(), '{"opened": 0, "closed": 0}', 'nothing is wrong');
insert into private.broadcast_failures (minute, cause, count, heard, topic, event, failed_at) values (private.now(), 'x', 3, 3, 't', 'e', private.now());
select is(private.alerts_tick(), '{"opened": 2, "closed": 0}', 'each rule whose count has reached its threshold opens an alert');
select set_eq(
  'select rule, count, opened_at, closed_at from ops.alerts',
  $$ values ('many', 3::bigint, '2030-01-01 00:00:00Z'::timestamptz, null::timestamptz), ('few', 3, '2030-01-01 00:00:00Z', null) $$,
  'a rule that is off, or whose count there never is, does not');
select tests.freeze('2030-01-01 00:10:00Z');
select is(private.alerts_tick(), '{"opened": 0, "closed": 0}', 'while it holds there is no second one');
select tests.freeze('2030-01-01 00:20:00Z');
select is(private.alerts_tick(), '{"opened": 0, "closed": 1}', 'it closes when the count has fallen');
select set_eq(
  'select rule from ops.alerts where closed_at = ''2030-01-01 00:20:00Z''', array['many'], 'by each rule''s own look back');
insert into private.broadcast_failures (minute, cause, count, heard, topic, event, failed_at) values (private.now(), 'x', 3, 3, 't', 'e', private.now());
select is(private.alerts_tick(), '{"opened": 1, "closed": 0}', 'when it holds again it is a new one');
select is((select count(*) from ops.alerts where rule = 'many'), 2::bigint, 'beside the old one');
update ops.alert_rules set is_enabled = false where name = 'few';
select is(private.alerts_tick(), '{"opened": 0, "closed": 1}', 'a rule that is switched off holds no longer');
delete from ops.alert_rules where true;
select is_empty('select * from ops.alerts', 'the alerts of a rule go with it');

select * from finish();
rollback;
