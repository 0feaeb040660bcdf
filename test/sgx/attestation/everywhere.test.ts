import * as pulumi from "@pulumi/pulumi";
import { describe, expect, it } from "vitest";
import { ValidationError } from "../../../components/problems";
import { withAttestation, type AttestationMode } from "../../../components/sgx";
import { fc } from "../../support/fast-check";
import { attempt, enclave, enclavePod, epc, provision, type TestContainer, type TestPodSpec } from "./workloads";

const modes: AttestationMode[] = ["outOfProcess", "inProcess"];
const late = pulumi.output("late");
const flag = "SGX_AESM_ADDR";

/** The part in the container that runs enclaves, in another one, in an init container of either kind. */
const places: [string, (part: Partial<TestContainer>, pod?: Partial<TestPodSpec>) => TestPodSpec][] = [
    ["containers[0]", (part, pod) => enclavePod(part, pod)],
    [
        "containers[1]",
        (part, pod) => ({
            containers: [...enclavePod().containers, { name: "other", image: "o:1", ...part }],
            ...pod,
        }),
    ],
    ["initContainers[0]", (part, pod) => enclavePod({}, { ...pod, initContainers: [{ name: "init", ...part }] })],
    [
        "initContainers[0]",
        (part, pod) =>
            enclavePod({}, { ...pod, initContainers: [{ name: "seal", ...enclavePod().containers[0], ...part }] }),
    ],
];
const everywhere = modes.flatMap((mode) => places.map(([path, place]) => [mode, path, place] as const));

describe.each(everywhere)("%s, %s", (mode, path, place) => {
    it("has variables of text only, and a value that is none is not shown", () => {
        for (const value of [4711, 0, true, false, 4711n, NaN, {}, { pin: 4711 }, [], ["4711"], () => 4711]) {
            const { problems, message } = attempt(
                place({
                    env: [
                        { name: "OK", value: "" },
                        { name: "PIN", value },
                    ],
                }),
                mode,
            );
            expect(problems).toMatchObject([{ path: `${path}.env[1].value`, value, hideValue: true }]);
            expect(problems[0]?.remedy).toContain(" the value of PIN");
            expect(message).toContain("[hidden]");
            expect(message).not.toContain("4711");
        }
    });

    it("may have variables of text, of an output, from elsewhere and without a value", () => {
        const env = [
            { name: "A", value: "1" },
            { name: "B", value: late },
            { name: "C", value: Promise.resolve("c") },
            { name: "D", valueFrom: { secretKeyRef: { name: "s", key: "k" } } },
            { name: "E" },
            { name: "F", value: null },
        ];
        expect(attempt(place({ env }), mode).problems).toEqual([]);
    });

    it("hides no value of the flag, and tells of it once", () => {
        const { problems, message } = attempt(place({ env: [{ name: flag, value: 1 }] }), mode);
        expect(problems).toHaveLength(1);
        expect(problems[0]?.path).toMatch(path + ".env[0]");
        expect(message).not.toContain("[hidden]");
    });

    it("does not mount AESM's directory of the node, nor a parent of it, writable", () => {
        for (const hostPath of [
            "/var/run/aesmd",
            "/var/run/aesmd/",
            "/run/aesmd",
            "//run//aesmd/",
            "/var//run/./aesmd",
            "/var/lib/../run/aesmd",
            "/run/../run/aesmd/x/..",
            "/var/run/aesmd/aesm.socket",
            ...["/", "//", "/..", "/var", "/var/", "/var/run", "/run", "/run/"],
        ]) {
            for (const readOnly of [undefined, false, null, "true", late]) {
                const mount = { name: "host", mountPath: "/host", readOnly };
                const pod = place(
                    { volumeMounts: [mount] },
                    { volumes: [{ name: "host", hostPath: { path: hostPath, type: "Directory" } }] },
                );
                const { problems } = attempt(pod, mode);
                if (mode === "outOfProcess" && !hostPath.includes("aesmd")) {
                    // A parent of the directory has the devices or the container runtime's socket in it, too.
                    expect(problems, hostPath).toMatchObject([{ path: "volumes[0].hostPath.path", value: hostPath }]);
                    continue;
                }
                expect(problems, hostPath).toMatchObject([{ path: `${path}.volumeMounts[0]`, value: mount }]);
                expect(problems[0]?.remedy).toContain("set readOnly: true");
                expect(problems[0]?.expected).toContain(JSON.stringify(hostPath));
            }
        }
    });

    it("may mount it read-only elsewhere, and other directories of the node writable", () => {
        const volumes = [
            { name: "aesm", hostPath: { path: "/run/aesmd", type: "Directory" } },
            ...(mode === "inProcess" ? [{ name: "root", hostPath: { path: "/" } }] : []),
            { name: "aesmd2", hostPath: { path: "/var/run/aesmd2" } },
            { name: "runner", hostPath: { path: "/runner" } },
            { name: "late", hostPath: { path: late } },
            { name: "var", hostPath: { path: "/var" } },
            { name: "data", emptyDir: {} },
            late,
        ] as TestPodSpec["volumes"];
        const volumeMounts = [
            { name: "aesm", mountPath: "/aesm", readOnly: true },
            ...(mode === "inProcess" ? [{ name: "root", mountPath: "/host", readOnly: true }] : []),
            { name: "var", mountPath: "/log", subPath: "log" },
            ...["aesmd2", "runner", "late", "data"].map((name) => ({ name, mountPath: `/${name}` })),
        ];
        expect(attempt(place({ volumeMounts }, { volumes }), mode).problems).toEqual([]);
    });

    it("does not get at it through a part of a volume", () => {
        const volumes = [{ name: "var", hostPath: { path: "/var" } }];
        const place0 = `${path}.volumeMounts[0]`;
        const volume = mode === "outOfProcess" ? "volumes[0].hostPath.path" : place0;
        for (const [part, at] of [
            [{ subPath: "run" }, volume],
            [{ subPath: "log/../run/aesmd" }, place0],
            [{ subPathExpr: "$(X)" }, volume],
            [{ subPath: late }, volume],
        ] as const) {
            const pod = place({ volumeMounts: [{ name: "var", mountPath: "/x", ...part }] }, { volumes });
            expect(attempt(pod, mode).problems).toMatchObject([{ path: at }]);
        }
    });

    it("has a device once or not at all, in limits and in requests", () => {
        for (const kind of ["limits", "requests"] as const) {
            for (const device of mode === "inProcess" ? [enclave, provision] : [enclave]) {
                const withCount = (count: unknown) => {
                    const resources = { limits: { [epc]: "8Mi" }, [kind]: { [epc]: "8Mi", [device]: count } };
                    return attempt(place({ resources }), mode).problems;
                };
                for (const count of ["0", "2", 0, 2, "", "01", "1000m", -1, true, [], {}]) {
                    expect(withCount(count)).toMatchObject([
                        {
                            path: `${path}.resources.${kind}["${device}"]`,
                            value: count,
                            expected: expect.stringMatching(
                                /^exactly "1": .* gives the container the device/,
                            ) as string,
                        },
                    ]);
                }
                for (const count of ["1", 1, null]) expect(withCount(count)).toEqual([]);
            }
        }
    });
});

