begin;
select plan(11);

-- The example of the standard's own libraries.
select is(
  private.signature_of('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'msg_p5jXN8AQM9LWM0D4loKWxJek', 1614265330, '{"test": 2432232314}'),
  'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=', 'HMAC-SHA256 over id, time and body');
select is(
  private.signature_of('MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'msg_p5jXN8AQM9LWM0D4loKWxJek', 1614265330, '{"test": 2432232314}'),
  'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=', 'with the secret''s prefix or without');

delete from ops.alert_rules where true;
insert into ops.alert_rules (name, count_name, threshold) values ('A lane is paused', 'lanes paused', 1);
delete from net.http_request_queue where true;
delete from vault.secrets where name like 'alert_webhook_%';
select vault.create_secret('http://alerts.test/hook', 'alert_webhook_url'), vault.create_secret(E'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n', 'alert_webhook_secret');
select ops.pause_lane('publication', 'a test');
select private.alerts_tick();
select is(headers ->> 'webhook-signature', private.signature_of('MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', headers ->> 'webhook-id',
  (headers ->> 'webhook-timestamp')::bigint, convert_from(body, 'UTF8')), 'what is signed is what is sent') from net.http_request_queue;
select is((select count(*) from net.http_request_queue), 1::bigint, 'there was one to look at');

delete from vault.secrets where name = 'alert_webhook_secret';
select vault.create_secret('not base64!', 'alert_webhook_secret');
select ops.resume_lane('publication'), private.alerts_tick();
select is((select count(*) from net.http_request_queue), 1::bigint, 'with a secret that is none nothing leaves unsigned');
select matches((select error from ops.alert_posts where event = 'alert.closed'), 'base64', 'and the post says why');

create function pg_temp.body(p_url text, p_event text default 'alert.opened') returns jsonb language sql as $$
  select private.alert_body(p_url, p_event, a, r) from ops.alerts a join ops.alert_rules r on r.name = a.rule
$$;
select is(array(select jsonb_object_keys(pg_temp.body('https://hooks.slack.com/services/T/B/x'))), array['text'], 'Slack is sent what it knows');
select is(array(select jsonb_object_keys(pg_temp.body('https://chat.googleapis.com/v1/spaces/x'))), array['text'], 'so is Google Chat');
select is(array(select jsonb_object_keys(pg_temp.body('https://discord.com/api/webhooks/1/x/slack'))), array['text'], 'and who speaks as Slack does');
select is(array(select jsonb_object_keys(pg_temp.body('https://discord.com/api/webhooks/1/x'))), array['content'], 'Discord calls it otherwise');
select is(pg_temp.body('https://example.com/hook', 'alert.closed') ->> 'type', 'alert.closed', 'all others are sent everything');

select * from finish();
rollback;
