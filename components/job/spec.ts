import {
    groupIds,
    imageReference,
    integerIn,
    isLate,
    kubernetesName,
    matches,
    oneOf,
    required,
    requiredImage,
    type Problem,
} from "../problems";
import { AttestationMode, parseEpc } from "../sgx";
import type { AttestedJobArgs } from "./args";

export const defaults = {
    backoffLimit: 3,
    deadlineSeconds: 900,
    waitDeadlineSeconds: 300,
    runAsUser: 10_001,
    cpu: "100m",
    memory: "256Mi",
} as const;

/** Problems of the arguments that are known now; those of late values stop the program inside `apply`. */
export function checkAttestedJob(args: AttestedJobArgs): Problem[] {
    return [
        ...requiredImage("image", args.image, "the image of the enclave application", "name it, with a tag or digest"),
        ...imageReference("waitImage", args.waitImage),
        ...required("epc", args.epc, "the EPC of the application's enclaves", 'add a quantity, such as "32Mi"'),
        ...((args.epc as string | undefined) === undefined ? [] : parseEpc(args.epc, "epc").problems),
        ...oneOf("mode", args.mode, AttestationMode),
        ...checkEnvironment(args.env ?? {}),
        ...integerIn("backoffLimit", args.backoffLimit, 0, 20),
        ...integerIn("deadlineSeconds", args.deadlineSeconds, 30, 86_400),
        ...integerIn("waitDeadlineSeconds", args.waitDeadlineSeconds, 10, 3600),
        ...checkWait(args),
        ...integerIn("runAsUser", args.runAsUser, 0, 65_535),
        ...groupIds("supplementalGroups", args.supplementalGroups),
        ...matches("cpu", args.cpu, /^(\d+m|\d+(\.\d+)?)$/, "a CPU quantity, such as 100m", "correct it"),
        ...matches(
            "memory",
            args.memory,
            /^\d+(Ki|Mi|Gi)$/,
            "a memory quantity, such as 256Mi",
            "write a whole number with Ki, Mi or Gi; a number alone counts bytes",
        ),
        ...kubernetesName("namespace", args.namespace),
    ];
}

/** Waiting has to end before the Job does, or its reason is never seen. */
function checkWait({ waitDeadlineSeconds: wait, deadlineSeconds }: AttestedJobArgs): Problem[] {
    const deadline = deadlineSeconds ?? defaults.deadlineSeconds;
    if (wait === undefined || wait < deadline) return [];
    const expected = `less than deadlineSeconds (${deadline})`;
    return [{ path: "waitDeadlineSeconds", value: wait, expected, remedy: "wait less, or give the Job more time" }];
}

export function waitDeadline(args: AttestedJobArgs, deadline: number): number {
    return args.waitDeadlineSeconds ?? Math.min(defaults.waitDeadlineSeconds, Math.floor(deadline / 2));
}

function checkEnvironment(env: Record<string, unknown>): Problem[] {
    return Object.entries(env).flatMap(([key, value]) => {
        const path = `env.${key}`;
        if (key === "SGX_AESM_ADDR") {
            return [
                {
                    path,
                    value,
                    expected: "nothing: mode sets it, and any value at all means out-of-process",
                    remedy: "remove it and set mode",
                },
            ];
        }
        if (!/^[-._a-zA-Z][-._a-zA-Z0-9]*$/.test(key)) {
            return [{ path, value: key, expected: "the name of an environment variable", remedy: "correct the name" }];
        }
        if (typeof value === "string" || isLate(value)) return [];
        const scalar = typeof value === "number" || typeof value === "boolean";
        const remedy = scalar ? `write ${JSON.stringify(String(value))}` : "write one text";
        return [{ path, value, expected: "text: Kubernetes refuses anything else", remedy }];
    });
}
