import type { X509Certificate } from "node:crypto";
import { z } from "zod";

/*
 * What quotes are judged by, as Intel's service answers in version 4 of its API
 * (https://api.portal.trustedservices.intel.com/content/documentation.html). Fields that are not used are left out.
 */

/** FMSPC: family, model, stepping, platform type and custom SKU. 12 hexadecimal digits. */
export const fmspcPattern = /^[0-9A-Fa-f]{12}$/;

const date = z.iso.datetime().transform((text) => new Date(text));
const hex = (bytes: number) => z.string().regex(new RegExp(`^[0-9A-Fa-f]{${bytes * 2}}$`));
const svn = z.int().min(0).max(255);

/** Status of a TCB level. */
export const TcbStatus = {
    upToDate: "UpToDate",
    swHardeningNeeded: "SWHardeningNeeded",
    configurationNeeded: "ConfigurationNeeded",
    configurationAndSwHardeningNeeded: "ConfigurationAndSWHardeningNeeded",
    outOfDate: "OutOfDate",
    outOfDateConfigurationNeeded: "OutOfDateConfigurationNeeded",
    revoked: "Revoked",
} as const;
export type TcbStatus = (typeof TcbStatus)[keyof typeof TcbStatus];

const level = {
    tcbDate: date,
    tcbStatus: z.enum(TcbStatus),
    advisoryIDs: z.array(z.string()).default([]),
};

const issued = { issueDate: date, nextUpdate: date };

/** TCB levels of the platforms of one FMSPC, the newest first. */
export const tcbInfo = z.object({
    id: z.literal("SGX"),
    version: z.literal(3),
    ...issued,
    fmspc: z.string().regex(fmspcPattern),
    tcbEvaluationDataNumber: z.int().min(0),
    tcbLevels: z
        .array(
            z.object({
                tcb: z.object({
                    sgxtcbcomponents: z
                        .array(z.object({ svn, category: z.string().optional(), type: z.string().optional() }))
                        .length(16),
                    pcesvn: z.int().min(0).max(65_535),
                }),
                ...level,
            }),
        )
        .min(1),
});
export type TcbInfo = z.infer<typeof tcbInfo>;
export type TcbLevel = TcbInfo["tcbLevels"][number];

/** What Intel's quoting enclave has to be. */
export const qeIdentity = z.object({
    id: z.literal("QE"),
    version: z.literal(2),
    ...issued,
    tcbEvaluationDataNumber: z.int().min(0),
    mrsigner: hex(32),
    isvprodid: z.int().min(0),
    tcbLevels: z.array(z.object({ tcb: z.object({ isvsvn: z.int().min(0) }), ...level })).min(1),
});
export type QeIdentity = z.infer<typeof qeIdentity>;

/** The evaluation sets that Intel serves, the newest first. */
export const evaluationNumbers = z.object({
    id: z.literal("SGX"),
    version: z.literal(1),
    ...issued,
    tcbEvalNumbers: z
        .array(z.object({ tcbEvaluationDataNumber: z.int().min(0), tcbRecoveryEventDate: date, tcbDate: date }))
        .min(1),
});
export type EvaluationNumbers = z.infer<typeof evaluationNumbers>;

/** Who issues PCK certificates: for hosts with several processors the platform CA, else the processor CA. */
export const PckCa = { platform: "platform", processor: "processor" } as const;
export type PckCa = (typeof PckCa)[keyof typeof PckCa];

/** A list of revoked certificates. */
export interface RevocationList {
    issueDate: Date;
    nextUpdate: Date;
    /** Serial numbers, hexadecimal in capitals without leading zeros. */
    revoked: ReadonlySet<string>;
}

/** The list of one of Intel's CAs for PCK certificates. */
export interface PckList extends RevocationList {
    issuer: X509Certificate;
}
