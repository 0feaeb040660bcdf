import type { PckCa, PckList } from "../model/collateral.js";
import { endOfServicing } from "../model/dates.js";
import { usableOf, type Obtained, type SetName, type Usable } from "../model/items.js";
import type { Platform } from "../model/platform.js";
import { FindingReason, type Finding, type PlatformRow, type Standing } from "../model/report.js";
import { stateOfPck } from "../verify/pck.js";
import { numberedSet } from "./collateral.js";
import { isOutOfDate, qeStandingOf, standingOf } from "./level.js";

/** A platform, judged by every set. */
export function platformRow(platform: Platform, obtained: readonly Obtained[], at: Date): PlatformRow {
    const { name, fmspc, tcb, certificate, quotingEnclave } = platform;
    const sets = setsOf(obtained, fmspc);
    const identities = usableOf(obtained, "qe_identity");
    return {
        name,
        fmspc,
        ...(certificate === undefined
            ? {}
            : {
                  certificate: {
                      serial: certificate.serial,
                      ca: certificate.ca,
                      notAfter: new Date(certificate.x509.validTo).toISOString(),
                      state: stateOfPck(certificate, listOf(certificate.ca, obtained), at),
                  },
              }),
        sets:
            tcb === undefined
                ? []
                : sets.map(({ item, value }) => ({ set: String(item.set), ...standingOf(tcb, value) })),
        ...(quotingEnclave === undefined
            ? {}
            : {
                  quotingEnclave: {
                      isvSvn: quotingEnclave.isvSvn,
                      sets: identities.map(({ item, value }) => ({
                          set: item.set,
                          ...qeStandingOf(quotingEnclave, value),
                      })),
                  },
              }),
    };
}

function listOf(ca: PckCa, obtained: readonly Obtained[]): PckList | undefined {
    return usableOf(obtained, "pck_crl").find(({ item }) => item.ca === ca)?.value;
}

const order = (set: SetName) => (set === "standard" ? 0 : set === "early" ? 1e6 : set === "azure" ? 1e7 : set);

/** The sets of an FMSPC: that of today, those that come, Azure's. */
function setsOf(obtained: readonly Obtained[], fmspc: string): Usable<"tcb_info">[] {
    return usableOf(obtained, "tcb_info")
        .filter(({ item }) => item.fmspc === fmspc)
        .sort((one, other) => order(one.item.set) - order(other.item.set));
}

/** What is wrong with a platform. */
export function platformFindings(platform: Platform, row: PlatformRow, obtained: readonly Obtained[]): Finding[] {
    return [
        ...certificateFindings(row),
        ...statusFindings(row),
        ...foreignFindings(platform, obtained),
        ...qeFindings(row),
        ...servicingFindings(row),
    ];
}

function certificateFindings({ name, certificate }: PlatformRow): Finding[] {
    const found = { severity: "problem" as const, about: [name] };
    switch (certificate?.state) {
        case "forged":
            return [
                {
                    ...found,
                    reason: FindingReason.pckForged,
                    seen: "its PCK certificate is not signed by Intel's CA",
                    fix: "do not trust this platform",
                },
            ];
        case "revoked":
            return [
                {
                    ...found,
                    reason: FindingReason.pckRevoked,
                    seen: `Intel has revoked its PCK certificate ${certificate.serial}`,
                    fix: "do not trust this platform; its keys may have leaked",
                },
            ];
        case "expired":
            return [
                {
                    ...found,
                    reason: FindingReason.pckExpired,
                    seen: `its PCK certificate is not valid today (it ends on ${certificate.notAfter.slice(0, 10)})`,
                    fix: "restart the quote helper's pod, which reads the certificate anew",
                },
            ];
        default:
            return [];
    }
}

