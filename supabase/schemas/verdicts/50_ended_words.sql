create function private.words_of_ended() returns setof private.verdict_word
language sql immutable set search_path = '' as $$
  values
    ('completed', 700, 'ok', 'never', null,
      array['Your job is done.'], array['Seu trabalho está pronto.']),
    ('failed', 710, 'error', 'by_you', 'Look at error_code; redrive it if the cause is mended.',
      array['Your job has failed.', 'It does not go on by itself.', 'You can try it again.'],
      array['Seu trabalho falhou.', 'Ele não continua sozinho.', 'Você pode tentar de novo.']),
    ('cancelled', 720, 'info', 'never', null,
      array['Your job was cancelled.'], array['Seu trabalho foi cancelado.'])
$$;
comment on function private.words_of_ended() is 'The words of findings about jobs that have ended.';
revoke execute on function private.words_of_ended() from public;
