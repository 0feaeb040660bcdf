import { TcbStatus, type QeIdentity, type TcbInfo, type TcbLevel } from "../model/collateral.js";
import type { PlatformTcb, QuotingEnclave } from "../model/platform.js";
import type { Shortfall, Standing } from "../model/report.js";

/** What a platform or a quoting enclave reaches. */
type Reached = Omit<Standing, "set" | "shortfalls">;

/** The first level that a platform reaches: levels are in descending order, as Intel's own library takes them. */
export function standingOf(platform: PlatformTcb, info: TcbInfo): Omit<Standing, "set"> {
    const reached = info.tcbLevels.find((level) => shortfallsOf(platform, level).length === 0);
    return {
        ...reachedText(info.tcbEvaluationDataNumber, reached),
        shortfalls: isOutOfDate(reached?.tcbStatus) ? nearestShortfalls(platform, info) : [],
    };
}

/** The same for the quoting enclave. */
export function qeStandingOf({ isvSvn }: QuotingEnclave, identity: QeIdentity): Reached {
    const reached = identity.tcbLevels.find(({ tcb }) => isvSvn >= tcb.isvsvn);
    return reachedText(identity.tcbEvaluationDataNumber, reached);
}

function reachedText(evaluationNumber: number, reached: Omit<TcbLevel, "tcb"> | undefined): Reached {
    return {
        evaluationNumber,
        status: reached?.tcbStatus ?? "none",
        ...(reached === undefined ? {} : { tcbDate: reached.tcbDate.toISOString().slice(0, 10) }),
        advisories: reached?.advisoryIDs ?? [],
    };
}

/** What is short of the accepted level that needs the least. Empty: no level of this FMSPC is accepted any more. */
function nearestShortfalls(platform: PlatformTcb, { tcbLevels }: TcbInfo): Shortfall[] {
    const accepted = tcbLevels.filter(({ tcbStatus }) => !isOutOfDate(tcbStatus));
    const each = accepted.map((level) => shortfallsOf(platform, level));
    return each.reduce((best, one) => (one.length < best.length ? one : best), each[0] ?? []);
}

function shortfallsOf({ components, pceSvn }: PlatformTcb, { tcb }: TcbLevel): Shortfall[] {
    const ofComponents = tcb.sgxtcbcomponents.flatMap(({ svn, category, type }, index) => {
        const has = components[index] ?? 0;
        if (has >= svn) return [];
        return [{ component: `component ${index + 1}`, has, needs: svn, raisedBy: raisedBy(category, type) }];
    });
    if (pceSvn >= tcb.pcesvn) return ofComponents;
    const pce = { component: "PCE", has: pceSvn, needs: tcb.pcesvn };
    return [...ofComponents, { ...pce, raisedBy: "a newer PSW in the quote helper's image, with its PCE" }];
}

/** Intel's names of what a component stands for, in the words of those who run nodes on Azure. */
function raisedBy(category: string | undefined, type: string | undefined): string {
    const named = [category, type].filter((each) => each !== undefined && each !== "").join(", ");
    const what = named === "" ? "microcode or firmware of the host" : `the host's ${named}`;
    return `${what}: Azure's to update`;
}

/** Whether a verifier that follows Intel refuses the status. */
export function isOutOfDate(status: TcbStatus | "none" | undefined): boolean {
    return (
        status === undefined ||
        status === "none" ||
        status === TcbStatus.outOfDate ||
        status === TcbStatus.outOfDateConfigurationNeeded ||
        status === TcbStatus.revoked
    );
}
