-- private.cut and private.cut_json: never longer than asked for, what fits is left as it is, and a mark says that and how
-- much was cut. With texts and trees of many sizes and shapes.
begin;
select plan(18);

select is(private.cut(null), null, 'nothing stays nothing');
select is(private.cut(repeat('ä', 2000)), repeat('ä', 2000), 'as long as may be');
select is(char_length(private.cut(repeat('ä', 2001))), 2000, 'a character more');
select matches(private.cut(repeat('a', 400000) || 'the end'), '^a+ … \[cut: 400007 characters in all\] … a+the end$',
  'the beginning and the end are kept, and it is said how long it was');
select is_empty(
  $$ select n, most from generate_series(0, 4000, 37) n, unnest(array[100, 101, 200, 500, 2000]) most
     where char_length(private.cut(repeat('x', n), most)) <> least(n, most) $$, 'never longer, nor shorter than it need be');
select is_empty(
  $$ select n from generate_series(0, 4000, 41) n where private.cut(private.cut(repeat('x', n), 500), 500) <> private.cut(repeat('x', n), 500) $$,
  'and cut once, it is not cut again');

select is(private.cut_json(null), null, 'no JSON is none');
select is(private.cut_json('{"b": [1, {"c": null}], "a": "x"}'), '{"b": [1, {"c": null}], "a": "x"}', 'what fits is left as it is');
create temporary table trees as
  select 'a text' as what, to_jsonb(repeat('long ', 100000)) as tree
  union all select 'logs', jsonb_build_object('id', 'task-1', 'status', 'failed', 'logs', repeat('step 7 of 9' || chr(10), 100000), 'error', 'out of memory')
  union all select 'lines', jsonb_build_object('id', 'task-1', 'logs', (select jsonb_agg('line ' || n) from generate_series(1, 20000) n))
  union all select 'keys', (select jsonb_object_agg('key ' || n, n) from generate_series(1, 20000) n)
  union all select 'long keys', (select jsonb_object_agg(repeat('k', 10000) || n, n) from generate_series(1, 50) n)
  union all select 'deep', (repeat('[', 3000) || '"' || repeat('x', 100000) || '"' || repeat(']', 3000))::jsonb
  union all select 'wide and deep', (select jsonb_agg(jsonb_build_array(a, (select jsonb_agg(jsonb_build_object('t', repeat('y', 300), 'n', n)) from generate_series(1, 50) n))) from generate_series(1, 50) a)
  union all select 'control characters', jsonb_build_object('x', repeat(chr(1), 100000))
  union all select 'four bytes', jsonb_build_object('x', repeat('😀', 50000))
  union all select 'numbers', (select jsonb_agg(('1e' || 300 + n % 50)::numeric) from generate_series(1, 2000) n)
  union all select 'one number', to_jsonb('1e100000'::numeric);
select is_empty(
  $$ select what, most, octet_length(private.cut_json(tree, most)::text) from trees, unnest(array[4096, 16384, 65536]) most
     where octet_length(private.cut_json(tree, most)::text) > most $$, 'whatever it is, it is no longer than it may be');
select is_empty(
  $$ select what from trees where octet_length(tree::text) > 65536 and private.cut_json(tree)::text not like '%[cut%' $$,
  'and says that it was cut');
select is(
  (select private.cut_json(tree) - 'logs' from trees where what = 'logs'),
  (select jsonb_build_object('id', 'task-1', 'status', 'failed', 'error', 'out of memory', '… [cut]',
    octet_length(tree::text) || ' bytes in all') from trees where what = 'logs'),
  'short parts are left as they are');
select matches((select private.cut_json(tree) ->> 'logs' from trees where what = 'logs'),
  '^step 7.* … \[cut: 1200000 characters in all\] … .*step 7 of 9\n$', 'long ones say how long they were');
select is((select private.cut_json(tree) #>> '{logs,-1}' from trees where what = 'lines'), '… [cut: 20000 items in all]', 'so do lists');
select is((select private.cut_json(tree) #>> '{logs,29}' from trees where what = 'lines'), 'line 30', 'after their first items');

-- In the history.
select tests.freeze('2030-01-01 00:00Z');
select is(private.step('failed', private.now(), '{"error": "no", "nothing": null}') ->> 'error', 'no', 'short details are told whole');
select is(
  char_length(private.step('failed', private.now(), jsonb_build_object('error', repeat('e', 400000), 'nothing', null)) ->> 'error'), 2000,
  'long ones in part');
select is_empty(
  $$ select what from trees where octet_length(private.step('running', private.now(), jsonb_build_object('said', tree))::text) > 20000 $$,
  'whatever they are');
select is(
  (select array_agg(distinct private.step('running', private.now(), jsonb_build_object('said', tree)) ->> 'step') from trees), '{running}',
  'and the step is what it is');

select * from finish();
rollback;
