/** Oldest version of Node that the command runs on (`engines` in package.json). */
const OLDEST = [20, 19] as const;

const { node } = process.versions;
const [major = 0, minor = 0] = node.split(".").map(Number);
if (major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1])) {
    process.stderr.write(
        `error: confidential-aks needs Node ${OLDEST.join(".")} or newer, and this is ${node}: install a newer one (https://nodejs.org)\n`,
    );
    process.exit(1);
}

export {};
