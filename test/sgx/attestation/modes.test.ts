import * as pulumi from "@pulumi/pulumi";
import { describe, expect, it } from "vitest";
import { withAttestation, type AttestationMode, type WithAttestationOptions } from "../../../components/sgx/index.js";
import { failureOf } from "../../support/failure.js";
import { attempt, enclavePod, epc, provision, type TestContainer, type TestPodSpec } from "./workloads.js";

const [out, inside]: AttestationMode[] = ["outOfProcess", "inProcess"];
const other = (part: object): TestPodSpec => ({
    containers: [...enclavePod().containers, { name: "other", image: "o:1", ...part }],
});

describe("what only a pod that attests out-of-process must not have", () => {
    const settings: [string, object, string][] = [
        ["privileges", { securityContext: { privileged: true } }, "securityContext.privileged"],
        [
            "a wide capability",
            { securityContext: { capabilities: { add: ["SYS_ADMIN"] } } },
            "securityContext.capabilities.add[0]",
        ],
        [
            "its last message over the socket",
            { terminationMessagePath: "/var/run/aesmd/aesm.socket" },
            "terminationMessagePath",
        ],
    ];
    it.each(settings)("%s: a problem of the container that runs enclaves, not in-process", (_, part, path) => {
        expect(attempt(enclavePod(part), out!).problems).toMatchObject([{ path: `containers[0].${path}` }]);
        expect(attempt(enclavePod(part), inside!).problems).toEqual([]);
    });

    it.each(settings)("%s: a problem of any other container, not in-process", (_, part, path) => {
        expect(attempt(other(part), out!).problems).toMatchObject([{ path: `containers[1].${path}` }]);
        expect(attempt(other(part), inside!).problems).toEqual([]);
    });

    it("the provisioning device in another container", () => {
        const pod = other({ resources: { limits: { [provision]: "1" } } });
        expect(attempt(pod, out!).problems).toMatchObject([
            {
                kind: "notAllowed",
                path: `containers[1].resources.limits["${provision}"]`,
                value: "1",
                expected:
                    "out-of-process only the node's AESM may reach the provisioning device, and this container asks for the provisioning device",
                remedy: "name this container too, in options.containers, or take the setting out",
            },
        ]);
        expect(attempt(pod, inside!).problems).toEqual([]);
    });

    it("the node's process namespace and annotations that hand out devices", () => {
        const pod = { ...enclavePod(), hostPID: true } as TestPodSpec;
        expect(attempt(pod, out!).problems).toMatchObject([{ kind: "notAllowed", path: "hostPID", value: true }]);
        expect(attempt(pod, inside!).problems).toEqual([]);
    });
});

describe("the name of the init container that waits", () => {
    const taken = { kind: "duplicate", value: "wait-for-aesm", remedy: "rename the container" };
    it.each([out!, inside!])("is taken, %s", (mode) => {
        expect(attempt(enclavePod({ name: "wait-for-aesm" }), mode).problems).toMatchObject([
            { ...taken, path: "containers[0].name", expected: "by the init container that waits for AESM" },
        ]);
        expect(attempt(other({ name: "wait-for-aesm" }), mode).problems).toMatchObject([
            { ...taken, path: "containers[1].name" },
        ]);
    });

    it.each<[string, Partial<TestContainer>]>([
        ["another command", { command: ["sleep", "1"], volumeMounts: [{ name: "aesmd-socket", mountPath: "/a" }] }],
        ["no list of a command", { command: "perl" as never }],
        ["perl and another volume", { command: ["perl"], volumeMounts: [{ name: "x", mountPath: "/x" }] }],
    ])("is taken in the init containers by one with %s", (_, part) => {
        const init = [{ name: "wait-for-aesm", image: "i:1", ...part }];
        const { problems } = attempt(enclavePod({}, { initContainers: init }), out!);
        expect(problems[0]).toMatchObject({ ...taken, path: "initContainers[0].name" });
    });

    it("is free for the one that this package wrote", () => {
        const once = withAttestation(enclavePod(), out!);
        expect(attempt(once, out!).problems).toEqual([]);
        expect(once.initContainers?.map(({ name }) => name)).toEqual(["wait-for-aesm"]);
    });
});

