create function private.words_of_failures() returns setof private.verdict_word
language sql immutable set search_path = '' as $$
  values
    ('failed', 710, 'error', 'by_you', 'Look at error_code and raw_api_response; redrive it if the cause is mended.',
      array['Your job has failed.', 'It does not go on by itself.', 'You can try it again.'],
      array['Seu trabalho falhou.', 'Ele não continua sozinho.', 'Você pode tentar de novo.']),
    ('failed_input', 711, 'error', 'by_you', 'Nothing, unless the tool''s input_schema should have refused it.',
      array['What you gave for your job was not accepted.', 'It does not go on by itself.', 'Change it and try again.'],
      array['O que você enviou para o trabalho não foi aceito.', 'Ele não continua sozinho.', 'Mude e tente de novo.']),
    ('failed_content', 712, 'error', 'by_you', null,
      array['The service does not allow what you asked for.', 'It does not go on by itself.',
        'Try it with another picture or text.'],
      array['O serviço não permite o que foi pedido.', 'Ele não continua sozinho.',
        'Tente com outra imagem ou texto.']),
    ('failed_late', 713, 'error', 'by_you', 'See ops.provider_health(), and the tool''s timeout.',
      array['Your job took too long and was ended.', 'It does not go on by itself.', 'You can try it again.'],
      array['Seu trabalho demorou demais e foi encerrado.', 'Ele não continua sozinho.', 'Você pode tentar de novo.']),
    ('outcome_unknown', 714, 'error', 'by_you',
      'Look in the provider''s own list: whether it took the task nobody knows.',
      array['Nobody knows whether your job was taken by the service.', 'It does not go on by itself.',
        'You can try it again.'],
      array['Não se sabe se o serviço aceitou seu trabalho.', 'Ele não continua sozinho.',
        'Você pode tentar de novo.']),
    ('failed_output', 715, 'error', 'by_you',
      'See the tool''s max_output_bytes and output_types, or the provider''s files.',
      array['Your job was done, but its result could not be kept.', 'It does not go on by itself.',
        'You can try it again, perhaps for something smaller.'],
      array['Seu trabalho foi feito, mas o resultado não pôde ser guardado.', 'Ele não continua sozinho.',
        'Você pode tentar de novo, talvez com algo menor.'])
$$;
comment on function private.words_of_failures() is 'The words of findings about jobs that failed.';
revoke execute on function private.words_of_failures() from public;

create function private.words_of_our_failures() returns setof private.verdict_word
language sql immutable set search_path = '' as $$
  values
    ('failed_expired', 716, 'error', 'by_you', 'See ops.lane_health: more slots, or a longer expires_after.',
      array['Your job waited too long for its turn and was ended.', 'It does not go on by itself.',
        'You can try it again.'],
      array['Seu trabalho esperou demais pela vez e foi encerrado.', 'Ele não continua sozinho.',
        'Você pode tentar de novo.']),
    ('failed_worker', 717, 'error', 'by_you', 'See why workers of this lane go silent; then redrive it.',
      array['Whoever worked on your job went silent, again and again.', 'It does not go on by itself.',
        'You can try it again.'],
      array['Quem fazia seu trabalho parou de responder, repetidas vezes.', 'Ele não continua sozinho.',
        'Você pode tentar de novo.']),
    ('failed_setup', 718, 'error', 'by_operator', 'Mend the account or the tool (ops.setup_check); then redrive it.',
      array['Something is not set up right on our side.', 'Your job does not go on by itself.',
        'Try it again when we have mended it.'],
      array['Algo não está configurado direito do nosso lado.', 'Seu trabalho não continua sozinho.',
        'Tente de novo quando corrigirmos.']),
    ('failed_internal', 719, 'error', 'by_operator', 'An operator has ended it; mend what it was set aside for.',
      array['Something went wrong on our side.', 'Your job does not go on by itself.', 'You can try it again.'],
      array['Algo deu errado do nosso lado.', 'Seu trabalho não continua sozinho.', 'Você pode tentar de novo.'])
$$;
comment on function private.words_of_our_failures() is
  'The words of findings about jobs that failed for nothing their owner or the provider did.';
revoke execute on function private.words_of_our_failures() from public;
