import { AttestationMode, STARTUP_TAINT_KEY } from "../../components/sgx/index.js";
import { labelOf, modeOf, subjectsOf, type Subject } from "./attesting.js";
import { hookOf } from "./hooks.js";
import { isOfNodeProof, isOfSample } from "../model/provers.js";
import { verdictsOf } from "./verdicts.js";
import { isLive, type View } from "./view.js";

/*
 * Why a check has nothing to judge. It is skipped then: "ok" would say of something that it is well, and it is not
 * there.
 */
type Needs = (view: View) => string | undefined;

const unless = (there: (view: View) => boolean, needs: string): Needs => {
    return (view) => (there(view) ? undefined : needs);
};

const hasHelper = ({ pods, daemonSets }: View): boolean => pods.helper.length + daemonSets.helper.length > 0;

/** The workloads that attest out-of-process. */
export function attestingOutOfProcess(view: View): Subject[] {
    return subjectsOf(view).filter(({ template }) => modeOf(template) === AttestationMode.outOfProcess);
}

/** The sample among the workloads. */
export function isSample({ kind, template }: Subject): boolean {
    return kind === "Job" && isOfSample(template.metadata?.labels);
}

export const needsHelper = unless(hasHelper, "there is no quote helper");

export const needsHelperOrUser = unless(
    (view) => hasHelper(view) || attestingOutOfProcess(view).length > 0,
    "there is no quote helper, and no workload that needs one",
);

export const needsSubject = unless((view) => subjectsOf(view).length > 0, "no workload has to do with SGX");

export const needsHook = unless(
    ({ pods }) => pods.plugin.some(({ spec }) => hookOf(spec) !== undefined),
    "no device plugin has an EPC hook",
);

export const needsPolicy = unless(
    (view) =>
        view.snapshot.objects.policies.length + view.snapshot.objects.policyBindings.length > 0 ||
        view.sgxNodes.some(({ spec }) => spec.taints?.some(({ key }) => key === STARTUP_TAINT_KEY) === true) ||
        subjectsOf(view).some(({ template }) => labelOf(template) !== undefined),
    "there is no admission policy of this package, and nothing that relies on one",
);

/** Whether it is the proof on every node. */
export function isNodeProof({ template }: Pick<Subject, "template">): boolean {
    return isOfNodeProof(template.metadata?.labels);
}

export const needsProver = unless(
    (view) => subjectsOf(view).some((each) => isSample(each) || isNodeProof(each)) || verdictsOf(view).length > 0,
    "there is neither the proof on every node (nodeProof), nor has the sample run (runSample)",
);

/** The probe of this package asks AESM all the time, so that its events say what AESM answers. */
export const needsAnswers: Needs = (view) => {
    const { aesm } = view.snapshot;
    const isAsked = view.pods.helper.some(
        ({ metadata }) => metadata.labels?.["app.kubernetes.io/part-of"] === "confidential-aks",
    );
    const hasAnswers = aesm !== undefined || isAsked || !view.pods.helper.some(isLive);
    return (
        needsHelper(view) ?? (hasAnswers ? undefined : "--exec, since the quote helper has no probe of this package")
    );
};
