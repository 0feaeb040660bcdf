import { describe, expect, it } from "vitest";
import { withAttestation, type AttestationMode } from "../../../components/sgx/index.js";
import { findPodSpec } from "../../support/find-pod-spec.js";
import { fc } from "../../support/fast-check";
import { epc, frozen, podSpecs, provision, wrappingNames, wrappings, type TestPodSpec } from "./workloads.js";

const modes = fc.constantFrom<AttestationMode>("outOfProcess", "inProcess");
const options = fc.record(
    {
        wait: fc.boolean(),
        waitImage: fc.constantFrom("ubuntu:22.04", "debian:12"),
        waitDeadlineSeconds: fc.integer({ min: 1, max: 900 }),
        toleration: fc.constant(true),
    },
    { requiredKeys: [] },
);
const workloads = fc
    .tuple(podSpecs, fc.constantFrom(...wrappingNames))
    .map(([spec, name]): object => wrappings[name](spec));

const podSpecIn = (workload: object): TestPodSpec => findPodSpec(workload)!.podSpec as unknown as TestPodSpec;
const otherMode = (mode: AttestationMode): AttestationMode => (mode === "inProcess" ? "outOfProcess" : "inProcess");

describe("withAttestation, on any workload", () => {
    it("never changes its input, nor what it wrote before", () => {
        fc.assert(
            fc.property(workloads, modes, options, (workload, mode, given) => {
                const first = frozen(withAttestation(frozen(workload), mode, frozen(given)));
                withAttestation(first, otherMode(mode), given);
            }),
        );
    });

    it("changes nothing more when done twice", () => {
        fc.assert(
            fc.property(workloads, modes, options, (workload, mode, given) => {
                const once = withAttestation(workload, mode, given);
                expect(withAttestation(once, mode, given)).toEqual(once);
            }),
        );
    });

    it("forgets earlier options of the wait", () => {
        fc.assert(
            fc.property(workloads, modes, options, options, (workload, mode, earlier, later) => {
                const direct = withAttestation(workload, mode, later);
                expect(withAttestation(withAttestation(workload, mode, earlier), mode, later)).toEqual(direct);
            }),
        );
    });

    it("gives the same after any detour through the other mode", () => {
        fc.assert(
            fc.property(workloads, modes, options, (workload, mode, given) => {
                const detour = withAttestation(withAttestation(workload, otherMode(mode), given), mode, given);
                expect(detour).toEqual(withAttestation(workload, mode, given));
            }),
        );
    });

    it("never leaves a pod in both modes, nor an enclave container in none", () => {
        fc.assert(
            fc.property(
                workloads,
                fc.array(modes, { minLength: 1, maxLength: 4 }),
                options,
                (workload, steps, given) => {
                    const result = steps.reduce<object>(
                        (before, mode) => withAttestation(before, mode, given),
                        workload,
                    );
                    const spec = podSpecIn(result);
                    const all = [...spec.containers, ...(spec.initContainers ?? [])];
                    const outOfProcess = steps.at(-1) === "outOfProcess";
                    for (const { env = [], volumeMounts = [], resources = {}, name } of all) {
                        const asksEpc = resources.limits?.[epc] !== undefined;
                        expect(env.some((item) => item.name === "SGX_AESM_ADDR")).toBe(asksEpc && outOfProcess);
                        expect(volumeMounts.some((item) => item.mountPath === "/var/run/aesmd")).toBe(
                            outOfProcess && (asksEpc || name === "wait-for-aesm"),
                        );
                        expect(resources.limits?.[provision] !== undefined).toBe(asksEpc && !outOfProcess);
                        for (const [key, value] of Object.entries(resources.requests ?? {})) {
                            if (key.startsWith("sgx.intel.com/")) expect(value).toBe(resources.limits?.[key]);
                        }
                    }
                    expect((spec.volumes ?? []).filter((item) => item.name === "aesmd-socket")).toHaveLength(
                        outOfProcess ? 1 : 0,
                    );
                    expect(all.filter(({ name }) => name === "wait-for-aesm")).toHaveLength(
                        outOfProcess && given.wait !== false ? 1 : 0,
                    );
                },
            ),
        );
    });

    it("keeps everything that was there, in its order", () => {
        fc.assert(
            fc.property(podSpecs, modes, (spec, mode) => {
                const result = withAttestation(spec, mode);
                const names = (list: readonly object[] = []): unknown[] =>
                    list.map((item) => (item as { name?: unknown }).name);
                expect(names(result.containers)).toEqual(names(spec.containers));
                expect(names(result.initContainers).filter((name) => name !== "wait-for-aesm")).toEqual(
                    names(spec.initContainers),
                );
                expect(result.tolerations).toEqual(expect.arrayContaining(spec.tolerations ?? []));
                for (const [at, container] of spec.containers.entries()) {
                    expect(result.containers[at]?.env?.slice(0, container.env?.length ?? 0) ?? []).toEqual(
                        container.env ?? [],
                    );
                    if (
                        container.resources?.limits?.[epc] === undefined &&
                        container.resources?.requests === undefined
                    ) {
                        expect(result.containers[at]).toEqual(container);
                    }
                }
            }),
        );
    });
});
