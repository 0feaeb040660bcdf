export { planInChild, type ChildOptions, type ChildRequest } from "./record/child.js";
export { PlanError, UsageError } from "./model/errors.js";
export * from "./model/format.js";
export { UNKNOWN } from "./model/wire.js";
export { recordingMonitor, type Monitor, type MonitorParts } from "./record/monitor.js";
export {
    Recording,
    UNKNOWN_ANSWER,
    type RecordedInvoke,
    type RecordedResource,
    type RecordingOptions,
} from "./record/recording.js";
export { checkOutDir, writePlan } from "./render/files.js";
export { manifests, type Manifest } from "./lens/manifests.js";
export { PLAN_FORMATS, renderPlan, type PlanFormat } from "./render/index.js";
export { renderJson } from "./render/json.js";
export { codeBlock, escapeMarkdown, inlineCode, renderMarkdown, table } from "./render/markdown.js";
export { renderTree, type TreeOptions } from "./render/tree.js";
export type { PlanRequest } from "./record/run.js";
export { comparePlans } from "./diff/compare.js";
export * from "./diff/format.js";
export { COMMENT_LIMIT, COMMENT_MARKER, renderDiffMarkdown } from "./render/diff/markdown.js";
export { DIFF_FORMATS, renderDiff, type DiffFormat } from "./render/diff/index.js";
export { diffProgram, type DiffRequest } from "./diff/run.js";
