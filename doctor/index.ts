/*
 * `confidential-aks/doctor`: reads the JSON that `confidential-aks doctor` writes. It loads neither the components nor
 * Pulumi, and reads no cluster.
 */
export { categories, checkCodes, type Category, type CheckCode } from "./model/codes.js";
export { docsOfCheck } from "../components/sgx/check-docs.js";
export { readReport } from "./model/read.js";
export {
    DOCTOR_FORMAT,
    DOCTOR_VERSION,
    type CheckResult,
    type EpcOwner,
    type Finding,
    type NodeRow,
    type Place,
    type Report,
    type Severity,
} from "./model/report.js";
export { CommandError } from "../terminal/errors.js";
