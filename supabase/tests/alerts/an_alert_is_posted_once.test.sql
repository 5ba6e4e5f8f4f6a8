begin;
select plan(9);

delete from ops.alert_rules where true;
insert into ops.alert_rules (name, count_name, look_back, threshold) values ('Screens learn late', 'broadcasts failed', '15 minutes', 2);
select tests.freeze('2030-01-01 00:00:00Z');
delete from net.http_request_queue where true;
delete from vault.secrets where name = 'alert_webhook_url';
insert into private.broadcast_failures (minute, cause, count, heard, topic, event, failed_at) values (private.now(), 'x', 2, 2, 't', 'e', private.now());

select is(private.alerts_tick() ->> 'opened', '1', 'without the secret an alert opens');
select is_empty('select * from net.http_request_queue', 'but is not posted');
select is((select request_id from ops.alerts), null, 'which shows');

delete from ops.alerts where true;
select vault.create_secret('http://alerts.test/hook', 'alert_webhook_url');
select private.alerts_tick(), private.alerts_tick();
select results_eq(
  'select url, convert_from(body, ''UTF8'')::jsonb - ''alert_id'' - ''opened_at'' from net.http_request_queue',
  $$ values ('http://alerts.test/hook', '{"text": "Esteira: Screens learn late. broadcasts failed: 2 in 00:15:00 (threshold 2).",
    "rule": "Screens learn late", "count_name": "broadcasts failed", "count": 2, "threshold": 2, "look_back": "00:15:00"}'::jsonb) $$,
  'with it, it is posted once');
select is((select request_id from ops.alerts), (select id from net.http_request_queue), 'and says where its answer is');
select tests.freeze('2030-01-01 01:00:00Z');
select private.alerts_tick();
select is((select count(*) from net.http_request_queue), 1::bigint, 'closing it posts nothing');

delete from vault.secrets where name = 'alert_webhook_url';
select vault.create_secret('no address', 'alert_webhook_url');
insert into private.broadcast_failures (minute, cause, count, heard, topic, event, failed_at) values (private.now(), 'x', 2, 2, 't', 'e', private.now());
select is(private.alerts_tick() ->> 'opened', '1', 'an address that is none keeps no alert from opening');
select is((select count(*) from net.http_request_queue), 1::bigint, 'nothing is posted');
select isnt((select post_error from ops.alerts where closed_at is null), null, 'and the alert says why');

select * from finish();
rollback;