describe("an image for the init container that waits", () => {
    it("is an input of text, by its type", () => {
        const image: pulumi.Input<string> = pulumi.output("app:1");
        expect(() => withAttestation(enclavePod(), out!, { waitImage: image })).not.toThrow();
        // @ts-expect-error an output of a number is none
        const number: WithAttestationOptions["waitImage"] = pulumi.output(1);
        // @ts-expect-error an object that is no output is none
        const object: WithAttestationOptions["waitImage"] = {};
        expect([number, object]).toHaveLength(2);
    });

    const unnamed = enclavePod({ image: undefined });
    it.each<[string, TestPodSpec]>([
        ["is not set", unnamed],
        ["is empty", enclavePod({ image: "" })],
        ["is null", enclavePod({ image: null as never })],
    ])("is required when that of the first container %s", (_, pod) => {
        expect(failureOf(() => withAttestation(pod, out!)).problems).toMatchObject([
            {
                kind: "required",
                path: "containers[0].image",
                value: pod.containers[0]?.image,
                expected: "an image, for the init container that waits for AESM too",
                remedy: "name it, or set options.waitImage",
            },
        ]);
    });

    it("is not required in-process, without the wait, with an image of the wait, or with one known later", () => {
        expect(withAttestation(unnamed, inside!)).not.toHaveProperty("initContainers");
        expect(withAttestation(unnamed, out!, { wait: false })).not.toHaveProperty("initContainers");
        expect(withAttestation(unnamed, out!, { waitImage: "i:1" }).initContainers?.[0]?.image).toBe("i:1");
        const late = pulumi.output("i:1");
        const image = late as unknown as string;
        expect(withAttestation(enclavePod({ image }), out!).initContainers?.[0]?.image).toBe(late);
    });

    it("is asked for with wait: true as well, and of the first of the named containers", () => {
        const pod: TestPodSpec = {
            containers: [enclavePod().containers[0]!, { ...unnamed.containers[0]!, name: "b" }],
        };
        const named = { containers: ["b"], wait: true };
        expect(failureOf(() => withAttestation(pod, out!, named)).problems).toMatchObject([
            { path: "containers[1].image" },
        ]);
        expect(withAttestation(pod, out!, { wait: true }).initContainers?.[0]?.image).toBe("app:1");
    });
});

describe("lists that have to be extended", () => {
    it("do not show what is in the place of a list of variables, which may be a secret", () => {
        const { problems, message } = attempt(enclavePod({ env: { PIN: "4711" } as never }), out!);
        expect(problems).toEqual([
            {
                kind: "invalid",
                path: "containers[0].env",
                value: { PIN: "4711" },
                hideValue: true,
                expected: "a list that is known now",
                remedy: "give the list itself (Outputs may stand for values inside)",
            },
        ]);
        expect(message).not.toContain("4711");
    });

    it("show the others, and say that a list of variables is an output", () => {
        const late = pulumi.output([{ name: "PIN", value: "4711" }]);
        expect(attempt(enclavePod({ env: late as never }), out!).message).toContain(
            "containers[0].env = (a value that is known later)",
        );
        const { problems, message } = attempt(enclavePod({ volumeMounts: { a: 1 } as never }), out!);
        expect(problems[0]).not.toHaveProperty("hideValue");
        expect(message).toContain('containers[0].volumeMounts = {"a":1}');
    });

    it.each(["initContainers", "volumes", "tolerations"])("may be absent, and else are lists: %s", (key) => {
        expect(attempt({ ...enclavePod(), [key]: null }, out!).problems).toEqual([]);
        expect(attempt({ ...enclavePod(), [key]: "x" }, out!).problems).toMatchObject([{ path: key, value: "x" }]);
    });

    it("have to be there for containers", () => {
        expect(attempt({ containers: null }, out!).problems).toMatchObject([{ path: "containers", value: null }]);
    });
});

describe("options", () => {
    const refused = (options: object, mode: unknown = out) =>
        failureOf(() => withAttestation(enclavePod(), mode as AttestationMode, options)).problems;

    it("name containers of the pod", () => {
        expect(refused({ containers: ["xyz"] })).toEqual([
            {
                kind: "invalid",
                path: "options.containers[0]",
                value: "xyz",
                expected: "the name of a container of the pod: app",
                remedy: "correct the name",
            },
        ]);
    });

    it("say a mode", () => {
        expect(refused({}, null)).toEqual([
            {
                kind: "required",
                path: "mode",
                value: null,
                expected: "outOfProcess or inProcess",
                remedy: "pass it after the workload",
            },
        ]);
        expect(refused({}, "sidecar")).toEqual([
            {
                kind: "unsupported",
                path: "mode",
                value: "sidecar",
                expected: '"outOfProcess", "inProcess"',
                remedy: "use one of these values",
            },
        ]);
    });

    it("have an image, an amount and seconds", () => {
        expect(refused({ waitImage: "" })).toEqual([
            {
                kind: "required",
                path: "options.waitImage",
                value: "",
                expected: "an image with perl-base",
                remedy: "name one, or remove waitImage",
            },
        ]);
        expect(refused({ waitDeadlineSeconds: 86_401 })).toMatchObject([
            { path: "options.waitDeadlineSeconds", expected: "whole seconds, 1 to 86400" },
        ]);
        const app = { name: "app", image: "i:1" };
        const set = withAttestation({ containers: [app] }, out!, { containers: ["app"], epc: "8Mi" });
        expect(set.containers[0]).toMatchObject({ resources: { limits: { [epc]: "8Mi" } } });
    });

    it("have to choose where no container asks for EPC", () => {
        const idle = { containers: [{ name: "a" }, { name: "b" }] };
        expect(failureOf(() => withAttestation(idle, out!)).problems).toMatchObject([
            {
                kind: "required",
                path: "containers",
                value: ["a", "b"],
                expected: `a container that asks for ${epc}`,
                remedy: expect.stringContaining(`"${epc}": "32Mi"`) as string,
            },
        ]);
    });
});
