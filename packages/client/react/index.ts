/** `@esteira/client/react`: hooks and components over a client of Esteira. A server component may import it. */
"use client";

export { EsteiraProvider, type EsteiraProviderProps } from "./hooks/esteira_provider.tsx";
export { type Surroundings, type Theme, useEsteira, useSurroundings } from "./hooks/surroundings_context.ts";
export { useStore } from "./hooks/use_store.ts";
export type { LiveOptions, LiveState } from "./hooks/loaded.ts";

export { type UseAiJobRealtime, useAiJobRealtime } from "./hooks/use_ai_job_realtime.ts";
export { type UseConnection, useConnection } from "./hooks/use_connection.ts";
export { type UseConnectionActions, useConnectionActions } from "./hooks/use_connection_actions.ts";
export { type UseConnections, useConnections } from "./hooks/use_connections.ts";
export * from "./hooks/use_create_job.ts";
export { type UseCredits, useCredits } from "./hooks/use_credits.ts";
export * from "./hooks/use_fallback_polling.ts";
export { type UseJob, useJob } from "./hooks/use_job.ts";
export { type UseJobActions, useJobActions } from "./hooks/use_job_actions.ts";
export { type FinishedJob, useJobResult } from "./hooks/use_job_result.ts";
export { type UseJobs, useJobs } from "./hooks/use_jobs.ts";
export { type Moments, useMoments } from "./hooks/use_moments.ts";
export { type UseModels, useModels } from "./hooks/use_models.ts";
export { type UseProject, useProject } from "./hooks/use_project.ts";
export * from "./hooks/use_project_realtime.ts";
export * from "./hooks/use_queue_monitor.ts";
export { type UsePublicationActions, usePublicationActions } from "./hooks/use_publication_actions.ts";
export * from "./hooks/use_publication_status.ts";
export { type UsePublications, usePublications } from "./hooks/use_publications.ts";
export type { Publishing, PublishWish } from "./hooks/publish_wishes.ts";
export { type UsePublish, usePublish } from "./hooks/use_publish.ts";
export { type Choices, type UseChoices, useChoices } from "./hooks/use_choices.ts";
export { type SignInReturn, useSignInReturn } from "./hooks/use_sign_in_return.ts";
export { useQueuePosition } from "./hooks/use_queue_position.ts";
export * from "./hooks/use_realtime_subscription.ts";
export * from "./hooks/use_realtime_updates.ts";
export { useTool } from "./hooks/use_tool.ts";
export { type UseUpload, useUpload } from "./hooks/use_upload.ts";

export { errorWords, failureWords } from "./texts/error_words.ts";
export { typeName, typeNames } from "./texts/file_types.ts";
export { type IssueWords, issueWords } from "./texts/issue_words.ts";
export { bytesIn, durationIn, momentIn, numberIn } from "./texts/numbers.ts";
export { stepPhrase } from "./texts/step_phrase.ts";
export type { Texts } from "./texts/texts.ts";
export { textsIn } from "./texts/texts_in.ts";
export { type Language, LANGUAGES, stepLabel, stepName } from "../../../shared/words/labels.ts";

export { ConnectionBadge, type ConnectionBadgeProps } from "./components/connection_badge.tsx";
export { ConnectionsPanel, type ConnectionsPanelProps } from "./components/connections_panel.tsx";
export { JobCard, type JobCardProps } from "./components/job_card.tsx";
export { JobDebugModal, type JobDebugModalProps } from "./components/job_debug_modal.tsx";
export { JobStepIndicator, type JobStepIndicatorProps } from "./components/job_step_indicator.tsx";
export { JobToasts, type JobToastsProps } from "./components/job_toasts.tsx";
export { PreflightReport, type PreflightReportProps } from "./components/preflight_report.tsx";
export { PublicationCard, type PublicationCardProps } from "./components/publication_card.tsx";
export { PublicationList, type PublicationListProps } from "./components/publication_list.tsx";
export { PublishButton, type PublishButtonProps } from "./components/publish_button.tsx";
export { UploadDropzone, type UploadDropzoneProps } from "./components/upload_dropzone.tsx";
