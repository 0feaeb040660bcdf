import type * as pulumi from "@pulumi/pulumi";
import {
    checkedShapes,
    flag,
    invalid,
    matches,
    missing,
    requiredImage,
    when,
    type Checked,
    type Problem,
} from "../problems";
import { checkedValue, type Subject } from "../shared/checked-later";
import type { TcbCheckArgs } from "./tcb-args";

/** The arguments with their defaults. */
export interface TcbCheckSpec {
    image: pulumi.Input<string>;
    fmspcs: readonly string[];
    pckCertificates: readonly string[];
    schedule: string;
    failOnWarning: boolean;
    azureBaseline: boolean;
    suspend: boolean;
}

/** What the arguments stand for, and what is wrong with those that are known now. */
export function tcbCheckSpec(args: TcbCheckArgs): Checked<TcbCheckSpec> {
    return checkedShapes(args, { groups: [], lists: [] }, specOfFitting);
}

/** What the CronJob runs with unless its arguments say otherwise. */
const tcbCheckDefaults = {
    schedule: "23 5 * * *",
    failOnWarning: true,
    azureBaseline: false,
    suspend: false,
} as const;

function specOfFitting(args: TcbCheckArgs): Checked<TcbCheckSpec> {
    const { fmspcs, pckCertificates } = args;
    return {
        spec: {
            ...tcbCheckDefaults,
            ...withoutAbsent(args),
            image: args.image,
            fmspcs: fmspcs ?? [],
            pckCertificates: pckCertificates ?? [],
        },
        problems: [
            ...checkImage("image", args.image),
            ...texts("fmspcs", fmspcs, /^[0-9A-Fa-f]{12}$/, "an FMSPC: 12 hexadecimal digits"),
            ...texts("pckCertificates", pckCertificates, pem, "one PCK certificate in PEM"),
            ...when(
                isEmpty(fmspcs) && isEmpty(pckCertificates),
                missing("fmspcs", "what to check: FMSPCs, or PCK certificates in pckCertificates", "name one"),
            ),
            ...matches(
                "schedule",
                args.schedule,
                /^([-\d*/,A-Za-z]+ ){4}[-\d*/,A-Za-z]+$/,
                "cron's five fields with one space between them, such as 23 5 * * *",
                "write it in that form",
            ),
            ...flag("failOnWarning", args.failOnWarning),
            ...flag("azureBaseline", args.azureBaseline),
            ...flag("suspend", args.suspend),
        ],
        warnings: [],
    };
}

/** The same spec, whose output is checked as soon as its value is known. */
export function tcbCheckOutputs(of: Subject, spec: TcbCheckSpec): TcbCheckSpec {
    return { ...spec, image: checkedValue(of, "image", spec.image, checkImage) };
}

const pem = /^\s*-----BEGIN CERTIFICATE-----[\sA-Za-z0-9+/=]+-----END CERTIFICATE-----\s*$/;

function checkImage(path: string, image: unknown): Problem[] {
    return requiredImage(path, image, "an image built from images/tcb", "name it");
}

function texts(path: string, list: unknown, pattern: RegExp, expected: string): Problem[] {
    if (list === undefined) return [];
    if (!Array.isArray(list)) return [invalid(path, list, "a list", "write it as a list")];
    return list.flatMap((item: unknown, index) => {
        const at = `${path}[${index}]`;
        const problem = invalid(at, item, expected, "write it in that form");
        return typeof item === "string" ? matches(at, item, pattern, expected, problem.remedy) : [problem];
    });
}

function isEmpty(list: unknown): boolean {
    return list === undefined || (Array.isArray(list) && list.length === 0);
}

function withoutAbsent({ schedule, failOnWarning, azureBaseline, suspend }: TcbCheckArgs) {
    return {
        ...(schedule === undefined ? {} : { schedule }),
        ...(failOnWarning === undefined ? {} : { failOnWarning }),
        ...(azureBaseline === undefined ? {} : { azureBaseline }),
        ...(suspend === undefined ? {} : { suspend }),
    };
}
