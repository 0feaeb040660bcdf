// The floors of the house: what a room may import, type imports counted. `npm run floors` checks it.

/** A room of folder `root` may import itself, `below`, and packages; `root` is a regular expression. */
const may = (name, room, ...below) => ({
    name,
    comment: `${room} may import ${["itself", ...below].join(", ")}`,
    severity: "error",
    from: { path: `^${room}` },
    to: {
        path: "^(cli|components|doctor|plan|tcb|terminal|config|provider|index\\.ts|test|images)",
        pathNot: [room, ...below].map((each) => `^${each}`),
    },
});

const terminal = "terminal/";
const sgx = ["components/problems/", "components/sgx/"];
const shared = [...sgx, "components/shared/"];
const room = (name) => may(`floor-${name}`, `components/${name}/`, ...shared);

/** @type {import("dependency-cruiser").IConfiguration} */
module.exports = {
    forbidden: [
        { name: "no-circular", severity: "error", from: {}, to: { circular: true } },
        may("floor-problems", "components/problems/"),
        may("floor-sgx", "components/sgx/", "components/problems/"),
        may("floor-shared", "components/shared/", ...sgx),
        ...["cluster", "device-plugin", "quote-helper", "image", "job", "sample", "policies"].map(room),
        ...["attestation-provider", "enclave-key", "enclave-identity", "monitoring", "proof"].map(room),
        may("floor-platform", "components/platform/", "components/(?!index)"),
        may("floor-terminal", "terminal/"),
        may("floor-plan-model", "plan/model/", ...sgx, terminal),
        may("floor-plan-lens", "plan/lens/", ...sgx, terminal, "plan/model/"),
        may("floor-plan-program", "plan/program/", ...sgx, terminal, "plan/model/"),
        may("floor-plan-record", "plan/record/", ...sgx, terminal, "plan/(model|lens|program)/"),
        may("floor-plan-diff", "plan/diff/", ...sgx, terminal, "plan/(model|lens|program|record)/"),
        may("floor-plan-release", "plan/release/", ...sgx, terminal, "plan/(model|lens)/"),
        may("floor-plan-render", "plan/render/", ...sgx, terminal, "plan/(model|lens|diff|release)/"),
        may("floor-plan", "plan/", ...sgx, terminal),
        may("floor-doctor-model", "doctor/model/", ...sgx, terminal),
        may("floor-doctor-collect", "doctor/collect/", ...sgx, terminal, "doctor/model/"),
        may("floor-doctor-judge", "doctor/judge/", ...sgx, "doctor/model/"),
        may("floor-doctor-render", "doctor/render/", ...sgx, terminal, "doctor/model/"),
        may("floor-doctor", "doctor/", ...sgx, terminal),
        may("floor-tcb-model", "tcb/model/"),
        may("floor-tcb-verify", "tcb/verify/", terminal, "tcb/model/"),
        may("floor-tcb-collect", "tcb/collect/", terminal, "tcb/(model|verify)/"),
        may("floor-tcb-judge", "tcb/judge/", "tcb/(model|verify)/"),
        may("floor-tcb-render", "tcb/render/", terminal, "tcb/model/"),
        may("floor-tcb", "tcb/", terminal),
        may("floor-cli", "cli/", "components/problems/", "doctor/", "plan/", "tcb/", terminal),
        may("floor-provider", "provider/", "components/(index|problems/index|sgx/index)\\.ts"),
        may("floor-config", "config/", "components/index\\.ts", "provider/schema\\.json"),
        may("floor-program", "index\\.ts", "components/index\\.ts", "config/index\\.ts"),
        {
            name: "domain-without-pulumi",
            severity: "error",
            from: { path: "^components/(problems|sgx)/" },
            to: { path: "@pulumi/" },
        },
    ],
    options: {
        doNotFollow: { path: "node_modules" },
        exclude: { path: "^(dist|node_modules)/" },
        tsPreCompilationDeps: true,
        tsConfig: { fileName: "tsconfig.check.json" },
        enhancedResolveOptions: { extensions: [".ts", ".mts", ".js"] },
    },
};
