import { TcbStatus, type Platform, type TcbInfo, type TcbLevel } from "../model/collateral.js";

/** A component of the TCB that is lower than the newest level asks for. */
export interface Shortfall {
    /** `component 1` to `component 16`, or `PCE`. */
    name: string;
    has: number;
    needs: number;
    /** What raises it, as Intel names the kind of the component. */
    raisedBy: string;
}

/** How a platform stands in one evaluation set. */
export interface Standing {
    evaluationNumber: number;
    /** Undefined: it is below every level, or the level is revoked by its absence. */
    status: TcbStatus | undefined;
    /** Date of the level that it reaches. */
    tcbDate: Date | undefined;
    advisories: readonly string[];
    /** Empty where the newest level is reached. */
    shortfalls: readonly Shortfall[];
}

/** The first level that a platform reaches: levels are in descending order, as Intel's own library takes them. */
export function standingOf(platform: Platform, info: TcbInfo): Standing {
    const reached = info.tcbLevels.find((level) => shortfallsOf(platform, level).length === 0);
    const [newest] = info.tcbLevels;
    return {
        evaluationNumber: info.tcbEvaluationDataNumber,
        status: reached?.tcbStatus,
        tcbDate: reached?.tcbDate,
        advisories: reached?.advisoryIDs ?? [],
        shortfalls: newest === undefined ? [] : shortfallsOf(platform, newest),
    };
}

function shortfallsOf({ components, pceSvn }: Platform, { tcb }: TcbLevel): Shortfall[] {
    const ofComponents = tcb.sgxtcbcomponents.flatMap(({ svn, category, type }, index) => {
        const has = components[index] ?? 0;
        if (has >= svn) return [];
        const named = [`component ${index + 1}`, ...(type === undefined ? [] : [`(${type})`])].join(" ");
        return [{ name: named, has, needs: svn, raisedBy: raisedBy(category) }];
    });
    if (pceSvn >= tcb.pcesvn) return ofComponents;
    return [
        ...ofComponents,
        { name: "PCE", has: pceSvn, needs: tcb.pcesvn, raisedBy: "a newer PSW in the quote helper's image" },
    ];
}

/** Intel's categories of components, in the words of somebody who runs nodes on Azure. */
function raisedBy(category: string | undefined): string {
    if (category === "BIOS") return "firmware of the host: Azure's to update";
    if (category === "OS/VMM") return "microcode that the host loads: Azure's to update";
    return "microcode or firmware of the host: Azure's to update";
}

/** Whether a verifier that follows Intel takes a status without a decision of its own. */
export function isOutOfDate(status: TcbStatus | undefined): boolean {
    return (
        status === undefined ||
        status === TcbStatus.outOfDate ||
        status === TcbStatus.outOfDateConfigurationNeeded ||
        status === TcbStatus.revoked
    );
}
