import { labelledPod } from "../../../e2e/policies/pods";
import type { Fixtures } from "../fixtures";
import { hostPath } from "../shapes";

export const fixtures: Fixtures = {
    refused: {
        "AESM's directory without a type": hostPath("/var/run/aesmd"),
        "AESM's directory with an empty type": hostPath("/var/run/aesmd", ""),
        "AESM's directory, made where it is missing": hostPath("/var/run/aesmd", "DirectoryOrCreate"),
        "AESM's directory as a file": hostPath("/var/run/aesmd", "File"),
        "AESM's directory as a file that is made": hostPath("/var/run/aesmd", "FileOrCreate"),
        "AESM's directory as a socket": hostPath("/var/run/aesmd", "Socket"),
        "a labelled pod that brings it without a type": labelledPod({
            volumes: [{ name: "aesmd-socket", hostPath: { path: "/var/run/aesmd" } }],
        }),
    },
    passes: {
        "a directory that has to be there": hostPath("/var/run/aesmd", "Directory"),
    },
    refusedByKubernetes: {
        "AESM's directory with a type in lower case": {
            says: /hostPath\.type: Unsupported value/,
            pod: hostPath("/var/run/aesmd", "directory"),
        },
    },
};