describe("a request that is there", () => {
    it("is not overwritten: one that differs from its limit is a problem, one that says the same stays", () => {
        const resources = { limits: { [epc]: "1Gi", [enclave]: "1" }, requests: { [epc]: "1024Mi", [enclave]: 1 } };
        expect(withAttestation(enclavePod({ resources }), "outOfProcess").containers[0]?.resources).toEqual(resources);
        const two = { limits: { [epc]: "8Mi", [enclave]: "1" }, requests: { [epc]: "8Mi", [enclave]: "2" } };
        expect(attempt(enclavePod({ resources: two }), "outOfProcess").problems).toMatchObject([
            { path: `containers[0].resources.requests["${enclave}"]`, value: "2" },
        ]);
    });

    it("stays beside a late limit, and a late count stays", () => {
        const resources = { limits: { [epc]: late, [enclave]: late }, requests: { [epc]: "8Mi", [enclave]: "1" } };
        const result = withAttestation(enclavePod({ resources }), "outOfProcess").containers[0]?.resources;
        expect(result?.requests).toEqual(resources.requests);
        expect(result?.limits?.[enclave]).toBe(late);
    });
});

describe("only AESM", () => {
    it.each(["containers", "initContainers"] as const)("gets our volume writable, in %s not named", (key) => {
        const other = { name: "other", volumeMounts: [{ name: "aesmd-socket", mountPath: "/aesm" }] };
        const pod = { ...enclavePod(), [key]: key === "containers" ? [...enclavePod().containers, other] : [other] };
        expect(attempt(pod, "outOfProcess").problems).toMatchObject([{ value: other.volumeMounts[0] }]);
    });

    it.each(["containers[1]", "initContainers[0]"])("holds the provisioning device, in %s", (path) => {
        const [, place] = places.find(([name]) => name === path)!;
        for (const kind of ["limits", "requests"]) {
            const pod = place({ resources: { [kind]: { [provision]: "0" } } });
            expect(attempt(pod, "outOfProcess").problems).toMatchObject([
                { path: `${path}.resources.${kind}["${provision}"]`, value: "0" },
            ]);
        }
    });

    it("hides behind the name of the init container that waits", () => {
        const impostor = {
            name: "wait-for-aesm",
            command: ["perl"],
            env: [{ name: "PIN", value: 1 }],
            resources: { limits: { [provision]: "1" } },
            volumeMounts: [{ name: "aesmd-socket", mountPath: "/aesm" }],
        };
        const pod = { containers: [...enclavePod().containers, impostor] };
        expect(attempt(pod, "outOfProcess").problems.map(({ path }) => path)).toEqual([
            "containers[1].name",
            `containers[1].resources.limits["${provision}"]`,
            "containers[1].env[0].value",
            "containers[1].volumeMounts[0]",
        ]);
    });
});

