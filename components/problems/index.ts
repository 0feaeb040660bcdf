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
export { prefixed, throwIfAny, ValidationError, type Findings, type Problem, type Warning } from "./problem";
export { suggest } from "./suggest";
export { closed, isLate, isPlainObject, isWireValue, opened, type Opened } from "./wire-values";
