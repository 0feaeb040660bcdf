import { celTexts } from "../cel";
import { RuleSubject, type GuardOptions, type GuardRule } from "../rule";

export function csiDriver({ csiDrivers }: GuardOptions): GuardRule {
    const drivers = csiDrivers.length === 0 ? "none is allowed here" : `allowed here: ${csiDrivers.join(", ")}`;
    return {
        id: "csi-driver",
        about: RuleSubject.volume,
        holds: `(!has(v.csi) || v.csi.driver in ${celTexts(csiDrivers)})`,
        says: `names a CSI driver in the pod itself (${drivers}); use a PersistentVolumeClaim, or have the driver added to csiDrivers of AttestationPolicies`,
    };
}
