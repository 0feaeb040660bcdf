export {
    flag,
    groupIds,
    imageReference,
    integerIn,
    kubernetesName,
    matches,
    oneOf,
    required,
    requiredImage,
} from "./checks";
export { duplicate, invalid, missing, notAllowed, ofSecret, redacted, when } from "./kinds";
export { joinPaths, propertyPath } from "./path";
export {
    prefixed,
    problemText,
    ProblemKind,
    throwIfAny,
    ValidationError,
    type Checked,
    type Findings,
    type Problem,
    type Warning,
} from "./problem";
export { checkedShapes } from "./shapes";
export { didYouMean, suggest } from "./suggest";
export { closed, isLate, isPlainObject, isWireValue, opened } from "./wire-values";
