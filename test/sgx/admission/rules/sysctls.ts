import type { Fixtures } from "../fixtures";
import { podSecured } from "../shapes";

export const fixtures: Fixtures = {
    refused: {
        "a kernel setting": podSecured({ sysctls: [{ name: "kernel.msgmax", value: "65536" }] }),
        "a kernel setting after a harmless one": podSecured({
            sysctls: [
                { name: "net.ipv4.tcp_syncookies", value: "1" },
                { name: "net.core.somaxconn", value: "1024" },
            ],
        }),
    },
    passes: {
        "a kernel setting of its own": podSecured({ sysctls: [{ name: "net.ipv4.tcp_syncookies", value: "1" }] }),
    },
};
