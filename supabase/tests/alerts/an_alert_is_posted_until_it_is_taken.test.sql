-- @acceptance 002:602
begin;
select plan(29);

delete from ops.alert_rules where true;
insert into ops.alert_rules (name, count_name, look_back, threshold) values ('Screens learn late', 'broadcasts failed', '15 minutes', 2);
delete from net.http_request_queue where true;
delete from vault.secrets where name like 'alert_webhook_%';
create function pg_temp.at(p_time text) returns text language sql as $$
  select tests.freeze(('2030-01-01 ' || p_time || 'Z')::timestamptz);
  select private.alerts_tick()::text
$$;
create function pg_temp.fail_broadcasts() returns void language sql as $$
  insert into private.broadcast_failures (minute, cause, count, heard, topic, event, failed_at)
  values (private.now(), 'x', 2, 2, 't', 'e', private.now()) on conflict do nothing
$$;
-- pg_net has sent what there is, and was answered so.
create function pg_temp.answer(p_status integer) returns bigint language sql as $$
  with sent as (delete from net.http_request_queue where true returning id)
  , answered as (insert into net._http_response (id, status_code, timed_out) select id, p_status, false from sent where p_status > 0)
  select count(*) from sent
$$;
create function pg_temp.post(p_event text default 'alert.opened') returns ops.alert_posts language sql as $$
  select * from ops.alert_posts where event = p_event order by made_at desc limit 1
$$;

select tests.freeze('2030-01-01 00:00Z'), pg_temp.fail_broadcasts();
select is(pg_temp.at('00:00')::jsonb ->> 'opened', '1', 'without the secret an alert opens');
select is_empty('select * from net.http_request_queue', 'but is not posted');
select is_empty('select * from ops.alert_posts', 'nor to be posted');

delete from ops.alerts where true;
select vault.create_secret('http://alerts.test/hook', 'alert_webhook_url');
select pg_temp.at('00:00'), pg_temp.at('00:00');
select results_eq(
  'select url, convert_from(body, ''UTF8'')::jsonb - ''alert_id'' from net.http_request_queue',
  $$ values ('http://alerts.test/hook', '{"text": "Esteira: Screens learn late. broadcasts failed: 2 in 00:15:00 (threshold 2).",
    "type": "alert.opened", "timestamp": "2030-01-01T00:00:00+00:00", "subject": null, "closed_at": null, "opened_at": "2030-01-01T00:00:00+00:00",
    "rule": "Screens learn late", "count_name": "broadcasts failed", "count": 2, "threshold": 2, "look_back": "00:15:00"}'::jsonb) $$,
  'with it, it is posted, once for as long as nobody knows better');
select is((select headers - 'webhook-id' from net.http_request_queue), '{"Content-Type": "application/json", "webhook-timestamp": "1893456000"}',
  'without a secret of its own it is not signed');
select is((select headers ->> 'webhook-id' from net.http_request_queue), (pg_temp.post()).post_id::text, 'but says which post it is');
select is((select request_id from ops.alerts), (select id from net.http_request_queue), 'and the alert where its answer is');
select pg_temp.at('00:01'), pg_temp.at('00:10');
select is((select count(*) from net.http_request_queue), 1::bigint, 'while pg_net has not sent it there is no second one');
select is((pg_temp.post()).tries, 1, 'that was one try');

select pg_temp.fail_broadcasts(), pg_temp.answer(500);
select pg_temp.at('00:11');
select results_eq('select post_error, posted_at from ops.alerts', $$ values ('HTTP 500', null::timestamptz) $$, 'who answers with an error has not taken it');
select is((pg_temp.post()).next_at, timestamptz '2030-01-01 00:12Z', 'it is tried again a minute later');
select pg_temp.at('00:12');
select is((select headers ->> 'webhook-id' from net.http_request_queue), (pg_temp.post()).post_id::text, 'as the same post');
select is((select headers ->> 'webhook-timestamp' from net.http_request_queue), '1893456720', 'at its own time');

select pg_temp.answer(0);
select pg_temp.at('00:13');
select isnt((pg_temp.post()).request_id, null, 'what was sent a moment ago may still be answered');
select pg_temp.fail_broadcasts(), pg_temp.at('00:15');
select is((pg_temp.post()).error, 'no answer', 'of what pg_net has lost there is no answer');
select is((pg_temp.post()).next_at, timestamptz '2030-01-01 00:17Z', 'it is tried again, after twice the time');
select pg_temp.at('00:17');
select pg_temp.answer(204), pg_temp.fail_broadcasts();
select pg_temp.at('00:18');
select results_eq('select post_error, posted_at from ops.alerts', $$ values (null, timestamptz '2030-01-01 00:18Z') $$, 'until it is taken');
select pg_temp.at('00:25');
select is_empty('select * from net.http_request_queue', 'then no more');

select is(pg_temp.at('01:00')::jsonb ->> 'closed', '1', 'when it is over');
select results_eq(
  $$ select j ->> 'type', j ->> 'text', j ->> 'closed_at' from net.http_request_queue, lateral (select convert_from(body, 'UTF8')::jsonb) b (j) $$,
  $$ values ('alert.closed', 'Esteira: over: Screens learn late. broadcasts failed: 2 in 00:15:00 (threshold 2).', '2030-01-01T01:00:00+00:00') $$,
  'that is posted too');

-- An address where nobody ever answers well.
select pg_temp.answer(200), tests.freeze('2030-01-01 02:00Z'), pg_temp.fail_broadcasts();
select pg_temp.at('02:00');
create function pg_temp.go_on(p_hours integer) returns integer language plpgsql as $$
begin
  for minute in 0 .. 60 * p_hours loop
    perform pg_temp.answer(500);
    perform pg_temp.fail_broadcasts();
    perform tests.freeze(timestamptz '2030-01-01 02:00Z' + minute * interval '1 minute'), private.send_posts(private.now());
  end loop;
  return (pg_temp.post()).tries;
end
$$;
select is(pg_temp.go_on(12), 12, 'it is tried twelve times');
select ok((pg_temp.post()).dead_at between '2030-01-01 08:00Z' and '2030-01-01 09:00Z', 'over six hours');
select is((select post_error from ops.alerts where closed_at is null), 'given up after 12 tries: HTTP 500', 'then it is given up, which the alert says');
select is((select value from ops.rates('1 day') where name = 'alerts that could not be posted'), 1::bigint, 'and is counted');
delete from vault.secrets where name = 'alert_webhook_url';
select vault.create_secret('no address', 'alert_webhook_url');
select is(ops.repost_alerts(), 1, 'once the address is right it can be tried anew');
select is(private.send_posts(private.now()), 1, 'an address that is none stops nothing');
select is((pg_temp.post()).error, 'Malformed input to a URL function', 'and the post says why');
delete from vault.secrets where name = 'alert_webhook_url';
select private.send_posts(private.now() + interval '5 minutes');
select is((pg_temp.post()).error, 'There is no secret alert_webhook_url in the Vault.', 'as it does when there is none any more');
delete from ops.alert_rules where true;
select is_empty('select * from ops.alert_posts', 'posts of a rule go with it');

select * from finish();
rollback;
