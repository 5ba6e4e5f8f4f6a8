import assert from "node:assert/strict";
import parse from "parse-prometheus-text-format";
import type { Metric } from "../../../shared/requests/requests_service.ts";
import { mediaTypeFor, OPEN_METRICS, PROMETHEUS_TEXT, renderMetrics } from "./open_metrics.ts";

interface Parsed {
  name: string;
  type: string;
  help: string;
  metrics: { value: string; labels?: Record<string, string> }[];
}

const sample = (name: string, more: Partial<Metric> = {}): Metric => ({
  name,
  kind: "gauge",
  help: `What ${name} is.`,
  labels: {},
  value: 1,
  ...more,
});
const METRICS: Metric[] = [
  sample("esteira_age_seconds", { labels: { part: "esteira-tick" }, value: 1.5 }),
  sample("esteira_beats", { kind: "counter", labels: { part: "esteira-tick" }, value: 3 }),
  sample("esteira_schema", { kind: "info", labels: { version: "0.3.0" } }),
  // Not beside its first sample, and with all that is to be escaped.
  sample("esteira_age_seconds", { labels: { part: 'a "part"\\with\na line' }, value: 1e21 }),
  sample("esteira_odd", { help: 'Says "what"\nand C:\\why', value: 0 }),
];

Deno.test("Prometheus' own text is read by a parser of it as it was meant", () => {
  const text = renderMetrics(METRICS, PROMETHEUS_TEXT);
  const families: Parsed[] = parse(text);
  assert.deepEqual(
    families.map(({ name, type, metrics }) => [name, type, metrics.length]),
    [
      ["esteira_age_seconds", "GAUGE", 2],
      ["esteira_beats_total", "COUNTER", 1],
      ["esteira_schema_info", "GAUGE", 1],
      ["esteira_odd", "GAUGE", 1],
    ],
  );
  const [first, second] = families[0]?.metrics ?? [];
  assert.deepEqual([first?.labels, first?.value], [{ part: "esteira-tick" }, "1.5"]);
  assert.equal(Number(second?.value), 1e21);
  assert.equal(text.split("\n").filter((line) => line.startsWith("# TYPE")).length, families.length);
});

Deno.test("OpenMetrics names families without their suffixes, and says where it ends", () => {
  assert.deepEqual(renderMetrics(METRICS, OPEN_METRICS).split("\n"), [
    "# HELP esteira_age_seconds What esteira_age_seconds is.",
    "# TYPE esteira_age_seconds gauge",
    'esteira_age_seconds{part="esteira-tick"} 1.5',
    'esteira_age_seconds{part="a \\"part\\"\\\\with\\na line"} 1e+21',
    "# HELP esteira_beats What esteira_beats is.",
    "# TYPE esteira_beats counter",
    'esteira_beats_total{part="esteira-tick"} 3',
    "# HELP esteira_schema What esteira_schema is.",
    "# TYPE esteira_schema info",
    'esteira_schema_info{version="0.3.0"} 1',
    '# HELP esteira_odd Says \\"what\\"\\nand C:\\\\why',
    "# TYPE esteira_odd gauge",
    "esteira_odd 0",
    "# EOF",
    "",
  ]);
});

Deno.test("who accepts OpenMetrics gets it", () => {
  const prometheus =
    "application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.3,*/*;q=0.1";
  assert.equal(mediaTypeFor(prometheus), OPEN_METRICS);
  assert.equal(mediaTypeFor("*/*"), PROMETHEUS_TEXT);
  assert.equal(mediaTypeFor(undefined), PROMETHEUS_TEXT);
});
