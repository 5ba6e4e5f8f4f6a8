create function private.words_of_machinery() returns setof private.verdict_word
language sql immutable set search_path = '' as $$
  select null::private.verdict_word where false
$$;
comment on function private.words_of_machinery() is 'The words of findings about what moves every job.';
revoke execute on function private.words_of_machinery() from public;
