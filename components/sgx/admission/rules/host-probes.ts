import { RuleSubject, type GuardRule } from "../rule";

const hostOf = (handler: string) =>
    `(!has(${handler}.httpGet) || !has(${handler}.httpGet.host) || ${handler}.httpGet.host == "") && ` +
    `(!has(${handler}.tcpSocket) || !has(${handler}.tcpSocket.host) || ${handler}.tcpSocket.host == "")`;
const noHost = (holder: string, field: string) => `(!has(${holder}.${field}) || (${hostOf(`${holder}.${field}`)}))`;

export const hostProbes: GuardRule = {
    id: "host-probes",
    about: RuleSubject.container,
    holds:
        `${noHost("c", "livenessProbe")} && ${noHost("c", "readinessProbe")} && ${noHost("c", "startupProbe")} && ` +
        `(!has(c.lifecycle) || (${noHost("c.lifecycle", "postStart")} && ${noHost("c.lifecycle", "preStop")}))`,
    says: `has the node ask another host in a probe or hook; remove "host" from it`,
};
