import { problemText, ValidationError, type Problem } from "../../../components/problems/index.js";
import {
    AESM_SOCKET_DIR,
    AttestationLabelValue,
    AttestationMode,
    withAttestation,
} from "../../../components/sgx/index.js";
import { AESM_VOLUME } from "../../../components/sgx/aesm/aesm.js";
import { isInSocketDir, isSocketDir } from "../../../components/sgx/aesm/socket-dir.js";
import { deviceCount } from "../../../components/sgx/admission/rules/device-count.js";
import { epcQuantity } from "../../../components/sgx/admission/rules/epc-quantity.js";
import { labelValue } from "../../../components/sgx/admission/rules/label-value.js";
import { labelWithoutEpc } from "../../../components/sgx/admission/rules/label-without-epc.js";
import { legacyResource } from "../../../components/sgx/admission/rules/legacy-resource.js";
import { terminationMessage } from "../../../components/sgx/admission/rules/termination-message.js";
import { variableValue } from "../../../components/sgx/admission/rules/variable-value.js";
import type { Container, KubernetesEvent, PodTemplate } from "../../model/objects.js";
import type { Severity } from "../../model/report.js";
import { labelOf, modeOf, QUOTE_PROVIDER, subjectsOf, type Subject } from "../attesting.js";
import { ofEach, type Check, type Seen } from "../check.js";
import { gathered } from "../gather.js";
import { missingIn, type Completed } from "../completeness.js";
import { oneLine } from "../containers.js";
import { refusalsOf } from "../refusals.js";
import { ruleText } from "../rule-text.js";
import { needsSubject } from "../nothing.js";
import { isLive, type View } from "../view.js";

/** What keeps a workload from attesting, in the words of withAttestation and of the guard. */
export const w22: Check = {
    code: "CA-W22",
    reads: ["pods", "daemonSets", "workloads"],
    needs: needsSubject,
    run: (view, found) => {
        const refusalOf = refusalsOf(view);
        return gathered(
            ofEach(subjectsOf(view), (subject): readonly Seen[] => {
                const wrong = [...labelWrong(subject), ...conflicts(subject)];
                const said = wrong.length > 0 ? wrong : incomplete(view, subject);
                const because = wrong.length > 0 ? undefined : found.cause(["CA-C06", "CA-C07"], subject.place);
                if (said.length > 0 && because !== undefined) return [{ because }];
                const all = said.length > 0 ? said : refused(refusalOf(subject));
                return all.map((each) => ({ ...each, where: [subject.place] }));
            }),
        );
    },
};

/** `app.kubernetes.io/name` of this package's device plugin, which has no webhook. */
const ourPlugin = "sgx-device-plugin";

interface Said {
    reason: string;
    severity: Severity;
    seen: string;
    fix: string;
}

function labelWrong({ template }: Subject): Said[] {
    const label = labelOf(template);
    if (label === undefined || Object.values(AttestationLabelValue).some((value) => value === label)) return [];
    return [
        { reason: labelValue.id, severity: "problem", seen: withoutFix(labelValue.says), fix: fixOf(labelValue.says) },
    ];
}

const withoutFix = (says: string): string => says.slice(0, says.indexOf(": "));
const fixOf = (says: string): string => says.slice(says.indexOf(": ") + 2);

/** What withAttestation would refuse. The label makes each a problem: the guard refuses such a pod. */
function conflicts({ kind, template, metadata }: Subject): Said[] {
    const mode = modeOf(template);
    if (mode === undefined) return [];
    const labelled = labelOf(template) !== undefined;
    const problems = problemsOf(manifestOf(kind, metadata.name, normalized(template, mode)), mode);
    // Without the label a pod may have AESM's directory for something else than enclaves.
    const own = labelled ? problems : problems.filter((problem) => reasonOf(problem) !== labelWithoutEpc.id);
    return own.map((problem) => ({
        reason: reasonOf(problem),
        severity: labelled || keepsFromRunning(problem) ? "problem" : "warning",
        seen: problemText(problem),
        fix: problem.remedy,
    }));
}

function problemsOf(manifest: object, mode: AttestationMode): readonly Problem[] {
    try {
        withAttestation(manifest, mode);
        return [];
    } catch (error) {
        if (error instanceof ValidationError) return error.problems;
        throw error;
    }
}