it("all of it is reported at once", () => {
    const bad: Partial<TestContainer> = {
        env: [{ name: "PIN", value: 1 }],
        volumeMounts: [{ name: "host", mountPath: "/host" }],
    };
    const devices = { [enclave]: 2, [provision]: "0" };
    const pod: TestPodSpec = {
        containers: [
            { name: "app", image: "a", ...bad, resources: { limits: { [epc]: "8Mi", ...devices } } },
            { name: "other", ...bad, resources: { limits: devices } },
        ],
        initContainers: [{ name: "init", ...bad }],
        volumes: [{ name: "host", hostPath: { path: "/run/aesmd", type: "Directory" } }],
    };
    for (const mode of modes) {
        const paths = attempt(pod, mode).problems.map(({ path }) => path);
        const limits = [enclave, provision].map((device) => `resources.limits["${device}"]`);
        expect(paths.sort()).toEqual(
            [
                ...["containers[0]", "containers[1]", "initContainers[0]"].flatMap((at) => [
                    `${at}.env[0].value`,
                    `${at}.volumeMounts[0]`,
                ]),
                ...["containers[0]", "containers[1]"].flatMap((at) => limits.map((limit) => `${at}.${limit}`)),
            ].sort(),
        );
    }
});

it("whatever is accepted is a typed manifest: text in variables, no provisioning, no write access to the socket", () => {
    const rarely = <T>(bad: fc.Arbitrary<T>, good: fc.Arbitrary<T>) =>
        fc.oneof({ arbitrary: good, weight: 8 }, { arbitrary: bad, weight: 1 });
    const value = rarely<unknown>(fc.oneof(fc.integer(), fc.boolean()), fc.constant("1"));
    const count = (good: unknown) => rarely<unknown>(fc.constantFrom("0", "2", 0, 1, 2), fc.constant(good));
    const part = fc.record(
        {
            env: fc.array(fc.record({ name: fc.constantFrom("A", flag), value }), { maxLength: 2 }),
            volumeMounts: fc.array(
                fc.record({
                    name: fc.constantFrom("a", "b", "aesmd-socket"),
                    mountPath: fc.constantFrom("/x", "/y", "/z", "/var/run/aesmd"),
                    readOnly: rarely<unknown>(fc.constantFrom(false, undefined), fc.constant(true)),
                }),
                { maxLength: 2 },
            ),
            resources: fc.record({
                limits: fc.record({ [epc]: fc.constant("8Mi"), [enclave]: count("1"), [provision]: count(undefined) }),
            }),
        },
        { requiredKeys: [] },
    );
    const hostPaths = fc.constantFrom("/", "/run/", "/var//run", "/var/run/aesmd/", "/run/aesmd", "/data");
    const pods = fc.record({
        containers: fc.array(part, { minLength: 1, maxLength: 3 }),
        initContainers: fc.array(part, { maxLength: 2 }),
        volumes: fc
            .tuple(hostPaths, hostPaths)
            .map((paths) => paths.map((path, at) => ({ name: "ab"[at], hostPath: { path, type: "Directory" } }))),
    });
    let accepted = 0;
    const check = (pod: { containers: object[]; initContainers: object[]; volumes: object[] }) => {
        const name = (list: object[], prefix: string) =>
            list.map((item, at) => ({ name: `${prefix}${at}`, image: "i", ...item }));
        const given = { ...pod, containers: name(pod.containers, "c"), initContainers: name(pod.initContainers, "i") };
        let result: TestPodSpec;
        try {
            result = withAttestation(given, "outOfProcess") as unknown as TestPodSpec;
        } catch (error) {
            if (error instanceof ValidationError) return;
            throw error;
        }
        accepted++;
        const safe = (result.volumes ?? []).filter(({ hostPath }) => (hostPath as { path: string }).path === "/data");
        for (const container of [...result.containers, ...(result.initContainers ?? [])]) {
            for (const item of container.env ?? [])
                if (item.value !== undefined) expect(item.value).toBeTypeOf("string");
            for (const map of Object.values(container.resources ?? {})) {
                expect(map[provision]).toBeUndefined();
                expect(["1", "undefined"]).toContain(String(map[enclave]));
            }
            for (const mount of container.volumeMounts ?? []) {
                if (!safe.some((volume) => volume.name === mount.name)) expect(mount.readOnly).toBe(true);
            }
        }
    };
    fc.assert(fc.property(pods, check), { numRuns: 2000 });
    expect(accepted).toBeGreaterThan(100);
});
