import { RuleSubject, type GuardRule } from "../rule";

export const hostPorts: GuardRule = {
    id: "host-ports",
    about: RuleSubject.container,
    holds: "(!has(c.ports) || c.ports.all(p, !has(p.hostPort) || p.hostPort == 0))",
    says: "takes a port of the node; remove hostPort and use a Service",
};
