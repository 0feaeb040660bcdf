import { expect } from "vitest";
import { ValidationError, type Problem } from "../../../components/problems";
import { withAttestation, type AttestationMode } from "../../../components/sgx";
import { fc } from "../../support/fast-check";

/** A value with everything in it frozen: writing to it throws. */
export function frozen<T>(value: T): T {
    if (typeof value === "object" && value !== null && !Object.isFrozen(value)) {
        Object.freeze(value);
        Object.values(value).forEach(frozen);
    }
    return value;
}

/** A pod spec as tests take it apart. */
export interface TestContainer {
    name: string;
    image?: string;
    imagePullPolicy?: string;
    command?: string[];
    env?: { name: string; value?: unknown; valueFrom?: unknown }[];
    resources?: { limits?: Record<string, unknown>; requests?: Record<string, unknown> };
    securityContext?: Record<string, unknown>;
    volumeMounts?: Record<string, unknown>[];
}
export interface TestPodSpec {
    containers: TestContainer[];
    initContainers?: TestContainer[];
    volumes?: Record<string, unknown>[];
    tolerations?: Record<string, unknown>[];
    restartPolicy?: string;
}

export const epc = "sgx.intel.com/epc";
export const enclave = "sgx.intel.com/enclave";
export const provision = "sgx.intel.com/provision";

/** A pod spec whose one container asks for EPC. */
export function enclavePod(container: Partial<TestContainer> = {}, pod: Partial<TestPodSpec> = {}): TestPodSpec {
    return {
        containers: [{ name: "app", image: "app:1", resources: { limits: { [epc]: "32Mi" } }, ...container }],
        ...pod,
    };
}

const word = fc.stringMatching(/^[a-z]{1,8}$/);
/** Lists are absent or have something in them: an empty one says the same as an absent one. */
const some = <T>(item: fc.Arbitrary<T>): fc.Arbitrary<T[]> => fc.array(item, { minLength: 1, maxLength: 3 });
const optional = { requiredKeys: [] };

const sgxMaps = fc.constantFrom<NonNullable<TestContainer["resources"]>>(
    { limits: { [epc]: "32Mi" } },
    { limits: { [epc]: "32Mi", cpu: "1" }, requests: { cpu: "100m" } },
    { limits: { [epc]: "1Gi" }, requests: { [epc]: "1Gi", memory: "64Mi" } },
    { limits: { [epc]: "8Ki", [enclave]: 1 } },
    { requests: { [epc]: "16Mi" } },
);
const plainMaps = fc.constantFrom<NonNullable<TestContainer["resources"]>>({}, { limits: { cpu: "1" } });

function containers(prefix: string, resources: fc.Arbitrary<NonNullable<TestContainer["resources"]>>) {
    const parts = fc.record(
        {
            env: some(fc.record({ name: word.map((name) => `V_${name}`), value: fc.string() })),
            volumeMounts: some(fc.record({ name: word, mountPath: word.map((name) => `/data/${name}`) })),
            imagePullPolicy: fc.constant("Always"),
        },
        optional,
    );
    return fc
        .array(fc.tuple(parts, resources), { minLength: 1, maxLength: 3 })
        .map((list) =>
            list.map(([part, map], at) => ({ name: `${prefix}${at}`, image: `${prefix}:1`, resources: map, ...part })),
        );
}

/** Pod specs without conflicts: some containers with EPC, some without, and everything around them. */
export const podSpecs: fc.Arbitrary<TestPodSpec> = fc
    .record(
        {
            enclaves: containers("enclave", sgxMaps),
            others: fc.option(containers("other", plainMaps), { nil: [] }),
            initContainers: containers("init", fc.oneof(sgxMaps, plainMaps)),
            volumes: some(fc.record({ name: word, emptyDir: fc.constant({}) })),
            tolerations: some(fc.record({ key: word, operator: fc.constant("Exists") })),
            restartPolicy: fc.constant("Never"),
        },
        { requiredKeys: ["enclaves", "others"] },
    )
    .map(({ enclaves, others, ...rest }) => ({ containers: [...others, ...enclaves], ...rest }));

/** Ways to wrap a pod spec, and to find it again. */
export const wrappings = {
    podSpec: (spec: TestPodSpec) => spec,
    pod: (spec: TestPodSpec) => ({ apiVersion: "v1", kind: "Pod", metadata: { name: "p" }, spec }),
    deployment: (spec: TestPodSpec) => ({
        kind: "Deployment",
        metadata: { name: "d", labels: { app: "d" } },
        spec: { selector: { matchLabels: { app: "d" } }, template: { metadata: { labels: { app: "d" } }, spec } },
    }),
    jobArguments: (spec: TestPodSpec) => ({ spec: { template: { spec } } }),
    cronJob: (spec: TestPodSpec) => ({
        kind: "CronJob",
        spec: { schedule: "@daily", jobTemplate: { spec: { template: { spec } } } },
    }),
    jobSpec: (spec: TestPodSpec) => ({ backoffLimit: 3, template: { spec } }),
};
export type Wrapping = keyof typeof wrappings;
export const wrappingNames = Object.keys(wrappings) as Wrapping[];

/** What is wrong with a pod in a mode; where nothing is, that the same again changes nothing more. */
export function attempt(pod: object, mode: AttestationMode): { problems: readonly Problem[]; message: string } {
    try {
        const once = withAttestation(pod, mode);
        expect(withAttestation(once, mode)).toEqual(once);
        return { problems: [], message: "" };
    } catch (error) {
        if (error instanceof ValidationError) return error;
        throw error;
    }
}