function statusFindings({ name, sets }: PlatformRow): Finding[] {
    const [standard] = sets.filter(({ set }) => set === "standard");
    const coming = sets.filter(({ set }) => set !== "standard" && set !== "azure");
    if (standard !== undefined && isOutOfDate(standard.status)) {
        const azure = sets.find(({ set }) => set === "azure");
        const but =
            azure !== undefined && !isOutOfDate(azure.status)
                ? `; Azure's older set ${azure.evaluationNumber} takes it (${azure.status}), so verifiers with Azure's collateral do`
                : "";
        return [
            {
                reason: FindingReason.outOfDate,
                severity: "problem",
                about: [name],
                seen: `${statusText(standard)}${but}`,
                fix: raisingText(standard),
            },
        ];
    }
    const first = coming.find(({ status }) => isOutOfDate(status));
    if (first === undefined) return [];
    return [
        {
            reason: FindingReason.outOfDateSoon,
            severity: "warning",
            about: [name],
            seen: `accepted today, and no longer when the set becomes the standard: ${statusText(first)}`,
            fix: raisingText(first),
        },
    ];
}

function statusText({ set, evaluationNumber, status, advisories }: Omit<Standing, "shortfalls">): string {
    const by = numberedSet(set, evaluationNumber);
    const reason = advisories.length === 0 ? "" : ` because of ${advisories.join(", ")}`;
    return status === "none" ? `below every level of ${by}` : `${status} by ${by}${reason}`;
}

function raisingText({ shortfalls }: Standing): string {
    if (shortfalls.length === 0) return "move to newer hardware: no level of this FMSPC is accepted any more";
    const each = shortfalls.map(
        ({ component, has, needs, raisedBy }) => `${component} is ${has} and needs ${needs} (${raisedBy})`,
    );
    return `raise what is short: ${each.join("; ")}. Where it is Azure's, move to a node on another host`;
}

/** Intel's quoting enclave has Intel's signer and product. */
function foreignFindings({ name, quotingEnclave: qe }: Platform, obtained: readonly Obtained[]): Finding[] {
    const identity = usableOf(obtained, "qe_identity").find(({ item }) => item.set === "standard")?.value;
    if (qe === undefined || identity === undefined) return [];
    if (qe.mrsigner === identity.mrsigner.toUpperCase() && qe.isvProdId === identity.isvprodid) return [];
    const seen = `its quote was made by another enclave than Intel's quoting enclave (MRSIGNER ${qe.mrsigner})`;
    return [
        {
            reason: FindingReason.qeForeign,
            severity: "problem",
            about: [name],
            seen,
            fix: "use Intel's QE3 in the quote helper's image",
        },
    ];
}

function qeFindings({ name, quotingEnclave }: PlatformRow): Finding[] {
    if (quotingEnclave === undefined) return [];
    const { isvSvn, sets } = quotingEnclave;
    const bad = sets.filter(({ status }) => isOutOfDate(status));
    const [worst] = [...bad.filter(({ set }) => set === "standard"), ...bad];
    if (worst === undefined) return [];
    const isNow = worst.set === "standard";
    return [
        {
            reason: isNow ? FindingReason.qeOutOfDate : FindingReason.qeOutOfDateSoon,
            severity: isNow ? "problem" : "warning",
            about: [name],
            seen: `quoting enclave with ISV SVN ${isvSvn}: ${statusText(worst)}`,
            fix: "build the quote helper's image with a newer PSW and DCAP: they bring the quoting enclave",
        },
    ];
}

function servicingFindings({ name, sets }: PlatformRow): Finding[] {
    const advisories = new Set(sets.flatMap((each) => each.advisories));
    return Object.entries(endOfServicing).flatMap(([advisory, { what, source }]) =>
        advisories.has(advisory)
            ? [
                  {
                      reason: FindingReason.endOfServicing,
                      severity: "warning" as const,
                      about: [name],
                      seen: `${advisory}: ${what}`,
                      fix: `plan for other hardware (${source})`,
                  },
              ]
            : [],
    );
}