/** Ids of the guard's rules by the end of the path that a problem is about. */
const reasons: readonly [path: RegExp, id: string][] = [
    [/\benv\[\d+\]\.[a-zA-Z]+$/, variableValue.id],
    [/sgx_epc_mem_in_MiB"\]$/, legacyResource.id],
    [/sgx\.intel\.com\/(?:provision|qe|registration)"\]$/, "provision"],
    [/sgx\.intel\.com\/enclave"\]$/, deviceCount.id],
    [/sgx\.intel\.com\/epc"\]$/, epcQuantity.id],
    [/\bcontainers$/, labelWithoutEpc.id],
    [/\bterminationMessagePath$/, terminationMessage.id],
    [/\.privileged$|\.capabilities\.|\bhostPID$|\bhostPath\.path$/, "provisioning-way"],
    [/\bmetadata\./, "other-author"],
];

function reasonOf({ path }: Problem): string {
    return reasons.find(([end]) => end.test(path))?.[1] ?? "conflict";
}

/** Nothing was found in the workload, and the guard or another policy refuses its pods. */
function refused(event: KubernetesEvent | undefined): Said[] {
    const [, policy, says] =
        /ValidatingAdmissionPolicy '([^']*)'.*? denied request: (.*)$/s.exec(event?.message ?? "") ?? [];
    if (policy === undefined || says === undefined) return [];
    return [
        {
            reason: "refused",
            severity: "problem",
            seen: `the policy ${policy} refuses its pods: ${oneLine(says)}`,
            fix: "change the workload as the policy says",
        },
    ];
}

/** Amounts that nodes cannot give, or under a name that nobody offers; all else only makes attestation unsafe. */
function keepsFromRunning({ path }: Problem): boolean {
    return path.includes(".resources.") && !path.includes("sgx.intel.com/provision");
}

/** Where a kind has the template of its pods. */
function manifestOf(kind: string, name: string, template: PodTemplate): object {
    const manifest = { kind, metadata: { name } };
    if (kind === "Pod") return { ...template, kind };
    if (kind === "CronJob") return { ...manifest, spec: { jobTemplate: { spec: { template } } } };
    return { ...manifest, spec: { template } };
}

const ourMount = { name: AESM_VOLUME, mountPath: AESM_SOCKET_DIR, readOnly: true };
const ourVolume = { name: AESM_VOLUME, hostPath: { path: AESM_SOCKET_DIR, type: "Directory" } };

/**
 * The template with AESM's directory as withAttestation mounts it, however it is mounted: other names and forms work as
 * well, and CA-Q20 tells what does harm. Without the annotation of Intel's webhook where the label of this package is
 * missing: then only that webhook sets the pod up.
 */
function normalized(template: PodTemplate, mode: AttestationMode): PodTemplate {
    const { spec, metadata = {} } = template;
    if (mode === AttestationMode.inProcess) return template;
    const sockets = new Set(
        (spec.volumes ?? []).flatMap(({ name, hostPath }) => (isSocketDir(hostPath?.path) ? [name] : [])),
    );
    const isSocket = ({ name, mountPath }: { name: string; mountPath: string }) =>
        sockets.has(name) || isInSocketDir(mountPath);
    const plain = (container: Container): Container => {
        const mounts = container.volumeMounts ?? [];
        const others = mounts.filter((mount) => !isSocket(mount));
        return { ...container, volumeMounts: others.length === mounts.length ? mounts : [...others, ourMount] };
    };
    const volumes = (spec.volumes ?? []).filter(({ name }) => !sockets.has(name));
    const labelled = labelOf(template) !== undefined;
    const annotations = Object.fromEntries(
        Object.entries(metadata.annotations ?? {}).filter(([name]) => labelled || name !== QUOTE_PROVIDER),
    );
    return {
        metadata: { ...metadata, annotations },
        spec: {
            ...spec,
            volumes: [...volumes, ourVolume],
            ...(spec.initContainers === undefined ? {} : { initContainers: spec.initContainers.map(plain) }),
            containers: spec.containers.map(plain),
        },
    };
}

/** What is missing in the pods that are there; without any, in the template, as far as nothing would add it. */
function incomplete(view: View, subject: Subject): Said[] {
    const pods = subject.pods.filter((pod) => isLive(pod) && pod.metadata.deletionTimestamp === undefined);
    const seen = pods.length > 0 ? pods : [subject.template];
    const all = seen.flatMap(({ metadata, spec }) =>
        missingIn(
            { metadata: { ...subject.template.metadata, ...metadata }, spec },
            completes(view, subject, pods.length > 0),
        ),
    );
    const once = new Map(
        all.map(({ rule, container, severity }) => [`${rule.id} ${container}`, { rule, container, severity }]),
    );
    return [...once.values()].map(({ rule, container, severity }) => ({
        reason: rule.id,
        severity,
        ...ruleText(rule, `container ${JSON.stringify(container)}`),
    }));
}

/** What would add to a template what it lacks: the policies of this package, or another plugin's webhook. */
function completes({ daemonSets, snapshot }: View, { template }: Subject, areThere: boolean): Completed {
    const injects = snapshot.objects.policies.some(({ kind }) => kind === "MutatingAdmissionPolicy");
    const injected = injects && labelOf(template) === AttestationLabelValue.outOfProcess;
    const ours = daemonSets.plugin.some(({ metadata }) => metadata.labels?.["app.kubernetes.io/name"] === ourPlugin);
    if (areThere) return { attestation: false, devices: false, mayGiveEnclave: !ours };
    const provider = template.metadata?.annotations?.[QUOTE_PROVIDER];
    return {
        attestation: injected || provider !== undefined,
        devices: injected || !ours,
        mayGiveEnclave: !ours,
    };
}
