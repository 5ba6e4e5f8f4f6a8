begin;
select plan(5);

-- veste_ai has the operator's webapp_id and output_node_id from the seed.
update public.tools set settings = settings #- '{nodes}' where tool = 'video_upscaler';
update public.tools set titles = titles || '{"en": "Dress me"}' where tool = 'veste_ai';
select private.ship_row('tool', 'public.tools', 'tool', 'veste_ai', '{
  "titles": {"en": "Try-on", "pt-BR": "Provador", "es": "Probador"},
  "settings": {"files": {}, "webapp_id": "1", "new_one": true}
}');
select private.ship_row('tool', 'public.tools', 'tool', 'video_upscaler', '{"settings": {"files": {}, "nodes": {"a": 1}}}');

select is(
  (select settings - '{webapp_id,output_node_id}'::text[] from public.tools where tool = 'veste_ai'),
  '{"files": {}, "new_one": true}',
  'keys that are as shipped follow, new ones come, and what is shipped no longer goes');
select is(
  (select settings ->> 'webapp_id' from public.tools where tool = 'veste_ai'), '1902951776813985793',
  'a key that the operator has given stays');
select is(
  (select titles from public.tools where tool = 'veste_ai'),
  '{"en": "Dress me", "pt-BR": "Provador", "es": "Probador"}', 'titles are objects too');
select is(
  (select settings ? 'nodes' from public.tools where tool = 'video_upscaler'), false,
  'a key that the operator has taken away stays away');

select results_eq(
  $$ select private.merge_shipped(was, is_now, new) from (values
    (null::jsonb, '1'::jsonb, '2'::jsonb), ('1', '1', null), ('1', '2', '3'), ('[1]', '[1]', '[2]'),
    ('1', '{"a": 1}', '{"b": 1}'), ('{"a": 1}', '{"a": 1}', 'null'), ('{"a": null}', '{"a": null}', '{"a": 1}')
  ) rows (was, is_now, new) $$,
  $$ values ('1'::jsonb), (null), ('2'), ('[2]'), ('{"a": 1, "b": 1}'), ('null'), ('{"a": 1}') $$,
  'what is no object on both sides is taken as a whole');

select * from finish();
rollback;
