import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Api } from "../support/api";
import type { ControlPlane } from "../support/control-plane";
import { mustCreate } from "../support/policies";
import { waitFor } from "../support/wait";
import { startCovered } from "./covered";
import { elsewhere } from "./essence";
import { attestingPod, enclave, epc, labelledPod, namespace, pod, socketMount, variable, type Pod } from "./pods";

/*
 * The largest pods that the API server takes: 1,000 containers near its limit on requests (3 MiB) and on what etcd
 * stores (1.5 MiB), and lists as long as fit. An expression that goes over its budget would say so instead of a rule's
 * name.
 */
let plane: ControlPlane;
let api: Api;
beforeAll(async () => {
    ({ plane, api } = await startCovered(async (fresh) => {
        const annotations = Object.fromEntries(many(25_000, (at) => [`a${at}`, ""]));
        await mustCreate(fresh, pod({ annotations, metadata: { name: "many-annotations" } }));
    }));
});
afterAll(() => plane.stop());

const many = <T>(count: number, make: (at: number) => T) => Array.from({ length: count }, (_, at) => make(at));
const containers = (count: number, more: (at: number) => object = () => ({})) =>
    many(count, (at) => ({ name: `c${at}`, image: "x", ...more(at) }));
const answerTo = async (tried: Pod) => {
    const { status, body } = await api.create(tried, { dryRun: "All" });
    return status === 201
        ? "admitted"
        : (/denied request: .* \(([a-z-]+)\)$/.exec(body.message ?? "")?.[1] ?? body.message);
};

/** What each of 999 containers has, which makes a pod of 1,000 containers and about 1.2 MB. */
const full = (at: number) => ({
    env: many(4, (n) => ({ name: `VARIABLE_${n}`, value: "x".repeat(130) })),
    volumeMounts: many(2, (n) => ({ name: "data", mountPath: `/data/${n}` })),
    ports: [{ containerPort: 1 + at }],
    securityContext: {
        allowPrivilegeEscalation: false,
        capabilities: { drop: ["ALL"], add: ["CHOWN"] },
        seccompProfile: { type: "RuntimeDefault" },
    },
    resources: { limits: { ...epc, ...enclave, cpu: "1", memory: "1Mi" } },
    livenessProbe: { httpGet: { port: 80, path: "/healthz" } },
});
const data = { name: "data", emptyDir: {} };
const thousand = pod({ containers: containers(999, full), volumes: [data] });

describe("1,000 containers near the limits of the API server", () => {
    test("are that near", () => {
        expect(JSON.stringify(thousand).length).toBeGreaterThan(1_100_000);
    });

    test("are admitted when they break no rule, and kept", async () => {
        await mustCreate(api, { ...thousand, metadata: { name: "thousand", namespace } });
    });

    test.each<[string, string, (at: number) => object]>([
        ["privileged", "is privileged", () => ({ securityContext: { privileged: true } })],
        ["variable-without-mount", "has the variable alone", () => ({ env: [variable] })],
        [
            "socket-dir-taken",
            "has something in AESM's place",
            () => ({ volumeMounts: [{ name: "data", mountPath: "/var/run/aesmd" }] }),
        ],
        [
            "epc-quantity",
            "asks for ten bytes",
            () => ({ resources: { limits: { ...enclave, "sgx.intel.com/epc": "10" } } }),
        ],
    ])("are refused by %s when the last of them %s", async (rule, _, bad) => {
        const tried = pod({ containers: containers(999, (at) => (at === 998 ? bad(at) : full(at))), volumes: [data] });
        expect(await answerTo(tried)).toBe(rule);
    });

    test("are refused when all of them break a rule", async () => {
        expect(
            await answerTo(pod({ containers: containers(999, () => ({ securityContext: { privileged: true } })) })),
        ).toBe("privileged");
    });

    test("are set up with the label, the init container that waits counted in", async () => {
        const { status, body } = await api.create(
            labelledPod({ containers: containers(998, () => ({ resources: { limits: epc } })) }),
            { dryRun: "All" },
        );
        expect(status, body.message).toBe(201);
        const { containers: set } = body["spec"] as { containers: { env?: unknown; volumeMounts?: unknown[] }[] };
        expect(set.filter(({ env }) => JSON.stringify(env) === JSON.stringify([variable]))).toHaveLength(999);
        expect(set.filter(({ volumeMounts }) => volumeMounts?.length === 2)).toHaveLength(999);
    });

    test("of which every one attests are admitted", async () => {
        const whole = { env: [variable], volumeMounts: [socketMount], resources: { limits: { ...epc, ...enclave } } };
        expect(await answerTo(attestingPod({ containers: containers(999, () => whole) }))).toBe("admitted");
    });
});

