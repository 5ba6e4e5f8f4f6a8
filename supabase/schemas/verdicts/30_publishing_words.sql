create function private.words_of_publishing() returns setof private.verdict_word
language sql immutable set search_path = '' as $$
  select null::private.verdict_word where false
$$;
comment on function private.words_of_publishing() is 'The words of findings about publications.';
revoke execute on function private.words_of_publishing() from public;
