import { fc } from "../../support/fast-check";
import { epc, outOfProcess, pod, socketMount, socketVolume, variable, type Pod } from "./pods";

/*
 * Pods for fast-check. First those that withAttestation takes, with whatever may already be there of what it writes.
 * Then odd ones: every optional field that the expressions read is absent, empty or set, in all combinations.
 */
const some = <T>(item: fc.Arbitrary<T>) => fc.array(item, { maxLength: 3 });
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const withoutUndefined = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;
const sizes = fc.constantFrom("4Ki", "8Mi", "32Mi", "1Gi");

const resources = fc.oneof(
    sizes.map((size) => ({ limits: { "sgx.intel.com/epc": size } })),
    sizes.map((size) => ({ requests: { "sgx.intel.com/epc": size } })),
    sizes.map((size) => ({
        limits: { "sgx.intel.com/epc": size, cpu: "1" },
        requests: { cpu: "100m", memory: "64Mi" },
    })),
    sizes.map((size) => ({ limits: { "sgx.intel.com/epc": size, "sgx.intel.com/enclave": "1" } })),
    fc.constant({ limits: { memory: "1Gi" } }),
    fc.constant({}),
);
const variables = fc
    .uniqueArray(fc.stringMatching(/^[A-Z]{1,4}$/), { maxLength: 3 })
    .map((names) => names.map((name) => ({ name, value: "x" })));
const mounts = fc
    .uniqueArray(fc.constantFrom("a", "b", "c"), { maxLength: 3 })
    .map((names) => names.map((name) => ({ name: "data", mountPath: `/data/${name}` })));

const container = fc.record({
    image: fc.constantFrom("example.org/app:1", "example.org/app", "example.org/other:latest"),
    imagePullPolicy: maybe(fc.constantFrom("Always", "IfNotPresent", "Never")),
    resources: maybe(resources),
    env: maybe(variables),
    hasVariable: fc.boolean(),
    volumeMounts: maybe(mounts),
});

/** Labelled pods without conflicts, in which at least one container asks for EPC. */
export const labelledPods: fc.Arbitrary<Pod> = fc
    .record({
        containers: fc.array(container, { minLength: 1, maxLength: 4 }),
        initContainers: maybe(fc.array(container, { maxLength: 3 })),
        volume: fc.boolean(),
        mounted: fc.boolean(),
        tolerations: maybe(
            some(
                fc.constantFrom(
                    { operator: "Exists" },
                    { key: "confidential-aks/sgx", operator: "Exists" },
                    { key: "confidential-aks/sgx", operator: "Equal", value: "true", effect: "NoSchedule" },
                    { key: "confidential-aks/sgx", value: "false", effect: "NoSchedule" },
                    { key: "confidential-aks/sgx", operator: "Exists", effect: "NoExecute" },
                    { key: "other", operator: "Exists", effect: "NoSchedule" },
                ),
            ),
        ),
        enclaveAt: fc.integer({ min: 0, max: 6 }),
    })
    .map(({ containers, initContainers, volume, mounted, tolerations, enclaveAt }) => {
        const all = [...containers, ...(initContainers ?? [])];
        const names = [
            ...containers.map((_, at) => `app-${at}`),
            ...(initContainers ?? []).map((_, at) => `init-${at}`),
        ];
        const named = all.map(({ hasVariable, ...each }, at) => {
            const map = at === enclaveAt % all.length ? { limits: epc } : each.resources;
            const runsEnclaves = JSON.stringify(map ?? {}).includes("sgx.intel.com/epc");
            const hasMount = volume && mounted && runsEnclaves && at % 2 === 0;
            return {
                ...each,
                name: names[at],
                resources: map,
                ...(hasVariable && runsEnclaves ? { env: [...(each.env ?? []), variable] } : {}),
                ...(hasMount ? { volumeMounts: [...(each.volumeMounts ?? []), socketMount] } : {}),
            };
        });
        const spec = {
            containers: named.slice(0, containers.length),
            ...(initContainers === undefined ? {} : { initContainers: named.slice(containers.length) }),
            ...(tolerations === undefined ? {} : { tolerations }),
        };
        const volumes = [{ name: "data", emptyDir: {} }, ...(volume ? [socketVolume] : [])];
        return withoutUndefined(pod({ labels: outOfProcess, volumes, spec }));
    });

