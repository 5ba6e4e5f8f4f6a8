begin;
select plan(9);

select tests.as_user('ana');
select throws_ok('select * from ops.alerts', '42501', null, 'users see no alerts');
select throws_ok('select * from ops.alert_rules', '42501', null, 'nor rules');
select throws_ok('select * from ops.counts()', '42501', null, 'nor counts');
select tests.as_anon();
select throws_ok('select * from ops.alerts', '42501', null, 'nor does anybody else');
select tests.as_service();
select lives_ok('select * from ops.alerts', 'functions with a secret key see alerts');
select throws_ok('update ops.alert_rules set threshold = 1 where true', '42501', null, 'and change no rules');
select tests.reset();
select tests.violates('insert into ops.alert_rules (name, count_name, threshold) values (''x'', ''attempts failed'', 0)', 'what_did_not_happen_alerts_nobody');
select tests.violates('update ops.alert_rules set look_back = ''0'' where true', 'rules_look_back');
select tests.violates(
  $$ insert into ops.alerts (rule, count, opened_at, closed_at) select name, 1, now(), now() - interval '1 minute' from ops.alert_rules limit 1 $$,
  'alerts_close_after_they_open');

select * from finish();
rollback;
