/**
 * Metrics as text, in the two formats that Prometheus reads: its own (https://prometheus.io/docs/instrumenting/exposition_formats)
 * and OpenMetrics (https://prometheus.io/docs/specs/om/open_metrics_spec). They differ in how counters and infos are named and
 * in that the latter says when it is at its end.
 */
import type { Metric } from "../../../shared/requests/requests_service.ts";

/** The media types of both. */
export const OPEN_METRICS = "application/openmetrics-text; version=1.0.0; charset=utf-8";
export const PROMETHEUS_TEXT = "text/plain; version=0.0.4; charset=utf-8";

/** What a sample's name has beside its metric's. */
const SUFFIX: Readonly<Record<Metric["kind"], string>> = { gauge: "", counter: "_total", info: "_info" };

/** The media type that is meant by a request's `Accept`. */
export function mediaTypeFor(accept: string | undefined): string {
  return accept?.includes("application/openmetrics-text") ? OPEN_METRICS : PROMETHEUS_TEXT;
}

/** Metrics as text. Those of one name are put together, as both formats ask. */
export function renderMetrics(metrics: readonly Metric[], mediaType: string): string {
  const isOpen = mediaType === OPEN_METRICS;
  const families = Map.groupBy(metrics, ({ name }) => name);
  const lines = [...families].flatMap(([name, samples]) => {
    const { kind, help } = samples[0] as Metric;
    // Prometheus' own text calls the metric as its samples, and knows no infos.
    const family = isOpen ? name : name + SUFFIX[kind];
    return [
      `# HELP ${family} ${escaped(help, isOpen)}`,
      `# TYPE ${family} ${!isOpen && kind === "info" ? "gauge" : kind}`,
      ...samples.map(({ labels, value }) => `${name}${SUFFIX[kind]}${labelled(labels)} ${value}`),
    ];
  });
  return `${[...lines, ...isOpen ? ["# EOF"] : []].join("\n")}\n`;
}

function labelled(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value, true)}"`);
  return pairs.length > 0 ? `{${pairs.join(",")}}` : "";
}

function escaped(text: string, quotes: boolean): string {
  const plain = text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n");
  return quotes ? plain.replaceAll('"', '\\"') : plain;
}