const securityContext = fc.record(
    {
        privileged: fc.boolean(),
        capabilities: fc.record(
            { add: some(fc.constantFrom("CHOWN", "SYS_ADMIN")), drop: some(fc.constant("ALL")) },
            { requiredKeys: [] },
        ),
        procMount: fc.constant("Default"),
        seccompProfile: fc.constantFrom(
            { type: "RuntimeDefault" },
            { type: "Localhost", localhostProfile: "p" },
            { type: "Unconfined" },
        ),
        appArmorProfile: fc.constantFrom({ type: "RuntimeDefault" }, { type: "Unconfined" }),
        seLinuxOptions: fc.record(
            {
                level: fc.constant("s0"),
                type: fc.constantFrom("", "container_t", "spc_t"),
                role: fc.constant(""),
                user: fc.constant("u"),
            },
            { requiredKeys: [] },
        ),
        windowsOptions: fc.record({ runAsUserName: fc.constant("u") }, { requiredKeys: [] }),
    },
    { requiredKeys: [] },
);
const { privileged, capabilities, procMount, ...ofPod } = { privileged: 0, capabilities: 0, procMount: 0 };
const podSecurityContext = securityContext.map((all) =>
    Object.fromEntries(
        Object.entries(all).filter(([key]) => !(key in { privileged, capabilities, procMount, ...ofPod })),
    ),
);
const handler = fc.constantFrom<object>(
    { exec: { command: ["true"] } },
    { httpGet: { port: 80 } },
    { httpGet: { port: 80, host: "" } },
    { httpGet: { port: 80, host: "192.0.2.1" } },
    { tcpSocket: { port: 80 } },
    { tcpSocket: { port: 80, host: "192.0.2.1" } },
);
const limits = fc.record(
    {
        "sgx.intel.com/epc": fc.constantFrom("0", "10", "4Ki", "8Mi", "1e3", "16Ei", "9223372036854775807"),
        "sgx.intel.com/enclave": fc.constantFrom("0", "1", "2", "1k"),
        "sgx.intel.com/provision": fc.constantFrom("0", "1"),
        "sgx.intel.com/qe": fc.constant("1"),
        "kubernetes.azure.com/sgx_epc_mem_in_MiB": fc.constantFrom("0", "10"),
        cpu: fc.constant("1"),
    },
    { requiredKeys: [] },
);
const oddContainer = fc.record(
    {
        env: some(
            fc.constantFrom<object>(
                { name: "A" },
                variable,
                { name: "SGX_AESM_ADDR" },
                { name: "SGX_AESM_ADDR", value: "" },
                { name: "SGX_AESM_ADDR", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } },
            ),
        ),
        resources: fc.record({ limits: maybe(limits) }, { requiredKeys: [] }),
        securityContext,
        command: some(fc.constantFrom("perl", "sh")),
        ports: some(
            fc.constantFrom<object>(
                { containerPort: 1 },
                { containerPort: 2, hostPort: 0 },
                { containerPort: 3, hostPort: 3 },
            ),
        ).map((ports) => [...new Set(ports)]),
        volumeMounts: fc.uniqueArray(
            fc.constantFrom<{ name: string; mountPath: string }>(
                socketMount,
                { name: "data", mountPath: "/data" },
                { name: "data", mountPath: "/run/aesmd" },
                { name: "socket", mountPath: "/socket" },
                { name: "data", mountPath: "/var/run/aesmd/x" },
            ),
            { selector: ({ mountPath }) => mountPath },
        ),
        livenessProbe: handler,
        lifecycle: fc.record({ preStop: handler, postStart: handler }, { requiredKeys: [] }),
    },
    { requiredKeys: [] },
);

/** Pods that Kubernetes takes, and that may break any number of rules. */
export const oddPods: fc.Arbitrary<Pod> = fc
    .record({
        containers: fc.array(oddContainer, { minLength: 1, maxLength: 3 }),
        initContainers: maybe(fc.array(oddContainer, { maxLength: 2 })),
        waits: fc.boolean(),
        socket: fc.constantFrom<object>(
            socketVolume,
            { name: "aesmd-socket" },
            { name: "aesmd-socket", emptyDir: {} },
            { name: "aesmd-socket", hostPath: { path: "/etc" } },
            { name: "aesmd-socket", hostPath: { path: "/var/run/aesmd", type: "" } },
        ),
        other: fc.constantFrom<object>(
            { name: "socket" },
            { ...socketVolume, name: "socket" },
            { name: "socket", csi: { driver: "x.example" } },
        ),
        labels: maybe(
            fc.constantFrom<Record<string, string>>(
                {},
                outOfProcess,
                { "confidential-aks/attestation": "" },
                { "confidential-aks/attestation": "in-process" },
                { a: "b" },
            ),
        ),
        annotations: maybe(fc.constantFrom<Record<string, string>>({}, { a: "b" }, { "cdi.k8s.io/x": "y" })),
        hostPID: maybe(fc.boolean()),
        securityContext: maybe(podSecurityContext),
    })
    .map(({ containers, initContainers, waits, socket, other, labels, annotations, ...spec }) => {
        const named = (list: object[], prefix: string) =>
            list.map((each, at) => ({ ...each, image: "example.org/app:1", name: `${prefix}-${at}` }));
        const inits =
            initContainers === undefined
                ? undefined
                : named(initContainers, "init").map((each, at) => ({
                      ...without(each, "livenessProbe", "lifecycle"),
                      name: waits && at === 0 ? "wait-for-aesm" : each.name,
                  }));
        return withoutUndefined(
            pod({
                ...(labels === undefined ? {} : { labels }),
                ...(annotations === undefined ? {} : { annotations }),
                volumes: [{ name: "data", emptyDir: {} }, socket, other],
                spec: { ...spec, containers: named(containers, "app"), initContainers: inits },
            }),
        );
    });

function without(object: object, ...keys: string[]): object {
    return Object.fromEntries(Object.entries(object).filter(([key]) => !keys.includes(key)));
}
