begin;
select plan(2);

select results_eq(
  $$ select tool, titles ->> 'pt-BR', titles ->> 'en' from public.tools
     order by tool collate "C" $$,
  $$ values
    ('facebook_post', 'Post no Facebook', 'Facebook post'), ('facebook_reel', 'Reel no Facebook', 'Facebook reel'),
    ('facebook_story', 'Story no Facebook', 'Facebook story'), ('facebook_video', 'Vídeo no Facebook', 'Facebook video'),
    ('image', 'Geração e edição de imagem', 'Image generation and editing'),
    ('instagram_carousel', 'Carrossel no Instagram', 'Instagram carousel'), ('instagram_feed', 'Post no Instagram', 'Instagram post'),
    ('instagram_reel', 'Reel no Instagram', 'Instagram reel'), ('instagram_story', 'Story no Instagram', 'Instagram story'),
    ('linkedin_document', 'Documento no LinkedIn', 'Document on LinkedIn'), ('linkedin_post', 'Post no LinkedIn', 'Post on LinkedIn'),
    ('model_training', 'Treinamento de modelo', 'Model training'),
    ('pose_changer', 'Mudar pose', 'Pose changer'),
    ('speech', 'Texto em fala', 'Text to speech'),
    ('threads_post', 'Post no Threads', 'Post on Threads'),
    ('tiktok_photo', 'Fotos no TikTok', 'TikTok photos'), ('tiktok_video', 'Vídeo no TikTok', 'TikTok video'),
    ('upscaler', 'Upscaler de imagem', 'Image upscaler'),
    ('veste_ai', 'Veste AI', 'Virtual try-on'),
    ('video_upscaler', 'Upscaler de vídeo', 'Video upscaler'),
    ('x_post', 'Post no X', 'Post on X'),
    ('youtube_short', 'Short no YouTube', 'YouTube Short'), ('youtube_video', 'Vídeo no YouTube', 'YouTube video') $$,
  'the tools that come with Esteira');
select is_empty(
  $$ select tool, titles from public.tools
     where (select count(*) from jsonb_each_text(titles) t where t.key in ('pt-BR', 'en') and t.value <> '') < 2 $$,
  'every tool has a name in both languages');

select * from finish();
rollback;
