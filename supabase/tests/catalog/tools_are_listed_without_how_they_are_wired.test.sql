begin;
select plan(5);

update public.tools set is_enabled = false where true;
select is_empty('select * from worker.list_tools()', 'a tool that is switched off is not listed');
insert into public.tools (tool, lane, titles, credit_cost, timeout, settings, priority) values
  ('portrait', 'external', '{"en": "Portrait"}', 3, '1 day 2 hours', '{
    "webapp_id": "1877265245566922753", "secret": "hush",
    "files": {"image": {"types": ["image/png"], "max_bytes": 1000}},
    "input_schema": {"type": "object", "properties": {"image": {"type": "string"}}}
  }', -3),
  ('bare', 'external', '{"en": "Bare"}', 0, '1 second', '{}', 0);
update private.lanes set max_waiting_per_user = 7 where lane = 'external';

select is(
  (select jsonb_agg(to_jsonb(t)) from worker.list_tools() t), '[
    {"tool": "bare", "lane": "external", "titles": {"en": "Bare"}, "credit_cost": 0, "effect": null,
     "timeout_seconds": 1, "max_waiting": 7, "priority": {"default": 0, "min": -100, "max": 100}, "files": {},
     "input_schema": null},
    {"tool": "portrait", "lane": "external", "titles": {"en": "Portrait"}, "credit_cost": 3, "effect": null,
     "timeout_seconds": 93600, "max_waiting": 7, "priority": {"default": -3, "min": -100, "max": 100},
     "files": {"image": {"types": ["image/png"], "max_bytes": 1000}},
     "input_schema": {"type": "object", "properties": {"image": {"type": "string"}}}}
  ]', 'price, limits, files and input schema, by name, and nothing else of the settings');

select tests.create_user('ana');
select tests.as_user('ana');
select throws_ok('select worker.list_tools()', '42501', null, 'users ask the function');
select results_eq(
  $$ select tool, priority, min_priority, max_priority from public.tools order by tool $$,
  $$ values ('bare', 0::smallint, -100::smallint, 100::smallint), ('portrait', -3::smallint, -100::smallint, 100::smallint) $$,
  'they may read the priorities by themselves too');
select throws_ok('select settings from public.tools', '42501', null, 'but not the settings');

select * from finish();
rollback;
