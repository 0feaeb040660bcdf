import type * as pulumi from "@pulumi/pulumi";
import {
    flag,
    groupIds,
    imageReference,
    integerIn,
    invalid,
    kubernetesName,
    matches,
    notAllowed,
    oneOf,
    redacted,
    required,
    requiredImage,
    when,
    type Checked,
    type Problem,
} from "../problems";
import { AESM_ENV, AttestationMode, checkKeyRelease, keyReleaseChecks, keyReleaseVariables, parseEpc } from "../sgx";
import { checkedValue, type Subject } from "../shared/checked-later";
import { checkedName } from "../shared/checked-name";
import { checkedTextsLater, checkNodeSelector, checkText, enclaveNodes, type TextMap } from "../shared/text-map";
import type { AttestedJobArgs, KeyReleaseArgs } from "./args";
import { attestedJobDefaults as defaults } from "./defaults";

/** The arguments with their defaults. */
export interface AttestedJobSpec {
    image: pulumi.Input<string>;
    waitImage: pulumi.Input<string>;
    epc: string;
    mode: AttestationMode;
    /** In place of the image's entry point; undefined leaves that. */
    command: pulumi.Input<string>[] | undefined;
    /** In place of the image's arguments; undefined leaves those. */
    args: pulumi.Input<string>[] | undefined;
    env: TextMap;
    namespace: pulumi.Input<string>;
    /** Undefined: the pods have no such annotation. */
    rerun: string | undefined;
    backoffLimit: number;
    deadlineSeconds: number;
    waitDeadlineSeconds: number;
    cpu: string;
    memory: string;
    runAsUser: number;
    supplementalGroups: number[];
    tolerateSpot: boolean;
    nodeSelector: TextMap;
    /** Undefined: the pods ask for no key. */
    keyRelease: KeyReleaseArgs | undefined;
}

/** What the arguments stand for, and what is wrong with those that are known now. */
export function attestedJobSpec(args: AttestedJobArgs): Checked<AttestedJobSpec> {
    const deadlineSeconds = args.deadlineSeconds ?? defaults.deadlineSeconds;
    const longestWait = Math.min(defaults.waitDeadlineSeconds, Math.floor(deadlineSeconds / 2));
    return {
        spec: {
            image: args.image,
            waitImage: args.waitImage ?? args.image,
            epc: args.epc,
            mode: args.mode ?? defaults.mode,
            command: args.command,
            args: args.args,
            env: { AZDCAP_CACHE: "/tmp", ...args.env },
            namespace: args.namespace ?? defaults.namespace,
            rerun: args.rerun,
            backoffLimit: args.backoffLimit ?? defaults.backoffLimit,
            deadlineSeconds,
            waitDeadlineSeconds: args.waitDeadlineSeconds ?? longestWait,
            cpu: args.cpu ?? defaults.cpu,
            memory: args.memory ?? defaults.memory,
            runAsUser: args.runAsUser ?? defaults.runAsUser,
            supplementalGroups: args.supplementalGroups ?? [],
            tolerateSpot: args.tolerateSpot ?? defaults.tolerateSpot,
            nodeSelector: args.nodeSelector ?? enclaveNodes,
            keyRelease: args.keyRelease,
        },
        problems: problemsOf(args, deadlineSeconds),
        warnings: [],
    };
}

/** The same spec, whose outputs are checked as soon as their values are known. */
export function attestedJobOutputs(of: Subject, spec: AttestedJobSpec): AttestedJobSpec {
    const image = checkedValue(of, "image", spec.image, checkImage);
    return {
        ...spec,
        image,
        waitImage:
            spec.waitImage === spec.image ? image : checkedValue(of, "waitImage", spec.waitImage, imageReference),
        command: checkedWords(of, "command", spec.command),
        args: checkedWords(of, "args", spec.args),
        env: checkedTextsLater(of, spec.env, checkVariable),
        namespace: checkedName(of, "namespace", spec.namespace),
        nodeSelector: checkedTextsLater(of, spec.nodeSelector, (label, value) =>
            checkNodeSelector("nodeSelector", { [label]: value }),
        ),
        keyRelease: spec.keyRelease && checkedKeyRelease(of, spec.keyRelease),
    };
}

