import { describe, expect, it } from "vitest";
import type { AttestationMode } from "../../../components/sgx/index.js";
import { attempt, enclavePod, type TestPodSpec } from "./workloads.js";

const [out, inside]: AttestationMode[] = ["outOfProcess", "inProcess"];
const other = (part: object): TestPodSpec => ({
    containers: [...enclavePod().containers, { name: "other", image: "o:1", ...part }],
});

describe("variables", () => {
    it.each([
        [4711, "text, not a number", 'quote the value of PIN, as in value: "1"'],
        [true, "text, not a boolean", 'quote the value of PIN, as in value: "1"'],
        [["4711"], "text, not a list", 'write the value of PIN as text, as in value: "1"'],
        [{ pin: 4711 }, "text, not an object", 'write the value of PIN as text, as in value: "1"'],
        [() => 4711, "text, not a function", 'write the value of PIN as text, as in value: "1"'],
    ])("are text, not %o", (value, expected, remedy) => {
        const { problems } = attempt(enclavePod({ env: [{ name: "PIN", value }] }), out!);
        expect(problems).toEqual([
            {
                kind: "invalid",
                path: "containers[0].env[0].value",
                value,
                hideValue: true,
                expected: `${expected}: Kubernetes refuses anything else in a variable`,
                remedy,
            },
        ]);
    });

    it("without a name are not named in the message", () => {
        const env = [{ value: 1 }] as never;
        expect(attempt(enclavePod({ env }), out!).problems).toMatchObject([
            { remedy: 'quote the value, as in value: "1"' },
        ]);
    });

    it.each<[AttestationMode, object, object]>([
        [
            out!,
            { value: "0" },
            {
                kind: "invalid",
                path: "containers[0].env[0].value",
                expected: 'the text "1" in SGX_AESM_ADDR, which is a flag and no address',
                remedy: 'write value: "1", or remove the variable',
            },
        ],
        [
            inside!,
            { value: "0" },
            {
                kind: "notAllowed",
                path: "containers[0].env[0].value",
                expected: 'in-process: any value of SGX_AESM_ADDR, even "0", means out-of-process',
                remedy: "remove the variable",
            },
        ],
        [
            out!,
            { valueFrom: { fieldRef: {} } },
            {
                kind: "notAllowed",
                path: "containers[0].env[0].valueFrom",
                expected: "SGX_AESM_ADDR is a flag, and any value means out-of-process",
                remedy: "remove the variable; withAttestation adds it",
            },
        ],
        [inside!, { value: "1", valueFrom: {} }, { kind: "notAllowed", remedy: "remove the variable" }],
    ])("of AESM, %s: %o", (mode, part, problem) => {
        const env = [{ name: "SGX_AESM_ADDR", ...part }];
        const { problems } = attempt(enclavePod({ env }), mode);
        expect(problems).toMatchObject([problem]);
        expect(problems[0]).not.toHaveProperty("hideValue");
    });

    it("of AESM in another container: right out-of-process as the flag, never in-process", () => {
        const flag = (value: string) => other({ env: [{ name: "SGX_AESM_ADDR", value }] });
        expect(attempt(flag("1"), out!).problems).toEqual([]);
        expect(attempt(flag("0"), out!).problems).toMatchObject([{ path: "containers[1].env[0].value", value: "0" }]);
        expect(attempt(flag("1"), inside!).problems).toEqual([
            {
                kind: "notAllowed",
                path: "containers[1].env[0]",
                value: "SGX_AESM_ADDR",
                expected: "in a pod that attests in-process: a pod has one mode",
                remedy: "name this container too, in options.containers, or take the setting out",
            },
        ]);
    });
});
