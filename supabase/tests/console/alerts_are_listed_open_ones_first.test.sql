begin;
select plan(19);

delete from ops.alert_rules where true;
insert into ops.alert_rules (name, count_name, threshold) values ('many', 'broadcasts failed', 3), ('few', 'broadcasts failed', 1);
select tests.freeze('2030-01-01 00:00:00Z');
select is(ops_api.alerts() - 'at', '{"are_posted": false, "dead_posts": 0, "open": [], "closed": [], "next": null}', 'nothing is wrong');
select ops.set_secret('alert_webhook_url', 'https://alerts.example.test/hook');
insert into private.broadcast_failures (minute, cause, count, heard, topic, event, failed_at) values (private.now(), 'x', 3, 3, 't', 'e', private.now());
select private.alerts_tick();
select tests.freeze('2030-01-01 00:02:00Z');
select is(ops_api.alerts() -> 'are_posted', 'true', 'whether there is anybody to be told');
select is(jsonb_array_length(ops_api.alerts() -> 'open'), 2, 'those that are open');
select is((select a - 'alert_id' - 'posts' from jsonb_array_elements(ops_api.alerts() -> 'open') a where a ->> 'rule' = 'many'),
  '{"rule": "many", "subject": null, "count": 3, "count_name": "broadcasts failed", "threshold": 3, "count_now": 3,
    "opened_at": "2030-01-01T00:00:00+00:00", "closed_at": null, "lasted_ms": 120000, "posted_at": null, "post_error": null}',
  'with what was counted and is, and for how long');
update ops.alert_posts set tries = 2, error = 'HTTP 500', next_at = '2030-01-01 00:03Z' where true;
select is(ops_api.alerts(p_rule => 'few') #> '{open,0,posts}', '[{"event": "alert.opened", "made_at": "2030-01-01T00:00:00+00:00", "tries": 2,
  "next_at": "2030-01-01T00:03:00+00:00", "delivered_at": null, "dead_at": null, "error": "HTTP 500", "took_ms": null}]', 'and what became of its posts');
update ops.alert_posts set next_at = null, delivered_at = '2030-01-01 00:01Z' where true;
select is(ops_api.alerts(p_rule => 'few') #>> '{open,0,posts,0,took_ms}', '60000', 'how long it took until it was taken');
update ops.alert_posts set delivered_at = null, dead_at = '2030-01-01 00:02Z' where true;
select is(ops_api.alerts() -> 'dead_posts', '2', 'how many were given up');
select is(jsonb_array_length(ops_api.alerts(p_rule => 'few') -> 'open'), 1, 'of one rule, if that is asked for');
select tests.freeze('2030-01-01 01:00:00Z');
select private.alerts_tick();
select is(ops_api.alerts() -> 'open', '[]', 'those that are over are open no more');
select is(ops_api.alerts() #>> '{closed,0,lasted_ms}', '3600000', 'and say how long they lasted');
select is(ops_api.alerts() #> '{closed,0,count_now}', 'null', 'and no more what is counted now');

insert into ops.alerts (rule, count, opened_at, closed_at) select 'few', n, '2030-01-01', '2030-01-01 00:00:01Z' from generate_series(1, 5) n;
create function pg_temp.pages() returns bigint[] language plpgsql as $$
declare
  v_page jsonb := ops_api.alerts(3);
  v_ids bigint[] := '{}';
begin
  loop
    v_ids := v_ids || array(select (a ->> 'alert_id')::bigint from jsonb_array_elements(v_page -> 'closed') a);
    exit when v_page -> 'next' = 'null';
    v_page := ops_api.alerts(3, (v_page ->> 'next')::bigint);
  end loop;
  return v_ids;
end
$$;
select is(pg_temp.pages(), (select array_agg(alert_id order by alert_id desc) from ops.alerts), 'page by page each once, the last opened first');
update ops.alerts set closed_at = null where alert_id = (select max(alert_id) from ops.alerts);
select is(ops_api.alerts(3, 1000000) -> 'open', '[]', 'open ones are on the first page alone');
select is(jsonb_array_length(ops_api.alerts(1000) -> 'closed'), 6, 'a page has at most 200');

-- Posts that were given up ---------------------------------------------------------------------------------------------
select tests.create_user('sue', 0), tests.make_operator('sue', 'support'), tests.create_user('root', 0), tests.make_operator('root', 'admin');
select tests.as_gone('sue', 'support');
select lives_ok('select ops_api.alerts()', 'support reads them');
select tests.refuses('select ops_api.repost_alerts()', 403, 'not_an_operator', null, 'and has none posted again');
select tests.as_gone('root', 'admin');
select is(ops_api.repost_alerts(), 2, 'admins do');
select tests.reset();
select results_eq('select actor, action, counts from ops.audit', $$ values (tests.user_id('root'), 'repost_alerts', '{"done": 2}'::jsonb) $$,
  'which the audit tells');
select is(ops_api.repost_alerts() + (select count(*) from ops.audit), 1::bigint, 'where there is nothing to do, it tells nothing');

select * from finish();
rollback;
