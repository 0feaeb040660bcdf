import { celTexts } from "../cel";
import { RuleSubject, type GuardRule } from "../rule";

/** Kernel settings that each pod has for itself. */
const safeSysctls = [
    ...["kernel.shm_rmid_forced", "net.ipv4.ip_local_port_range", "net.ipv4.tcp_syncookies"],
    ...["net.ipv4.ping_group_range", "net.ipv4.ip_unprivileged_port_start", "net.ipv4.ip_local_reserved_ports"],
    ...["net.ipv4.tcp_keepalive_time", "net.ipv4.tcp_fin_timeout", "net.ipv4.tcp_keepalive_intvl"],
    ...["net.ipv4.tcp_keepalive_probes", "net.ipv4.tcp_rmem", "net.ipv4.tcp_wmem"],
];

export const sysctls: GuardRule = {
    id: "sysctls",
    about: RuleSubject.pod,
    holds:
        `(!has(object.spec.securityContext) || !has(object.spec.securityContext.sysctls) || ` +
        `object.spec.securityContext.sysctls.all(y, y.name in ${celTexts(safeSysctls)}))`,
    says: "the pod changes a kernel setting of the node: remove it from securityContext.sysctls",
};
