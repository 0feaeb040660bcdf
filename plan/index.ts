export { planInChild, type ChildOptions, type ChildRequest } from "./child.js";
export { PlanError, UsageError } from "./errors.js";
export * from "./format.js";
export { UNKNOWN } from "./wire.js";
export { recordingMonitor, type Monitor, type MonitorParts } from "./monitor.js";
export {
    Recording,
    UNKNOWN_ANSWER,
    type RecordedInvoke,
    type RecordedResource,
    type RecordingOptions,
} from "./recording.js";
export { checkOutDir, writePlan } from "./out/write.js";
export { manifests, type Manifest } from "./out/kubernetes.js";
export { PLAN_FORMATS, renderPlan, type PlanFormat } from "./render/index.js";
export { renderJson } from "./render/json.js";
export { codeBlock, escapeMarkdown, inlineCode, renderMarkdown, table } from "./render/markdown.js";
export { renderMermaid } from "./render/mermaid.js";
export { renderTree, type TreeOptions } from "./render/tree.js";
export type { PlanRequest } from "./run.js";
export { comparePlans } from "./diff/compare.js";
export * from "./diff/format.js";
export { COMMENT_LIMIT, COMMENT_MARKER, renderDiffMarkdown } from "./diff/render/markdown.js";
export { DIFF_FORMATS, renderDiff, type DiffFormat } from "./diff/render/index.js";
export { diffProgram, type DiffRequest } from "./diff/run.js";