describe("lists as long as the rule on size lets them be", () => {
    const devices = (count: number) => Object.fromEntries(many(count, (at) => [`example.org/d${at}`, "1"]));
    const capabilities = (count: number) => ({
        securityContext: { capabilities: { add: many(count, () => "CHOWN") } },
    });
    test.each<[string, Pod]>([
        ["variables of one container", pod({ app: { env: many(9_990, (at) => ({ name: `V${at}` })) } })],
        [
            "mounts of one container",
            pod({
                app: { volumeMounts: many(9_990, (at) => ({ name: "data", mountPath: `/${at}` })) },
                volumes: [data],
            }),
        ],
        ["ports of one container", pod({ app: { ports: many(9_990, (at) => ({ containerPort: 1 + at })) } })],
        ["capabilities of one container", pod({ app: capabilities(9_990) })],
        [
            "eight variables in each of 1,000 containers",
            pod({
                app: { env: many(8, (n) => ({ name: `V${n}` })) },
                containers: containers(999, () => ({ env: many(8, (n) => ({ name: `V${n}` })) })),
            }),
        ],
        [
            "eight mounts in each of 1,000 containers",
            pod({
                containers: containers(999, () => ({
                    volumeMounts: many(8, (n) => ({ name: "data", mountPath: `/${n}` })),
                })),
                volumes: [data],
            }),
        ],
        ["limits of one container", pod({ app: { resources: { limits: devices(9_990) } } })],
        [
            "eight limits in each of 1,000 containers",
            pod({ containers: containers(999, () => ({ resources: { limits: devices(8) } })) }),
        ],
        ["eight capabilities in each of 1,000 containers", pod({ containers: containers(999, () => capabilities(8)) })],
        ["volumes", pod({ volumes: many(999, (at) => ({ name: `v${at}`, emptyDir: {} })) })],
        [
            "annotations",
            pod({ annotations: Object.fromEntries(many(1000, (at) => [`example.org/a${at}`, "x".repeat(200)])) }),
        ],
        [
            "annotations, and eight mounts in each of 1,000 containers that attest",
            attestingPod({
                annotations: Object.fromEntries(many(1000, (at) => [`example.org/a${at}`, "x".repeat(200)])),
                containers: containers(999, () => ({
                    ...{ env: [variable], resources: { limits: { ...epc, ...enclave } } },
                    volumeMounts: [socketMount, ...many(6, (n) => ({ name: "data", mountPath: `/${n}` }))],
                })),
                volumes: [
                    { name: "aesmd-socket", hostPath: { path: "/var/run/aesmd", type: "Directory" } },
                    data,
                    ...many(900, (at) => ({ name: `v${at}`, emptyDir: {} })),
                ],
            }),
        ],
    ])("are within the budget: %s", async (_, tried) => {
        expect(await answerTo(tried)).toBe("admitted");
    });
});

describe("larger pods than that", () => {
    const large: [string, Pod][] = [
        ["1,001 containers", pod({ containers: containers(1000) })],
        ["15,000 containers", pod({ containers: containers(14_999) })],
        ["2,000 init containers", pod({ initContainers: containers(2000) })],
        ["100,000 variables", pod({ app: { env: many(100_000, (at) => ({ name: `V${at}` })) } })],
        [
            "20,000 mounts",
            pod({
                app: { volumeMounts: many(20_000, (at) => ({ name: "data", mountPath: `/${at}` })) },
                volumes: [data],
            }),
        ],
        [
            "20,000 limits",
            pod({
                app: { resources: { limits: Object.fromEntries(many(20_000, (at) => [`example.org/d${at}`, "1"])) } },
            }),
        ],
        ["20,000 volumes", pod({ volumes: many(20_000, (at) => ({ name: `v${at}` })) })],
        [
            "300,000 capabilities",
            pod({ app: { securityContext: { capabilities: { add: many(300_000, () => "A") } } } }),
        ],
        ["5,000 annotations", pod({ annotations: Object.fromEntries(many(5000, (at) => [`a${at}`, "x"])) })],
        [
            "five volumes of AESM's directory",
            pod({
                volumes: many(5, (at) => ({ name: `v${at}`, hostPath: { path: "/var/run/aesmd", type: "Directory" } })),
            }),
        ],
    ];
    test.each(large)("are refused by the rule on size, not by the budget: %s", async (_, tried) => {
        expect(await answerTo(tried)).toBe("too-large");
    });

    test.each(large.filter(([title]) => /^(1,001|five|5,000)/.test(title)))(
        "are refused with the label too: %s",
        async (_, tried) => {
            const labelled = structuredClone(tried);
            Object.assign(labelled.metadata, { labels: { "confidential-aks/attestation": "out-of-process" } });
            expect(await answerTo(labelled)).toBe("too-large");
        },
    );

    test("are what Kubernetes itself takes", async () => {
        for (const [title, tried] of large.filter(([name]) => /^(15|300|5),000|^five/.test(name))) {
            const { status } = await api.create(elsewhere(tried, "free"), { dryRun: "All" });
            expect(status, title).toBe(201);
        }
    });
});