function problemsOf(args: AttestedJobArgs, deadlineSeconds: number): Problem[] {
    return [
        ...checkImage("image", args.image),
        ...imageReference("waitImage", args.waitImage),
        ...required("epc", args.epc, "the EPC of the application's enclaves", 'add a quantity, such as "32Mi"'),
        ...((args.epc as string | undefined) === undefined ? [] : parseEpc(args.epc, "epc").problems),
        ...oneOf("mode", args.mode, AttestationMode),
        ...checkWords("command", args.command),
        ...checkWords("args", args.args),
        ...Object.entries(args.env ?? {}).flatMap(([name, value]) => checkVariable(name, value)),
        ...integerIn("backoffLimit", args.backoffLimit, 0, 20),
        ...integerIn("deadlineSeconds", args.deadlineSeconds, 30, 86_400),
        ...integerIn("waitDeadlineSeconds", args.waitDeadlineSeconds, 10, 3600),
        ...checkWait(args.waitDeadlineSeconds, deadlineSeconds),
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
        ...flag("tolerateSpot", args.tolerateSpot),
        ...kubernetesName("namespace", args.namespace),
        ...checkNodeSelector("nodeSelector", args.nodeSelector),
        ...checkKeyRelease("keyRelease", args.keyRelease),
        ...(args.keyRelease === undefined ? [] : Object.keys(args.env ?? {}).flatMap(checkKeyVariable)),
    ];
}

function checkedKeyRelease(of: Subject, keyRelease: KeyReleaseArgs): KeyReleaseArgs {
    const value = (key: keyof KeyReleaseArgs) =>
        checkedValue(of, `keyRelease.${key}`, keyRelease[key], keyReleaseChecks[key]);
    return {
        serviceAccountName: value("serviceAccountName"),
        attestationUrl: value("attestationUrl"),
        keyVaultUrl: value("keyVaultUrl"),
        keyName: value("keyName"),
    };
}

/** A variable that keyRelease sets. */
function checkKeyVariable(name: string): Problem[] {
    const [key] = Object.entries(keyReleaseVariables).find(([, variable]) => variable === name) ?? [];
    if (key === undefined) return [];
    const why = `beside keyRelease.${key}, which is its value`;
    return [redacted(notAllowed(`env.${name}`, undefined, why, "remove it from env"))];
}

function checkImage(path: string, image: unknown): Problem[] {
    return requiredImage(path, image, "the image of the enclave application", "name it, with a tag or digest");
}

/** A command, or its arguments; absent is fine. */
function checkWords(path: string, words: unknown): Problem[] {
    if (words === undefined) return [];
    const expected = "a list of texts, each of which may be an output";
    if (!Array.isArray(words)) return [invalid(path, words, expected, 'write it as in ["report", "--once"]')];
    return words.flatMap((word: unknown, at) => checkWord(`${path}[${at}]`, word));
}

/** One word of a command. It may be a secret: neither the value nor the remedy shows it. */
function checkWord(path: string, word: unknown): Problem[] {
    return checkText(path, word).map((problem) => redacted({ ...problem, remedy: "write it as one text" }));
}

function checkedWords(of: Subject, path: string, words: pulumi.Input<string>[] | undefined) {
    return words?.map((word, at) => checkedValue(of, `${path}[${at}]`, word, checkWord));
}

/** Waiting has to end before the Job does, or its reason is never seen. */
function checkWait(wait: number | undefined, deadlineSeconds: number): Problem[] {
    const expected = `less than deadlineSeconds (${deadlineSeconds})`;
    const problem = invalid("waitDeadlineSeconds", wait, expected, "wait less, or give the Job more time");
    return when(wait !== undefined && wait >= deadlineSeconds, problem);
}

/** What should be text may be a secret: neither the value nor the remedy shows it. */
function checkVariable(name: string, value: unknown): Problem[] {
    const path = `env.${name}`;
    if (name === AESM_ENV) {
        const why = "mode sets it, and any value at all means out-of-process";
        return [notAllowed(path, value, why, "remove it and set mode")];
    }
    if (/^[-._a-zA-Z][-._a-zA-Z0-9]*$/.test(name)) {
        return checkText(path, value).map((problem) => redacted({ ...problem, remedy: "write it as one text" }));
    }
    return [invalid(path, name, "the name of an environment variable", "correct the name")];
}
