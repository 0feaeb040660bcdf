import { celTexts } from "../cel";
import { RuleSubject, type GuardRule } from "../rule";

const containerTypes = ["", "container_t", "container_init_t", "container_kvm_t", "container_engine_t"];

export const selinux: GuardRule = {
    id: "selinux",
    about: RuleSubject.security,
    holds:
        `(!has(s.seLinuxOptions) || ((!has(s.seLinuxOptions.user) || s.seLinuxOptions.user == "") && ` +
        `(!has(s.seLinuxOptions.role) || s.seLinuxOptions.role == "") && (!has(s.seLinuxOptions.type) || ` +
        `s.seLinuxOptions.type in ${celTexts(containerTypes)})))`,
    says: "sets an SELinux user, role or type beyond a container's own; remove it from seLinuxOptions",
};