describe("changes of the largest pods are within the budget:", () => {
    const write = async (name: string, change: (object: Pod) => void, subresource = "") => {
        const path = `/api/v1/namespaces/${namespace}/pods/${name}`;
        const { body } = await api.call("GET", path);
        change(body as unknown as Pod);
        // What a busy machine had no time for says nothing.
        const answer = await waitFor(
            "an answer in time",
            async () => {
                const given = await api.call("PUT", `${path}${subresource}`, { body, query: { dryRun: "All" } });
                return !/request did not complete/.test(given.body.message ?? "") && given;
            },
            { seconds: 200 },
        );
        return answer.status === 200
            ? "admitted"
            : (/denied request: .* \(([a-z-]+)\)$/.exec(answer.body.message ?? "")?.[1] ?? answer.body.message);
    };
    const annotate = (count: number, value: string) => (object: Pod) =>
        Object.assign(object.metadata, { annotations: Object.fromEntries(many(count, (at) => [`a${at}`, value])) });

    test("another image, an ephemeral container, a label and a state of 1,000 containers", async () => {
        await mustCreate(api, { ...thousand, metadata: { name: "changed", namespace } });
        const image = ({ spec }: Pod) => Object.assign(spec.containers[999]!, { image: "example.org/app:2" });
        expect(await write("changed", image)).toBe("admitted");
        const debug = ({ spec }: Pod) => Object.assign(spec, { ephemeralContainers: [{ name: "d", image: "x" }] });
        expect(await write("changed", debug, "/ephemeralcontainers")).toBe("admitted");
        const label = ({ metadata }: Pod) => Object.assign(metadata, { labels: { team: "a" } });
        expect(await write("changed", label)).toBe("admitted");
        expect(await write("changed", label, "/status")).toBe("admitted");
    });

    test("1,000 new annotations are asked, one more is too many, and 25,000 from before are let alone", async () => {
        await mustCreate(api, pod({ metadata: { name: "annotated" } }));
        for (const subresource of ["", "/status"]) {
            expect(await write("annotated", annotate(1000, "x"), subresource)).toBe("admitted");
            expect(await write("annotated", annotate(1001, "x"), subresource)).toBe("too-large");
            const note = ({ metadata }: Pod) => Object.assign(metadata.annotations!, { note: "a" });
            expect(await write("many-annotations", note, subresource)).toBe("admitted");
        }
        expect(await write("annotated", annotate(25_000, ""), "")).toBe("too-large");
        expect(await write("many-annotations", annotate(25_000, "x"), "/status")).toBe("too-large");
    });
});

test("a hundred ephemeral containers are asked within the budget, and one more is too many", async () => {
    const target = pod({ metadata: { name: "debugged" } });
    await mustCreate(api, target);
    const debug = async (count: number, last: object = {}) => {
        const ephemeralContainers = many(count, (at) => ({
            name: `d${at}`,
            image: "x",
            ...(at === count - 1 ? last : {}),
        }));
        const { status, body } = await api.call(
            "PATCH",
            `/api/v1/namespaces/${namespace}/pods/debugged/ephemeralcontainers`,
            {
                body: { spec: { ephemeralContainers } },
                contentType: "application/strategic-merge-patch+json",
            },
        );
        return status === 200 ? "admitted" : (/ \(([a-z-]+)\)$/.exec(body.message ?? "")?.[1] ?? body.message);
    };
    expect(await debug(100, { securityContext: { privileged: true } })).toBe("privileged");
    expect(await debug(100)).toBe("admitted");
    expect(await debug(101)).toBe("too-large");
});
