begin;
select plan(1);

select is_empty(
  $$ select signature from tests.functions where not coalesce(proconfig @> array['search_path=""'], false) $$,
  'no function can be led astray by the search path of its caller');

select * from finish();
rollback;
