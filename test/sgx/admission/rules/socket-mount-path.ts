import { socketMount } from "../../../e2e/policies/pods";
import type { Fixtures } from "../fixtures";
import { alsoMounted, mountedAs } from "../shapes";

export const fixtures: Fixtures = {
    refused: {
        "AESM's directory somewhere else": mountedAs({ mountPath: "/aesm" }),
        "AESM's directory in the place of its parent": mountedAs({ mountPath: "/var/run" }),
        "AESM's directory inside of itself": mountedAs({ mountPath: "/var/run/aesmd/aesmd" }),
        "at its place and elsewhere": alsoMounted({ ...socketMount, mountPath: "/elsewhere" }),
        "at its place in another spelling": mountedAs({ mountPath: "/var/run/./aesmd" }),
        "at its place, relative": mountedAs({ mountPath: "var/run/aesmd" }),
        "at its place, with two slashes": mountedAs({ mountPath: "/var//run/aesmd" }),
    },
    passes: {
        "AESM's directory by its real path": mountedAs({ mountPath: "/run/aesmd" }),
        "with a slash at the end": mountedAs({ mountPath: "/var/run/aesmd/" }),
    },
};
