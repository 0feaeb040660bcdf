import { provisioningWays } from "../../attestation/provisioning";
import { celTexts } from "../cel";
import { RuleSubject, type GuardRule } from "../rule";

/**
 * Capabilities that a container runtime gives by default. Pod Security's level "baseline" lets pods add these.
 */
const safeCapabilities = [
    ...["AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD"],
    ...["NET_BIND_SERVICE", "SETFCAP", "SETGID", "SETPCAP", "SETUID", "SYS_CHROOT"],
];

export const capabilities: GuardRule = {
    id: "capabilities",
    about: RuleSubject.containerSecurity,
    holds: `(!has(s.capabilities) || !has(s.capabilities.add) || s.capabilities.add.all(a, a in ${celTexts(safeCapabilities)}))`,
    says: `${provisioningWays.capability}; remove it from capabilities.add`,
};
