create function private.words_of_screens() returns setof private.verdict_word
language sql immutable set search_path = '' as $$
  select null::private.verdict_word where false
$$;
comment on function private.words_of_screens() is 'The words of findings about what reaches screens.';
revoke execute on function private.words_of_screens() from public;
