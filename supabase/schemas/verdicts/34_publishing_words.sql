create function private.words_of_publishing() returns setof private.verdict_word
language sql immutable set search_path = '' as $$
  select * from private.words_of_connections()
  union all select * from private.words_of_platforms()
  union all select * from private.words_of_posts()
  union all select * from private.words_of_post_ends()
$$;
comment on function private.words_of_publishing() is 'The words of findings about publications.';
revoke execute on function private.words_of_publishing() from public;
