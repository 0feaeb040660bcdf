/*
 * `confidential-aks/plan`: reads the JSON that `confidential-aks plan` and `confidential-aks diff` write. It loads
 * neither the components nor Pulumi.
 */
export {
    DIFF_FORMAT,
    DIFF_VERSION,
    type AccessChange,
    type Action,
    type Cascade,
    type ComponentRename,
    type DiffCounts,
    type IgnoredChange,
    type PlanDiff,
    type PlanSideFailure,
    type PropertyChange,
    type ReplaceReason,
    type ResourceDiff,
    type Revision,
    type StackDiff,
    type StackStatus,
    type VersionChange,
} from "./diff/format.js";
export { readDiff } from "./diff/read.js";
export type { KeyEnclave, KeyHolder, ReleasedKey, TokenPolicy } from "./model/access-format.js";
export { PlanError } from "./model/errors.js";
export {
    isSpecial,
    PLAN_FORMAT,
    PLAN_VERSION,
    readPlan,
    valueAt,
    type ArchiveValue,
    type AssetValue,
    type EpcPool,
    type EpcUse,
    type EscapedObject,
    type Plan,
    type PlanAlias,
    type PlanCounts,
    type PlanInvoke,
    type PlanObject,
    type PlanOptions,
    type PlanResource,
    type PlanValue,
    type PlanWarning,
    type QuotaFamily,
    type ResourceValue,
    type SecretValue,
    type SpecialValue,
    type UnknownValue,
} from "./model/format.js";
export { FAILURE_FORMAT, FAILURE_VERSION, type PlanFailure, type PlanProblem } from "./model/problem.js";
export {
    RELEASE_FORMAT,
    RELEASE_VERSION,
    type FailingPart,
    type KeyVerdict,
    type ReleaseReport,
    type TokenVerdict,
} from "./release/report.js";
